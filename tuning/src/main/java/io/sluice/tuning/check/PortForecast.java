package io.sluice.tuning.check;

/**
 * How soon a source address runs out of ports towards one real server. Immutable, pure arithmetic.
 *
 * <p>A connection is known by (source address, source port, server address, server port). With the first and the last
 * two fixed, each open connection holds one local port, and one more for a while after it closed if this side closed
 * first (TIME_WAIT). By Little's law the ports held are the rate times the time each is held.
 *
 * @param ports local ports of the range, without the reserved ones
 * @param held ports held on average for each (source, server)
 * @param peak held plus four standard deviations of a Poisson process: what to expect now and then
 * @param highestRate connections a second, over all sources and servers, that the ports can carry
 */
public record PortForecast(long ports, double held, double peak, double highestRate) {
    /** TCP_TIMEWAIT_LEN of the kernel's include/net/tcp.h: not configurable. */
    public static final double TIME_WAIT_SECONDS = 60;
    private static final double COMFORTABLE = 0.7;
    /** net.ipv4.tcp_tw_reuse = 1 lets a port be used again after this long (tcp_tw_reuse_delay). */
    public static final double REUSE_SECONDS = 1;

    /**
     * @param ratePerSecond new connections a second of the whole service, spread evenly
     * @param seconds how long a connection lives on average
     * @param waitSeconds how long its port is held after it closed
     */
    public static PortForecast of(long ports, int sources, int servers, double ratePerSecond, double seconds,
            double waitSeconds) {
        if (ports < 0 || sources < 1 || servers < 1 || ratePerSecond < 0 || seconds < 0 || waitSeconds < 0) {
            throw new IllegalArgumentException(
                    "a forecast needs at least one source and server, and no negative value");
        }
        double pairs = (double) sources * servers;
        double heldFor = seconds + waitSeconds;
        double held = ratePerSecond / pairs * heldFor;
        return new PortForecast(ports, held, held + 4 * Math.sqrt(held), heldFor == 0
                ? Double.POSITIVE_INFINITY
                : ports * pairs / heldFor);
    }

    /** The same question for connections that stay: no rate, only how many there are at once. */
    public static PortForecast ofHeld(long ports, int sources, int servers, long connections) {
        double pairs = (double) sources * servers;
        double held = connections / pairs;
        return new PortForecast(ports, held, held, Double.POSITIVE_INFINITY);
    }

    /** Share of the ports in use at the peak; 1 means new connections fail. */
    public double use() {
        return ports == 0 ? Double.POSITIVE_INFINITY : peak / ports;
    }

    /**
     * Above 70 % the kernel's search for a free port gets long (it probes one by one from a hashed start, RFC 6056
     * algorithm 4), so trouble begins before the last port is gone.
     */
    public Severity severity() {
        return use() >= 1 ? Severity.ERROR : use() >= COMFORTABLE ? Severity.WARNING : Severity.OK;
    }

    /** Source addresses that would bring the use below 70 %. */
    public int sourcesNeeded(int sources) {
        double peakWanted = ports * COMFORTABLE;
        // the mean m of a Poisson process whose m + 4 sqrt(m) is the wanted peak
        double heldWanted = peak > held ? Math.pow(Math.sqrt(4 + peakWanted) - 2, 2) : peakWanted;
        return heldWanted <= 0
                ? Integer.MAX_VALUE
                : (int) Math.max(sources, Math.floor(sources * held / heldWanted) + 1);
    }
}

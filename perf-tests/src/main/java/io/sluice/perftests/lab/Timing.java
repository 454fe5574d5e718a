package io.sluice.perftests.lab;

/** How long each trial warms up and is measured. */
public record Timing(long warmUpNs, long measuredNs, int idleConnections) {
    private static final long SECOND = 1_000_000_000L;

    public static final Timing FULL = new Timing(4 * SECOND, 6 * SECOND, 10_000);
    public static final Timing QUICK = new Timing(3 * SECOND / 2, 3 * SECOND / 2, 10_000);
    /** Only to see that everything works. */
    public static final Timing SMOKE = new Timing(SECOND / 5, SECOND / 2, 200);
    /** Many contenders and workloads within minutes. */
    public static final Timing PUBLISHED = new Timing(2 * SECOND, 2 * SECOND, 10_000);

    /** A name for file names: noise depends on how long trials are. */
    public String word() {
        return equals(FULL)
                ? "full"
                : equals(QUICK)
                        ? "quick"
                        : equals(SMOKE) ? "smoke" : warmUpNs / 1_000_000 + "ms-" + measuredNs / 1_000_000 + "ms";
    }
}

package io.sluice.perftests.lab;

/** How long each trial warms up and is measured. */
public record Timing(long warmUpNs, long measuredNs, int idleConnections) {
    private static final long SECOND = 1_000_000_000L;

    public static final Timing FULL = new Timing(4 * SECOND, 6 * SECOND, 10_000);
    public static final Timing QUICK = new Timing(3 * SECOND / 2, 3 * SECOND / 2, 10_000);
    /** Only to see that everything works. */
    public static final Timing SMOKE = new Timing(SECOND / 5, SECOND / 2, 200);
}

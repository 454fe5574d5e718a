package io.sluice.dataplane.worker;

/** Bounds how often something is told: at once, then at most once a minute with the number of times. One thread. */
final class RareLine {
    static final long PERIOD_NS = 60_000_000_000L;
    /** Answer of {@link #happened}: not now. */
    static final long NOT_NOW = 0;

    private long untold;
    private long toldNs;
    private boolean told;

    /** It happened again: how many times since it was told last, to be told now, or {@link #NOT_NOW}. */
    long happened(long nowNs) {
        untold++;
        if (told && nowNs - toldNs < PERIOD_NS) {
            return NOT_NOW;
        }
        told = true;
        toldNs = nowNs;
        long times = untold;
        untold = 0;
        return times;
    }
}

package io.sluice.perftests.lab;

/**
 * How long each trial warms up and is measured. The measured time is cut into visits, between which the other
 * contenders have theirs: a phase in which the machine is slow then meets all of them.
 */
public record Timing(long warmUpNs, long measuredNs, int visits, int idleConnections) {
    static final int REHEARSALS = 4;
    private static final long WARM_AGAIN_NS = 100_000_000;
    private static final long SECOND = 1_000_000_000L;

    public static final Timing FULL = new Timing(4 * SECOND, 6 * SECOND, 6, 10_000);
    public static final Timing QUICK = new Timing(3 * SECOND / 2, 3 * SECOND / 2, 3, 10_000);
    /** Only to see that everything works. */
    public static final Timing SMOKE = new Timing(SECOND / 5, SECOND / 2, 1, 200);
    /** Many contenders and workloads within half an hour; a program on a JVM is compiled by then. */
    public static final Timing PUBLISHED = new Timing(8 * SECOND, 2 * SECOND, 4, 10_000);

    /**
     * One of {@value #REHEARSALS} before the first visit, together half of the warm-up. Their connections end, so that
     * beginnings and ends are warm too: at an end such as it has not seen yet a JIT compiler gives up what it made of
     * everything before.
     */
    Timing rehearsal() {
        return new Timing(0, Math.max(1, warmUpNs / 2 / REHEARSALS), 1, idleConnections);
    }

    /** The timing of one visit: the first one warms up, the others find what they visit warm. */
    Timing visit(int index) {
        return new Timing(index == 0 ? warmUpNs - warmUpNs / 2 : Math.min(warmUpNs, WARM_AGAIN_NS),
                measuredNs / visits, 1, idleConnections);
    }

    /** A name for file names: noise depends on how long trials are. */
    public String word() {
        return equals(FULL)
                ? "full"
                : equals(QUICK)
                        ? "quick"
                        : equals(SMOKE) ? "smoke" : warmUpNs / 1_000_000 + "ms-" + measuredNs / 1_000_000 + "ms";
    }
}

package io.sluice.dataplane.service;

import io.sluice.ringbuffers.counters.CounterRow;

/**
 * What a server is on after it has refused a client: for a second others serve, where there are any; then one client
 * tries it, and where that one is not refused within another second it is as good as any. So one that refuses
 * everybody, and therefore has the fewest connections of all, does not get everybody. Kept in the server's shared row:
 * a refusal that one worker has met counts for all. Any thread; of two that begin a trial at the same moment both do.
 */
public final class Probation {
    private static final long STEP_NS = 1_000_000_000;
    /** The lowest bit of the time up to which others go first: somebody tries it until then. */
    private static final long TRIAL = 1;

    private Probation() {
    }

    /** Whether others go first. */
    public static boolean isOn(CounterRow gauges) {
        long until = gauges.get(ServerColumn.PROBATION);
        return until != 0 && isAhead(until, System.nanoTime());
    }

    /** A client is sent there: it is a trial, or the end of one. */
    static void onClient(CounterRow gauges) {
        long until = gauges.get(ServerColumn.PROBATION);
        if (until == 0) {
            return;
        }
        long nowNs = System.nanoTime();
        if (!isAhead(until, nowNs)) {
            gauges.set(ServerColumn.PROBATION, (until & TRIAL) != 0 ? 0 : nowNs + STEP_NS | TRIAL);
        }
    }

    static void onRefusal(CounterRow gauges) {
        gauges.set(ServerColumn.PROBATION, System.nanoTime() + STEP_NS & ~TRIAL);
    }

    /** A time of before the machine's last start may be anywhere. */
    private static boolean isAhead(long until, long nowNs) {
        long leftNs = until - nowNs;
        return leftNs > 0 && leftNs <= STEP_NS;
    }
}

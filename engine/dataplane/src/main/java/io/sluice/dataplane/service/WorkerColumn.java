package io.sluice.dataplane.service;

/** Columns of a worker's row in the counters file ({@code Kind.WORKER}), written by that worker. */
public final class WorkerColumn {
    /** Gauge: the longest duty cycle of the last ten to twenty seconds, nanoseconds. */
    public static final int DUTY_CYCLE_MAX_NS = 0;
    /** Gauge: connections and sessions that it holds. */
    public static final int OPEN = 1;
    /** Faults, ever: the first of a column per {@link FaultKind}, in its order. */
    public static final int FAULTS = 2;

    /** Gauge: directions of relayed connections whose reader takes nothing; behind all kinds of faults. */
    public static final int STALLED = 30;
    /** Gauge: what those hold of the kernel's memory. */
    public static final int STALLED_BYTES = 31;

    private WorkerColumn() {
    }
}

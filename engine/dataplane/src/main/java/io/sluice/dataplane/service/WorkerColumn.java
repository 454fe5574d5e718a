package io.sluice.dataplane.service;

/** Columns of a worker's row in the counters file ({@code Kind.WORKER}), written by that worker. */
public final class WorkerColumn {
    /** Gauge: the longest duty cycle of the last ten to twenty seconds, nanoseconds. */
    public static final int DUTY_CYCLE_MAX_NS = 0;
    /** Gauge: connections and sessions that it holds. */
    public static final int OPEN = 1;
    /** Faults, ever: the first of a column per {@link FaultKind}, in its order. */
    public static final int FAULTS = 2;

    private WorkerColumn() {
    }
}

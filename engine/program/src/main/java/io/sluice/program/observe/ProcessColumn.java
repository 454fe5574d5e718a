package io.sluice.program.observe;

/** Columns of the process's row in the counters file ({@code Kind.PROCESS}), written by the conductor. */
public final class ProcessColumn {
    /** Log lines and records of connections that nobody took in time, since the start. */
    public static final int LOG_LINES_DROPPED = 0;

    /** Gauge: tables that are in memory alone, as their files cannot be had. */
    public static final int TABLES_IN_MEMORY = 1;

    private ProcessColumn() {
    }
}

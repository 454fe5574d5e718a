package io.sluice.program.observe;

/** Columns of the durable copy's row in the counters file ({@code Kind.COPY}), written by the conductor. */
public final class CopyColumn {
    /** Gauge: what its thread does, the ordinal of {@code CopyStatus.State} + 1. */
    public static final int STATE = 0;
    /** Gauge: affinity entries in it. */
    public static final int AFFINITY = 1;
    /** Gauge: sessions in it. */
    public static final int SESSIONS = 2;
    /** Gauge: age of the oldest change that it may not have, ms. */
    public static final int LAG_MS = 3;
    /** Repairs since the start. */
    public static final int RECOVERIES = 4;
    /** Entries and sessions that the start took from it. */
    public static final int LOADED = 5;
    /** Gauge: 1 when something does not fit into it. */
    public static final int FULL = 6;

    private CopyColumn() {
    }
}

package io.sluice.program.observe;

import io.sluice.conntrack.store.CopyStatus;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How the durable copy of affinity and sessions is.
 *
 * @param state {@code waiting}, {@code opening}, {@code following}, {@code failed} or {@code closed}
 * @param affinity entries in it
 * @param sessions sessions in it
 * @param lagMs age of the oldest change that it may not have
 * @param recoveries repairs since the start
 * @param loaded entries and sessions that the start took from it
 * @param full whether something does not fit into it
 */
public record CopyReport(String state, long affinity, long sessions, long lagMs, long recoveries, long loaded,
        boolean full) {
    private static final CopyStatus.State[] STATES = CopyStatus.State.values();

    /** Of a row of the counters file; null where the daemon keeps no copy. */
    static @Nullable CopyReport of(long[] row) {
        long state = row[CopyColumn.STATE];
        return state < 1 || state > STATES.length
                ? null
                : new CopyReport(STATES[(int) state - 1].name().toLowerCase(Locale.ROOT), row[CopyColumn.AFFINITY],
                        row[CopyColumn.SESSIONS], row[CopyColumn.LAG_MS], row[CopyColumn.RECOVERIES],
                        row[CopyColumn.LOADED], row[CopyColumn.FULL] != 0);
    }

    /** Whether it does its work. */
    public boolean isFollowing() {
        return state.equals("following");
    }
}

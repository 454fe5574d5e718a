package io.sluice.program.upgrade;

import io.sluice.dataplane.service.ServerColumn;
import io.sluice.dataplane.service.ServiceColumn;
import io.sluice.ringbuffers.counters.CounterRow;
import io.sluice.ringbuffers.counters.CountersFile;
import io.sluice.ringbuffers.counters.CountersReader;
import io.sluice.ringbuffers.counters.Kind;
import io.sluice.ringbuffers.counters.RowKey;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Carries the counters of the process before this one over into this one's file, again and again while that one drains:
 * totals into rows of their own (worker {@value #CARRIED}), connections open now into the gauges that schedulers and
 * limits look at. So totals never go back, a server with long sessions counts as loaded, and readers read one file. The
 * conductor's thread.
 */
public final class FormerCounters {
    /** Worker of the rows that hold what was carried over. */
    static final int CARRIED = -2;
    /** Worker of the rows that all workers share. */
    private static final int SHARED = -1;

    private final CountersReader former;
    private final CountersFile ours;
    private final BooleanSupplier lives;
    private final Map<RowKey, Carried> gauges = new HashMap<>();
    private boolean over;

    private record Carried(CounterRow gauge, long amount) {
    }

    /**
     * @param former the other process's counters
     * @param lives whether it still counts
     */
    public FormerCounters(CountersReader former, CountersFile ours, BooleanSupplier lives) {
        this.former = former;
        this.ours = ours;
        this.lives = lives;
    }

    /** Brings ours up to date; does nothing once the other process has ended and its last counts are in. */
    public void look() {
        if (over) {
            return;
        }
        boolean counting = lives.getAsBoolean(); // asked first: what it counted until its end is read after
        former.sums().forEach((key, values) -> carry(key, values, counting));
        if (!counting) {
            over = true;
            former.close();
        }
    }

    /** Whether the other process has ended and nothing more comes. */
    public boolean isOver() {
        return over;
    }

    private void carry(RowKey key, long[] values, boolean counting) {
        boolean hasGauge = key.kind() == Kind.SERVICE || key.kind() == Kind.SERVER;
        if (!hasGauge && key.kind() != Kind.ENDS && key.kind() != Kind.CONNECT_TIME) {
            return;
        }
        CounterRow known = ours.find(hasGauge ? key.kind() : Kind.SERVICE, SHARED, key.service(), key.server());
        if (known == null) {
            return; // the configuration of this process does not have it
        }
        CounterRow totals = ours.allocate(key.kind(), CARRIED, key.service(), key.server());
        int gauge = key.kind() == Kind.SERVICE ? ServiceColumn.CONNECTIONS : ServerColumn.CONNECTIONS;
        for (int column = 0; column < values.length; column++) {
            if (!hasGauge || column != gauge) {
                totals.set(column, values[column]);
            }
        }
        if (hasGauge) {
            // a killed process leaves its gauges as they were, but has no connection any more
            carryGauge(key, known, gauge, counting ? values[gauge] : 0);
        }
    }

    private void carryGauge(RowKey key, CounterRow row, int column, long now) {
        Carried before = gauges.get(key);
        long applied = before != null && before.gauge().equals(row) ? before.amount() : 0; // a new row is without
        row.atomicAdd(column, now - applied);
        gauges.put(key, new Carried(row, now));
    }
}

package io.sluice.dataplane.service;

import io.sluice.dataplane.service.VirtualService.Limits;
import io.sluice.scheduler.ClientHash;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Connections and connection rate per (service, client address), shared by all workers without a lock: a count-min
 * sketch (Cormode and Muthukrishnan, 2005). A cell belongs to nobody, so nothing has to be claimed or given up; with
 * 10,000 clients at a time three in a hundred thousand share all of their cells with others. The rate is kept as GCRA's
 * theoretical arrival times (ITU-T I.371).
 */
public final class SourceLimits {
    private static final int ROWS = 4;
    private static final int COLUMNS = 1 << 17;

    /** The tables take 8 MiB, and most configurations have no such limit. */
    private static final class Tables {
        final AtomicLongArray connections = new AtomicLongArray(ROWS * COLUMNS);
        final AtomicLongArray arrivalsNs = new AtomicLongArray(ROWS * COLUMNS);
        /** Callers have read the clock before. */
        final long startNs = System.nanoTime() - 1_000_000_000;
    }

    private volatile @Nullable Tables made;

    /** Whether one more connection of this client is within the service's limits; it is counted if so. */
    public boolean admit(VirtualService service, long high, long low, long nowNs) {
        Limits limits = service.limits();
        if (limits.maxConnectionsPerSource() == 0 && limits.newPerSource() == 0) {
            return true;
        }
        Tables tables = tables();
        long key = key(service, high, low);
        if (limits.newPerSource() > 0 && !withinRate(tables, key, limits, nowNs - tables.startNs)) {
            return false;
        }
        if (limits.maxConnectionsPerSource() > 0) {
            add(tables, key, 1);
            if (least(tables.connections, key) > limits.maxConnectionsPerSource()) {
                add(tables, key, -1);
                return false;
            }
        }
        return true;
    }

    /** A connection that was counted has ended. */
    public void release(VirtualService service, long high, long low) {
        add(tables(), key(service, high, low), -1);
    }

    private static void add(Tables tables, long key, long change) {
        for (int row = 0; row < ROWS; row++) {
            tables.connections.addAndGet(cell(key, row), change);
        }
    }

    /**
     * Read after all of one's own changes: of two that come at once, the later sees both in every row, and neither is
     * overlooked.
     */
    private static long least(AtomicLongArray table, long key) {
        long least = Long.MAX_VALUE;
        for (int row = 0; row < ROWS; row++) {
            least = Math.min(least, table.get(cell(key, row)));
        }
        return least;
    }

    private static boolean withinRate(Tables tables, long key, Limits limits, long nowNs) {
        long spacingNs = limits.newPerSourcePeriodNs() / limits.newPerSource();
        for (int row = 0; row < ROWS; row++) {
            postpone(tables.arrivalsNs, cell(key, row), nowNs, spacingNs);
        }
        // a full period's worth may come at once
        if (least(tables.arrivalsNs, key) - nowNs <= limits.newPerSourcePeriodNs()) {
            return true;
        }
        for (int row = 0; row < ROWS; row++) { // far in the future: nobody's time has passed it meanwhile
            tables.arrivalsNs.addAndGet(cell(key, row), -spacingNs);
        }
        return false;
    }

    private static void postpone(AtomicLongArray arrivalsNs, int cell, long nowNs, long spacingNs) {
        long before;
        do {
            before = arrivalsNs.get(cell);
        } while (!arrivalsNs.compareAndSet(cell, before, Math.max(before, nowNs) + spacingNs));
    }

    private static int cell(long key, int row) {
        // two independent halves of one hash make as many as are needed (Kirsch and Mitzenmacher, 2006)
        int hash = (int) key + row * ((int) (key >>> 32) | 1);
        return row * COLUMNS + (hash >>> 7 & (COLUMNS - 1));
    }

    private static long key(VirtualService service, long high, long low) {
        return ClientHash.OF_ADDRESS.ipv6(high ^ service.id(), low ^ Long.rotateLeft(service.id(), 32));
    }

    private Tables tables() {
        Tables tables = made;
        if (tables == null) {
            synchronized (this) {
                tables = made;
                if (tables == null) {
                    tables = new Tables();
                    made = tables;
                }
            }
        }
        return tables;
    }
}

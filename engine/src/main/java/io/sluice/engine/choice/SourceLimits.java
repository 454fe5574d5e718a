package io.sluice.engine.choice;

import io.sluice.engine.routes.VirtualService;
import io.sluice.engine.routes.VirtualService.Limits;
import io.sluice.scheduler.ClientHash;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Connections and connection rate per (service, client address), shared by all workers without a lock: a count-min sketch
 * (Cormode and Muthukrishnan, 2005). A cell belongs to nobody, so nothing has to be claimed or given up; with 10,000
 * clients at a time three in a hundred million share all of their cells with another one. The rate is kept as GCRA's
 * theoretical arrival times (ITU-T I.371).
 */
public final class SourceLimits {
    private static final int ROWS = 4;
    private static final int COLUMNS = 1 << 17;

    /** The tables take 8 MiB, and most configurations have no such limit. */
    private static final class Tables {
        final AtomicLongArray connections = new AtomicLongArray(ROWS * COLUMNS);
        final AtomicLongArray arrivalsNs = new AtomicLongArray(ROWS * COLUMNS);
        final long startNs = System.nanoTime();
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
        if (limits.maxConnectionsPerSource() > 0
                && add(tables, key, 1) > limits.maxConnectionsPerSource()) {
            add(tables, key, -1);
            return false;
        }
        return true;
    }

    /** A connection that was counted has ended. */
    public void release(VirtualService service, long high, long low) {
        add(tables(), key(service, high, low), -1);
    }

    private static long add(Tables tables, long key, long change) {
        long least = Long.MAX_VALUE;
        for (int row = 0; row < ROWS; row++) {
            least = Math.min(least, tables.connections.addAndGet(cell(key, row), change));
        }
        return least;
    }

    private static boolean withinRate(Tables tables, long key, Limits limits, long nowNs) {
        long spacingNs = limits.newPerSourcePeriodNs() / limits.newPerSource();
        long toleranceNs = limits.newPerSourcePeriodNs() - spacingNs; // a full period's worth may come at once
        long expected = Long.MAX_VALUE;
        for (int row = 0; row < ROWS; row++) {
            expected = Math.min(expected, tables.arrivalsNs.get(cell(key, row)));
        }
        long from = Math.max(expected, nowNs);
        if (from - nowNs > toleranceNs) {
            return false;
        }
        for (int row = 0; row < ROWS; row++) {
            tables.arrivalsNs.accumulateAndGet(cell(key, row), from + spacingNs, Math::max);
        }
        return true;
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

package io.sluice.engine.relay;

import io.sluice.engine.routes.VirtualService;
import io.sluice.engine.routes.VirtualService.Limits;
import io.sluice.scheduler.ClientHash;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Connections and connection rate per (service, client address), shared by all workers without a lock. A slot holds the
 * key's 64-bit hash, its connections, and for the rate the theoretical arrival time of GCRA (ITU-T I.371). When no slot
 * of the probe window is free the client is admitted: a limit must not turn into a refusal of strangers.
 */
public final class SourceLimits {
    private static final int PROBES = 16;
    private static final int KEY = 0;
    private static final int CONNECTIONS = 1;
    private static final int ARRIVAL_NS = 2;
    private static final int STRIDE = 4;

    private final int mask;
    private final AtomicLongArray slots;

    /**
     * Makes the table.
     *
     * @param capacity sources it can tell apart at a time, rounded up to a power of two
     */
    public SourceLimits(int capacity) {
        int size = Integer.highestOneBit(Math.max(PROBES, capacity) * 2 - 1);
        mask = size - 1;
        slots = new AtomicLongArray(size * STRIDE);
    }

    /** Whether one more connection of this client is within the service's limits; it is counted if so. */
    boolean admit(VirtualService service, long high, long low, long nowNs) {
        Limits limits = service.limits();
        if (limits.maxConnectionsPerSource() == 0 && limits.newPerSource() == 0) {
            return true;
        }
        int slot = slotFor(key(service, high, low), nowNs);
        if (slot < 0) {
            return true;
        }
        if (limits.newPerSource() > 0 && !withinRate(slot, limits, nowNs)) {
            return false;
        }
        if (limits.maxConnectionsPerSource() > 0
                && slots.incrementAndGet(slot + CONNECTIONS) > limits.maxConnectionsPerSource()) {
            slots.decrementAndGet(slot + CONNECTIONS);
            return false;
        }
        return true;
    }

    /** A connection that was counted has ended. */
    void release(VirtualService service, long high, long low) {
        long key = key(service, high, low);
        for (int i = 0; i < PROBES; i++) {
            int slot = slot(key, i);
            if (slots.get(slot + KEY) == key) {
                slots.updateAndGet(slot + CONNECTIONS, count -> Math.max(0, count - 1));
                return;
            }
        }
    }

    private boolean withinRate(int slot, Limits limits, long nowNs) {
        long spacingNs = limits.newPerSourcePeriodNs() / limits.newPerSource();
        long toleranceNs = limits.newPerSourcePeriodNs() - spacingNs; // a full period's worth may come at once
        while (true) {
            long expected = slots.get(slot + ARRIVAL_NS);
            long from = Math.max(expected, nowNs);
            if (from - nowNs > toleranceNs) {
                return false;
            }
            if (slots.compareAndSet(slot + ARRIVAL_NS, expected, from + spacingNs)) {
                return true;
            }
        }
    }

    private int slotFor(long key, long nowNs) {
        for (int i = 0; i < PROBES; i++) {
            if (slots.get(slot(key, i) + KEY) == key) {
                return slot(key, i);
            }
        }
        for (int i = 0; i < PROBES; i++) {
            int slot = slot(key, i);
            long other = slots.get(slot + KEY);
            boolean unused = other == 0
                    || (slots.get(slot + CONNECTIONS) <= 0 && slots.get(slot + ARRIVAL_NS) - nowNs <= 0);
            if (unused && slots.compareAndSet(slot + KEY, other, key)) {
                slots.set(slot + CONNECTIONS, 0);
                slots.set(slot + ARRIVAL_NS, nowNs);
                return slot;
            }
        }
        return -1;
    }

    private int slot(long key, int probe) {
        return ((int) key + probe & mask) * STRIDE;
    }

    private static long key(VirtualService service, long high, long low) {
        long key = ClientHash.OF_ADDRESS.ipv6(high, low) ^ service.id();
        return key == 0 ? 1 : key;
    }
}

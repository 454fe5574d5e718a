package io.sluice.conntrack.store;

import io.sluice.conntrack.AffinityEvents;
import io.sluice.ringbuffers.ring.EventRing;

/** Writes what changes in the affinity table into a ring; called by workers, drained by the store's thread. */
final class AffinityEventRing implements AffinityEvents {
    private static final int CAPACITY_BYTES = 1 << 18;
    private static final int PINNED = 1;
    private static final int UNPINNED = 2;

    private final EventRing ring = new EventRing(CAPACITY_BYTES);

    @Override
    public void pinned(long group, long ipHi, long ipLo, long serverId, long timeoutMs, long nowMs) {
        int claim = ring.claim(PINNED, 6);
        if (claim != EventRing.FULL) {
            ring.put(claim, 0, group);
            ring.put(claim, 1, ipHi);
            ring.put(claim, 2, ipLo);
            ring.put(claim, 3, serverId);
            ring.put(claim, 4, timeoutMs);
            ring.put(claim, 5, nowMs);
            ring.commit(claim);
        }
    }

    @Override
    public void unpinned(long group, long ipHi, long ipLo) {
        int claim = ring.claim(UNPINNED, 3);
        if (claim != EventRing.FULL) {
            ring.put(claim, 0, group);
            ring.put(claim, 1, ipHi);
            ring.put(claim, 2, ipLo);
            ring.commit(claim);
        }
    }

    /** Hands what was written to a listener on the calling thread; how many events. */
    int drainTo(AffinityEvents listener, int limit) {
        return ring.drain((type, event) -> {
            if (type == PINNED) {
                listener.pinned(event.get(0), event.get(1), event.get(2), event.get(3), event.get(4), event.get(5));
            } else {
                listener.unpinned(event.get(0), event.get(1), event.get(2));
            }
        }, limit);
    }

    long dropped() {
        return ring.dropped();
    }
}

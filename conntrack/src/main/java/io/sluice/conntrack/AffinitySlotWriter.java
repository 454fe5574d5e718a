package io.sluice.conntrack;

import io.sluice.ringbuffers.mapped.MappedRegion;

/**
 * The steps by which a slot of an affinity table changes. Any thread of any process; every change of state is one
 * compare-and-set on the slot's word, so that of several writers one succeeds.
 */
final class AffinitySlotWriter {
    /** A client seen again within a second does not dirty its cache line again. */
    private static final long TOUCH_GRANULARITY_MS = 1000;

    private final AffinitySlots slots;
    private final MappedRegion region;

    AffinitySlotWriter(AffinitySlots slots) {
        this.slots = slots;
        this.region = slots.region;
    }

    /** FREE or LIVE to BUSY: the caller alone may fill the slot. False when somebody was quicker. */
    boolean reserve(long slot, long word) {
        long mapWord = slots.layout.mapWordOf(slot);
        long mapBit = slots.layout.mapBitOf(slot);
        if ((region.readLong(mapWord) & mapBit) == 0) {
            region.getAndBitwiseOrLong(mapWord, mapBit);
        }
        return region.compareAndSetLong(slot, word, AffinityLayout.next(word, AffinityLayout.BUSY));
    }

    /** Counts the entry that was in a slot reserved for another. */
    long gaveWay(long slot, long counter) {
        uncount();
        region.getAndAddLong(counter, 1);
        return slot;
    }

    void fill(long slot, long group, long ipHi, long ipLo, long serverId, long createdMs, long lastSeenMs,
            long timeoutMs) {
        region.writeLong(slot + AffinityLayout.GROUP, group);
        region.writeLong(slot + AffinityLayout.IP_HI, ipHi);
        region.writeLong(slot + AffinityLayout.IP_LO, ipLo);
        region.writeLong(slot + AffinityLayout.SERVER, serverId);
        region.writeLong(slot + AffinityLayout.LAST_SEEN, lastSeenMs);
        region.writeLong(slot + AffinityLayout.TIMEOUT, timeoutMs);
        region.writeLong(slot + AffinityLayout.CREATED_AND_CHECKSUM,
                AffinityLayout.createdAndChecksum(group, ipHi, ipLo, createdMs / 1000));
    }

    /** Moves on to the next state; answers the new word, 0 when somebody else changed the slot meanwhile. */
    long advance(long slot, long word, int state) {
        long next = AffinityLayout.next(word, state);
        return region.compareAndSetLong(slot, word, next) ? next : 0;
    }

    /** LIVE to FREE; whether this caller did it. */
    boolean free(long slot, long word) {
        if (advance(slot, word, AffinityLayout.FREE) == 0) {
            return false;
        }
        uncount();
        return true;
    }

    /** Never below zero: in a damaged table entries may be found that were not counted. */
    private void uncount() {
        long left = region.getAndAddLong(AffinityLayout.ENTRIES, -1) - 1;
        if (left < 0) {
            region.compareAndSetLong(AffinityLayout.ENTRIES, left, 0);
        }
    }

    boolean freeExpired(long slot, long word) {
        return free(slot, word) && count(AffinityLayout.EXPIRED);
    }

    boolean drop(long slot, long word) {
        boolean wasLive = AffinityLayout.state(word) == AffinityLayout.LIVE;
        return (wasLive ? free(slot, word) : advance(slot, word, AffinityLayout.FREE) != 0)
                && count(AffinityLayout.DROPPED);
    }

    void touch(long slot, long timeoutMs, long nowMs) {
        long sinceMs = nowMs - region.readLong(slot + AffinityLayout.LAST_SEEN);
        if (sinceMs < 0 || sinceMs >= Math.min(TOUCH_GRANULARITY_MS, timeoutMs >> 4)) {
            region.writeLongRelease(slot + AffinityLayout.LAST_SEEN, nowMs);
        }
        if (region.readLong(slot + AffinityLayout.TIMEOUT) != timeoutMs) {
            region.writeLongRelease(slot + AffinityLayout.TIMEOUT, timeoutMs);
        }
    }

    boolean count(long counter) {
        region.getAndAddLong(counter, 1);
        return true;
    }
}

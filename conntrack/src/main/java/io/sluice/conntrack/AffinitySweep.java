package io.sluice.conntrack;

import java.util.HashMap;
import java.util.Map;

import io.sluice.ringbuffers.mapped.MappedRegion;

/**
 * Frees what should no longer be in an affinity table, a stretch of slots at a time: entries past their timeout,
 * damaged entries, and slots left half-way by a killed process. Control plane; one thread at a time. Pages that were
 * never written are skipped without touching them.
 */
final class AffinitySweep {
    /** A writer needs microseconds; a slot left half-way for this long has lost its writer. */
    private static final long ABANDONED_AFTER_MS = 10_000;
    /** A clock that was this far ahead once must not keep an entry for as long. */
    private static final long CLOCK_TOLERANCE_MS = 60_000;

    private record HalfWay(long word, long firstSeenMs) {
    }

    private final AffinitySlots slots;
    private final AffinitySlotWriter writer;
    private final MappedRegion region;
    private final Map<Long, HalfWay> halfWay = new HashMap<>();
    private long nextPage;

    AffinitySweep(AffinitySlots slots, AffinitySlotWriter writer) {
        this.slots = slots;
        this.writer = writer;
        this.region = slots.region;
    }

    synchronized int expire(long nowMs, long maxSlots) {
        int freed = 0;
        int slotsPerPage = AffinityLayout.slotsPerPage();
        long pages = slots.layout.pages();
        long maxPages = Math.min(pages, Math.ceilDiv(maxSlots, (long) slotsPerPage));
        for (long n = 0, visited = 0; n < pages && visited < maxPages; n++) {
            long page = nextPage;
            nextPage = page + 1 == pages ? 0 : page + 1;
            if ((region.readLongAcquire(AffinityLayout.mapWord(page >>> 6)) >>> page & 1) != 0) {
                visited++;
                long first = page * slotsPerPage;
                long last = Math.min(slots.layout.slots, first + slotsPerPage);
                for (long index = first; index < last; index++) {
                    freed += visit(slots.layout.offset(index), nowMs);
                }
            }
        }
        return freed;
    }

    private int visit(long slot, long nowMs) {
        long word = region.readLongVolatile(slot);
        int state = AffinityLayout.state(word);
        if (state == AffinityLayout.FREE || state == AffinityLayout.LIVE) {
            halfWay.remove(slot);
        }
        if (state == AffinityLayout.FREE) {
            return 0;
        }
        boolean freed = state == AffinityLayout.LIVE ? visitLive(slot, word, nowMs) : visitHalfWay(slot, word, nowMs);
        return freed ? 1 : 0;
    }

    private boolean visitLive(long slot, long word, long nowMs) {
        boolean intact = slots.intact(slot, region.readLong(slot + AffinityLayout.GROUP),
                region.readLong(slot + AffinityLayout.IP_HI), region.readLong(slot + AffinityLayout.IP_LO));
        boolean expired = slots.expired(slot, nowMs);
        if (!slots.unchanged(slot, word)) {
            return false;
        }
        if (!intact) {
            return writer.drop(slot, word);
        }
        if (expired) {
            return writer.freeExpired(slot, word);
        }
        long seenMs = region.readLong(slot + AffinityLayout.LAST_SEEN);
        if (seenMs > nowMs + CLOCK_TOLERANCE_MS) {
            region.compareAndSetLong(slot + AffinityLayout.LAST_SEEN, seenMs, nowMs);
        }
        return false;
    }

    private boolean visitHalfWay(long slot, long word, long nowMs) {
        HalfWay earlier = halfWay.get(slot);
        if (earlier == null || earlier.word() != word) {
            halfWay.put(slot, new HalfWay(word, nowMs));
            return false;
        }
        if (nowMs - earlier.firstSeenMs() < ABANDONED_AFTER_MS) {
            return false;
        }
        halfWay.remove(slot);
        return writer.drop(slot, word);
    }
}

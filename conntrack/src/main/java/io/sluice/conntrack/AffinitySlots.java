package io.sluice.conntrack;

import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.sluice.ringbuffers.mapped.MappedRegion;

/**
 * Reading of the slots of an affinity table: finding a key, copying an entry, visiting all. Any thread of any process;
 * every read is validated by the slot's version, so that a slot that changes meanwhile is never mistaken.
 */
final class AffinitySlots {
    /** Answer of {@link #find} for a key that is not there. */
    static final long ABSENT = -1;

    final MappedRegion region;
    final AffinityLayout layout;

    AffinitySlots(MappedRegion region) {
        this.region = region;
        this.layout = new AffinityLayout(region.geometry().first());
    }

    /** Offset of a slot that holds the key in that state, or {@link #ABSENT}. */
    long find(long hash, long group, long ipHi, long ipLo, int state) {
        for (int n = 0; n < AffinityLayout.PROBES; n++) {
            long slot = layout.probe(hash, n);
            long word = word(slot);
            if (word == 0) {
                return ABSENT;
            }
            if (AffinityLayout.state(word) == state && holds(slot, word, group, ipHi, ipLo)) {
                return slot;
            }
        }
        return ABSENT;
    }

    /** The slot's word; 0 without touching its page when the page was never written, which keeps it out of memory. */
    long word(long slot) {
        boolean written = (region.readLong(layout.mapWordOf(slot)) & layout.mapBitOf(slot)) != 0;
        return written ? region.readLongVolatile(slot) : 0;
    }

    /** Whether the slot held this key, whole, while its word was {@code word}. */
    boolean holds(long slot, long word, long group, long ipHi, long ipLo) {
        return matches(slot, group, ipHi, ipLo) && unchanged(slot, word);
    }

    /** Whether the slot holds this key now; means nothing before {@link #unchanged}. */
    boolean matches(long slot, long group, long ipHi, long ipLo) {
        return region.readLong(slot + AffinityLayout.IP_LO) == ipLo
                && region.readLong(slot + AffinityLayout.IP_HI) == ipHi
                && region.readLong(slot + AffinityLayout.GROUP) == group && intact(slot, group, ipHi, ipLo);
    }

    boolean intact(long slot, long group, long ipHi, long ipLo) {
        long found = region.readLong(slot + AffinityLayout.CREATED_AND_CHECKSUM);
        return found == AffinityLayout.createdAndChecksum(group, ipHi, ipLo, found);
    }

    /** Whether everything read from the slot since its word was {@code word} belongs together. */
    boolean unchanged(long slot, long word) {
        region.loadFence();
        return region.readLong(slot) == word;
    }

    long server(long slot) {
        return region.readLongAcquire(slot + AffinityLayout.SERVER);
    }

    /** Whether the entry has not been seen for longer than its timeout; a clock that went back makes nothing expire. */
    boolean expired(long slot, long nowMs) {
        return nowMs - region.readLong(slot + AffinityLayout.LAST_SEEN) > region
                .readLong(slot + AffinityLayout.TIMEOUT);
    }

    /** A copy of a live, undamaged slot whose word is {@code word}, else null. */
    @Nullable
    AffinityEntry copy(long slot, long word) {
        if (AffinityLayout.state(word) != AffinityLayout.LIVE) {
            return null;
        }
        long group = region.readLong(slot + AffinityLayout.GROUP);
        long ipHi = region.readLong(slot + AffinityLayout.IP_HI);
        long ipLo = region.readLong(slot + AffinityLayout.IP_LO);
        long createdSeconds = region.readLong(slot + AffinityLayout.CREATED_AND_CHECKSUM) & 0xFFFF_FFFFL;
        AffinityEntry entry = new AffinityEntry(group, ipHi, ipLo, server(slot), createdSeconds * 1000,
                region.readLong(slot + AffinityLayout.LAST_SEEN), region.readLong(slot + AffinityLayout.TIMEOUT));
        return intact(slot, group, ipHi, ipLo) && unchanged(slot, word) ? entry : null;
    }

    /** Visits a copy of every entry, expired ones included; what changes meanwhile may or may not be seen. */
    void forEach(Consumer<AffinityEntry> visitor) {
        for (long page = 0; page < layout.pages(); page++) {
            long pageWord = region.readLongAcquire(AffinityLayout.mapWord(page >>> 6));
            if (pageWord == 0) {
                page |= 63;
            } else if ((pageWord >>> page & 1) != 0) {
                visitPage(page, visitor);
            }
        }
    }

    /** Entries as they were counted; the few more than it is made for that come at one moment are not shown. */
    long entries() {
        return Math.clamp(region.readLongAcquire(AffinityLayout.ENTRIES), 0, region.geometry().first());
    }

    /** Entries there are, damaged and expired ones included; what changes meanwhile may or may not be counted. */
    long count() {
        long live = 0;
        for (long page = 0; page < layout.pages(); page++) {
            long pageWord = region.readLongAcquire(AffinityLayout.mapWord(page >>> 6));
            if (pageWord == 0) {
                page |= 63;
            } else if ((pageWord >>> page & 1) != 0) {
                live += countPage(page);
            }
        }
        return live;
    }

    private long countPage(long page) {
        long first = page * AffinityLayout.slotsPerPage();
        long last = Math.min(layout.slots, first + AffinityLayout.slotsPerPage());
        long live = 0;
        for (long index = first; index < last; index++) {
            if (AffinityLayout.state(region.readLong(layout.offset(index))) == AffinityLayout.LIVE) {
                live++;
            }
        }
        return live;
    }

    private void visitPage(long page, Consumer<AffinityEntry> visitor) {
        long first = page * AffinityLayout.slotsPerPage();
        long last = Math.min(layout.slots, first + AffinityLayout.slotsPerPage());
        for (long index = first; index < last; index++) {
            long slot = layout.offset(index);
            AffinityEntry entry = copy(slot, region.readLongVolatile(slot));
            if (entry != null) {
                visitor.accept(entry);
            }
        }
    }
}

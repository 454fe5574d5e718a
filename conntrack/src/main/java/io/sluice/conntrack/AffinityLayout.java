package io.sluice.conntrack;

import io.sluice.ringbuffers.mapped.Checksum;
import io.sluice.ringbuffers.mapped.Geometry;
import io.sluice.ringbuffers.mapped.Layout;
import io.sluice.ringbuffers.mapped.MappedRegion;

/**
 * Where everything lies in an affinity table, and which slots a key may take.
 *
 * <pre>
 *      0  header (MappedRegion); 64 entries; 128 evictions; 192 expired; 256 dropped (damaged)
 *   4096  page map: one bit for each 4 KiB page of slots that was ever written
 *         slots of 64 bytes, one cache line each:
 *           0  word: version &lt;&lt; 8 | state
 *           8  group
 *          16  client IP, upper half
 *          24  client IP, lower half
 *          32  server id                      one store, changed in place
 *          40  last seen, epoch ms            one store, changed in place
 *          48  timeout, ms                    one store, changed in place
 *          56  created, epoch s (unsigned int)
 *          60  checksum of group, IP, created (int)
 * </pre>
 *
 * Slots are grouped in buckets of eight. A key may lie in four buckets and is put into the first free slot in this
 * order: one bucket of the front (1/32 of the table), two of the body, one of the reserve (1/64). So a table with few
 * entries touches only the pages of the front, and a full one still finds a place.
 */
final class AffinityLayout {
    static final Layout LAYOUT = new Layout("affinity table", Layout.magic("SLAFFIN1"), 1);

    static final long ENTRIES = 64;
    static final long EVICTIONS = 128;
    static final long EXPIRED = 192;
    static final long DROPPED = 256;

    static final int SLOT_BYTES = 64;
    static final int GROUP = 8;
    static final int IP_HI = 16;
    static final int IP_LO = 24;
    static final int SERVER = 32;
    static final int LAST_SEEN = 40;
    static final int TIMEOUT = 48;
    static final int CREATED_AND_CHECKSUM = 56;

    /** Unused; a word of 0 has never been used and ends every search. */
    static final int FREE = 0;
    /** One thread fills it; nobody else looks inside. */
    static final int BUSY = 1;
    /** Whole, but its writer has not yet made sure that nobody else put the same key elsewhere. */
    static final int TENTATIVE = 2;
    /** In force. */
    static final int LIVE = 3;

    static final int BUCKET_SLOTS = 8;
    static final int BUCKETS_OF_A_KEY = 4;
    static final int PROBES = BUCKETS_OF_A_KEY * BUCKET_SLOTS;

    private static final int PAGE_SHIFT = 12;
    private static final long SALT = 0x632B_E59B_D9B4_E019L;

    final long slots;
    private final long frontBuckets;
    private final long bodyBuckets;
    private final long reserveBuckets;
    private final long firstSlot;

    AffinityLayout(long capacity) {
        long buckets = Math.max(4, (2 * capacity + BUCKET_SLOTS - 1) / BUCKET_SLOTS);
        frontBuckets = Math.max(1, buckets / 32);
        reserveBuckets = Math.max(1, buckets / 64);
        bodyBuckets = buckets - frontBuckets - reserveBuckets;
        slots = buckets * BUCKET_SLOTS;
        firstSlot = MappedRegion.HEADER_BYTES + pageAligned(mapWords() * 8);
    }

    static Geometry geometry(long capacity) {
        AffinityLayout layout = new AffinityLayout(capacity);
        return new Geometry(layout.offset(layout.slots), capacity, layout.slots, SLOT_BYTES);
    }

    /** Slots of the front, the first ones. */
    long frontSlots() {
        return frontBuckets * BUCKET_SLOTS;
    }

    /** Words of 64 pages in the page map. */
    long mapWords() {
        return ((pages() + 63) >>> 6);
    }

    long pages() {
        return pageAligned(slots * SLOT_BYTES) >>> PAGE_SHIFT;
    }

    static int slotsPerPage() {
        return 1 << (PAGE_SHIFT - 6);
    }

    static long mapWord(long index) {
        return MappedRegion.HEADER_BYTES + (index << 3);
    }

    /** Offset in the page map of the word that has the bit of this slot. */
    long mapWordOf(long slotOffset) {
        return mapWord((slotOffset - firstSlot) >>> (PAGE_SHIFT + 6));
    }

    /** The bit of this slot in that word. */
    long mapBitOf(long slotOffset) {
        return 1L << ((slotOffset - firstSlot) >>> PAGE_SHIFT);
    }

    long offset(long slot) {
        return firstSlot + slot * SLOT_BYTES;
    }

    /** Offset of the n-th slot, 0..{@value #PROBES}-1, that a key with this hash may take. */
    long probe(long hash, int n) {
        return offset(bucket(hash, n >>> 3) * BUCKET_SLOTS + (n & 7));
    }

    private long bucket(long hash, int choice) {
        return switch (choice) {
            case 0 -> Math.unsignedMultiplyHigh(hash, frontBuckets);
            case 1 -> frontBuckets + Math.unsignedMultiplyHigh(Checksum.mix(hash), bodyBuckets);
            case 2 -> frontBuckets + Math.unsignedMultiplyHigh(Checksum.mix(hash ^ SALT), bodyBuckets);
            default ->
                frontBuckets + bodyBuckets + Math.unsignedMultiplyHigh(Checksum.mix(hash + SALT), reserveBuckets);
        };
    }

    static long hash(long group, long ipHi, long ipLo) {
        return Checksum.mix(Checksum.mix(Checksum.mix(group) ^ ipHi) ^ ipLo);
    }

    static int state(long word) {
        return (int) word & 0xFF;
    }

    /** The word that follows {@code word} with another state: every change gets its own version. */
    static long next(long word, int state) {
        return (((word >>> 8) + 1) << 8) | state;
    }

    static long createdAndChecksum(long group, long ipHi, long ipLo, long createdSeconds) {
        long seconds = createdSeconds & 0xFFFF_FFFFL;
        long checksum = Checksum.add(Checksum.add(Checksum.add(Checksum.add(Checksum.start(), group), ipHi), ipLo),
                seconds);
        return seconds | ((long) Checksum.fold32(checksum) << 32);
    }

    private static long pageAligned(long bytes) {
        return (bytes + (1 << PAGE_SHIFT) - 1) >>> PAGE_SHIFT << PAGE_SHIFT;
    }
}

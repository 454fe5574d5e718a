package io.sluice.conntrack;

import io.sluice.ringbuffers.mapped.MappedRegion;

/**
 * The flows of one worker: the only thread that calls anything here, and it neither allocates nor locks. Any process
 * reads along ({@link FlowReader}).
 *
 * <p>{@link #insert} answers a handle: the slot's generation in the upper half, its number in the lower. A handle whose
 * flow has been removed or has given way to another is stale: every method ignores it, queries answer 0. So whoever
 * holds one need not be told.
 *
 * <p>Slots are taken densely from the front and the last one freed is used first: memory follows the largest number of
 * flows at one time, 192 bytes each.
 */
public final class FlowShard {
    /** No flow. */
    public static final long NONE = -1;
    /** The part of an id that counts; above it stands the worker. */
    static final long ID_MASK = (1L << 48) - 1;

    /** When the shard is full, the longest idle of so many flows gives way. */
    private static final int EVICTION_WINDOW = 16;
    private static final int NO_SLOT = -1;

    private final MappedRegion region;
    private final int worker;
    private final int capacity;
    private final long header;
    private final long slots;
    private final NewFlow form = new NewFlow();
    private int used;
    private int firstFree = NO_SLOT;
    private int evictionHand;
    private long flows;
    private long lastId;

    FlowShard(MappedRegion region, int worker, int capacity) {
        this.region = region;
        this.worker = worker;
        this.capacity = capacity;
        this.header = FlowLayout.shard(worker, capacity);
        this.slots = header + FlowLayout.SHARD_HEADER_BYTES;
        this.lastId = (long) worker << 48;
    }

    /** The form to fill in for {@link #insert}, emptied; the same object each time. */
    public NewFlow newFlow() {
        return form.clear();
    }

    /**
     * Adds a flow. Never fails; in a full shard the longest idle flow of {@value #EVICTION_WINDOW} gives way, which
     * costs that one nothing but its place in what readers see.
     *
     * @return its handle
     */
    public long insert(NewFlow flow, long nowMs) {
        int index = takeSlot();
        long slot = slotAt(index);
        long busy = FlowLayout.nextGeneration(region.readLong(slot), FlowLayout.BUSY);
        region.writeLongRelease(slot, busy);
        region.storeFence(); // whoever sees a byte of what follows also sees that the slot is busy
        flow.writeTo(region, slot);
        region.writeShort(slot + FlowLayout.WORKER, (short) worker);
        region.writeLong(slot + FlowLayout.ID, ++lastId);
        region.writeLong(slot + FlowLayout.CREATED, nowMs);
        region.writeLong(slot + FlowLayout.LAST_SEEN, nowMs);
        region.writeInt(slot + FlowLayout.CHECKSUM, FlowLayout.checksum(region, slot));
        region.writeLongRelease(slot,
                FlowLayout.nextSequence(busy, flow.durable ? FlowLayout.DURABLE : FlowLayout.LIVE));
        flows++;
        region.writeLongRelease(header + FlowLayout.FLOWS, flows);
        if (region.readLong(header + FlowLayout.USED) < used) {
            region.writeLongRelease(header + FlowLayout.USED, used);
        }
        return handleOf(index);
    }

    /** The flow's id, unique in this process. */
    public long id(long handle) {
        long slot = slot(handle);
        return slot == NONE ? 0 : region.readLong(slot + FlowLayout.ID);
    }

    /** Adds bytes that moved. */
    public void bytes(long handle, long in, long out, long nowMs) {
        long slot = slot(handle);
        if (slot != NONE) {
            add(slot + FlowLayout.BYTES_IN, in);
            add(slot + FlowLayout.BYTES_OUT, out);
            region.writeLongRelease(slot + FlowLayout.LAST_SEEN, nowMs);
        }
    }

    /** Adds packets or datagrams, and their bytes, that moved. */
    public void packets(long handle, long packetsIn, long bytesIn, long packetsOut, long bytesOut, long nowMs) {
        long slot = slot(handle);
        if (slot != NONE) {
            add(slot + FlowLayout.PACKETS_IN, packetsIn);
            add(slot + FlowLayout.PACKETS_OUT, packetsOut);
            add(slot + FlowLayout.BYTES_IN, bytesIn);
            add(slot + FlowLayout.BYTES_OUT, bytesOut);
            region.writeLongRelease(slot + FlowLayout.LAST_SEEN, nowMs);
        }
    }

    /** Notes how each direction is moved now. */
    public void relayKind(long handle, RelayKind in, RelayKind out) {
        long slot = slot(handle);
        if (slot != NONE) {
            region.writeByte(slot + FlowLayout.RELAY_IN, (byte) in.ordinal());
            region.writeByte(slot + FlowLayout.RELAY_OUT, (byte) out.ordinal());
        }
    }

    /** Notes the round-trip time towards the client. */
    public void rtt(long handle, int micros) {
        long slot = slot(handle);
        if (slot != NONE) {
            region.writeInt(slot + FlowLayout.RTT, micros);
        }
    }

    /** Removes the flow, leaving the reason of its end for whoever looks at that moment. */
    public void end(long handle, int reasonCode) {
        long slot = slot(handle);
        if (slot != NONE) {
            region.writeByte(slot + FlowLayout.END_REASON, (byte) reasonCode);
            region.writeByte(slot + FlowLayout.FLOW_STATE, (byte) FlowState.ENDED.ordinal());
            free((int) handle, slot);
        }
    }

    /** Slots that were ever used; any thread. */
    int used() {
        return (int) region.readLongAcquire(header + FlowLayout.USED);
    }

    /** Ids from here on, unless they are there already. Before the worker runs. */
    void beginIdsAt(long id) {
        lastId = Math.max(lastId, (long) worker << 48 | (id & ID_MASK));
    }

    private int takeSlot() {
        if (firstFree != NO_SLOT && region.readLong(slotAt(firstFree)) == 0) {
            beginAnew(); // its page was lost: a slot that was in use once has a generation
        }
        if (firstFree == NO_SLOT && used == capacity) {
            evict();
        }
        if (firstFree == NO_SLOT) {
            return used++;
        }
        int index = firstFree;
        firstFree = region.readInt(slotAt(index) + FlowLayout.NEXT_FREE);
        return index;
    }

    /** What was lost is not shown; handles from before mean nothing. */
    private void beginAnew() {
        firstFree = NO_SLOT;
        used = 0;
        evictionHand = 0;
        flows = 0;
    }

    private void evict() {
        int oldest = NO_SLOT;
        long oldestSeenMs = Long.MAX_VALUE;
        for (int n = 0; n < EVICTION_WINDOW; n++) {
            long seenMs = region.readLong(slotAt(evictionHand) + FlowLayout.LAST_SEEN);
            if (seenMs < oldestSeenMs) {
                oldest = evictionHand;
                oldestSeenMs = seenMs;
            }
            evictionHand = evictionHand + 1 == capacity ? 0 : evictionHand + 1;
        }
        add(header + FlowLayout.EVICTIONS, 1);
        free(oldest, slotAt(oldest));
    }

    private void free(int index, long slot) {
        region.writeLongRelease(slot, FlowLayout.nextSequence(region.readLong(slot), FlowLayout.FREE));
        region.writeInt(slot + FlowLayout.NEXT_FREE, firstFree);
        firstFree = index;
        flows--;
        region.writeLongRelease(header + FlowLayout.FLOWS, flows);
    }

    private long slotAt(int index) {
        return slots + (long) index * FlowLayout.SLOT_BYTES;
    }

    /** Offset of the handle's slot, or {@link #NONE} when the handle is stale. */
    private long slot(long handle) {
        if (handle < 0) {
            return NONE;
        }
        long slot = slotAt((int) handle);
        long word = region.readLong(slot);
        return FlowLayout.generation(word) == (int) (handle >>> 32) && FlowLayout.live(word) ? slot : NONE;
    }

    private long handleOf(int index) {
        return (long) FlowLayout.generation(region.readLong(slotAt(index))) << 32 | index;
    }

    private void add(long offset, long delta) {
        region.writeLongRelease(offset, region.readLong(offset) + delta);
    }
}

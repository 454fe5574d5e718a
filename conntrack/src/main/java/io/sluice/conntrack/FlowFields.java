package io.sluice.conntrack;

import io.sluice.ringbuffers.mapped.MappedRegion;

/**
 * What the slots of a shard say, asked by handle. Owned by the shard's worker; a stale handle answers 0. A handle is the
 * slot's generation in the upper half and its number in the lower.
 */
public abstract sealed class FlowFields permits FlowShard {
    /** No flow. */
    public static final long NONE = -1;

    final MappedRegion region;
    final long slots;

    FlowFields(MappedRegion region, long slots) {
        this.region = region;
        this.slots = slots;
    }

    /** Whether the handle's flow is still there. */
    public final boolean live(long handle) {
        return slot(handle) != NONE;
    }

    /** Number of the slot behind a handle, 0..capacity-1 and dense, for arrays beside the table. */
    public final int index(long handle) {
        return (int) handle;
    }

    /** The flow's id, unique in this process. */
    public final long id(long handle) {
        return read(handle, FlowLayout.ID);
    }

    /** IANA number of the protocol. */
    public final int protocol(long handle) {
        long slot = slot(handle);
        return slot == NONE ? 0 : region.readByte(slot + FlowLayout.PROTOCOL) & 0xFF;
    }

    /** How it is carried. */
    public final FlowMode mode(long handle) {
        long slot = slot(handle);
        return FlowMode.of(slot == NONE ? 0 : (byte) (region.readByte(slot + FlowLayout.MODE) & 0x7F));
    }

    /** The virtual service. */
    public final long serviceId(long handle) {
        return read(handle, FlowLayout.SERVICE);
    }

    /** The real server; 0 while none is chosen. */
    public final long serverId(long handle) {
        return read(handle, FlowLayout.SERVER);
    }

    /** Client's address, upper half. */
    public final long clientHi(long handle) {
        return read(handle, FlowLayout.CLIENT);
    }

    /** Client's address, lower half. */
    public final long clientLo(long handle) {
        return read(handle, FlowLayout.CLIENT + 8);
    }

    /** Client's port. */
    public final int clientPort(long handle) {
        return port(handle, FlowLayout.CLIENT_PORT_SHIFT);
    }

    /** Virtual service's address, upper half. */
    public final long listenHi(long handle) {
        return read(handle, FlowLayout.LISTEN);
    }

    /** Virtual service's address, lower half. */
    public final long listenLo(long handle) {
        return read(handle, FlowLayout.LISTEN + 8);
    }

    /** Virtual service's port. */
    public final int listenPort(long handle) {
        return port(handle, FlowLayout.LISTEN_PORT_SHIFT);
    }

    /** Real server's address, upper half. */
    public final long serverHi(long handle) {
        return read(handle, FlowLayout.SERVER_IP);
    }

    /** Real server's address, lower half. */
    public final long serverLo(long handle) {
        return read(handle, FlowLayout.SERVER_IP + 8);
    }

    /** Real server's port. */
    public final int serverPort(long handle) {
        return port(handle, FlowLayout.SERVER_PORT_SHIFT);
    }

    /** Balancer's own address towards the server, upper half. */
    public final long sourceHi(long handle) {
        return read(handle, FlowLayout.SOURCE);
    }

    /** Balancer's own address towards the server, lower half. */
    public final long sourceLo(long handle) {
        return read(handle, FlowLayout.SOURCE + 8);
    }

    /** Balancer's own port towards the server. */
    public final int sourcePort(long handle) {
        return port(handle, FlowLayout.SOURCE_PORT_SHIFT);
    }

    /** Last traffic noted, epoch ms. */
    public final long lastSeenMs(long handle) {
        return read(handle, FlowLayout.LAST_SEEN);
    }

    /** Bytes from the client so far. */
    public final long bytesIn(long handle) {
        return read(handle, FlowLayout.BYTES_IN);
    }

    /** Bytes to the client so far. */
    public final long bytesOut(long handle) {
        return read(handle, FlowLayout.BYTES_OUT);
    }

    final long slotAt(int index) {
        return slots + (long) index * FlowLayout.SLOT_BYTES;
    }

    /** Offset of the handle's slot, or {@link #NONE} when the handle is stale. */
    final long slot(long handle) {
        if (handle < 0) {
            return NONE;
        }
        long slot = slotAt((int) handle);
        long word = region.readLong(slot);
        return FlowLayout.generation(word) == (int) (handle >>> 32) && FlowLayout.live(word) ? slot : NONE;
    }

    final long handleOf(int index) {
        return index < 0 ? NONE : (long) FlowLayout.generation(region.readLong(slotAt(index))) << 32 | index;
    }

    private long read(long handle, int field) {
        long slot = slot(handle);
        return slot == NONE ? 0 : region.readLong(slot + field);
    }

    private int port(long handle, int shift) {
        return (int) (read(handle, FlowLayout.PORTS) >>> shift) & 0xFFFF;
    }
}

package io.sluice.conntrack;

import java.util.Arrays;

import io.sluice.ringbuffers.mapped.Checksum;
import io.sluice.ringbuffers.mapped.MappedRegion;

/**
 * Finds the flows of a shard by one of their two keys: hash chains whose heads are here and whose links are in the
 * slots. Owned by the shard's worker; private to it, and made anew by the next process. It grows by doubling, which
 * takes milliseconds for hundreds of thousands of flows: packet engines {@link #reserve} room at the start.
 */
final class FlowIndex {
    static final int NONE = -1;
    private static final int FIRST_HEADS = 1024;

    private final MappedRegion region;
    private final long slots;
    private final int nearAddress;
    private final int farAddress;
    private final int portsShift;
    private final int link;
    private int[] heads = {};
    private int size;

    private FlowIndex(MappedRegion region, long slots, int nearAddress, int farAddress, int portsShift, int link) {
        this.region = region;
        this.slots = slots;
        this.nearAddress = nearAddress;
        this.farAddress = farAddress;
        this.portsShift = portsShift;
        this.link = link;
    }

    /** By client and virtual service: what arrives from the client. */
    static FlowIndex byClient(MappedRegion region, long slots) {
        return new FlowIndex(region, slots, FlowLayout.CLIENT, FlowLayout.LISTEN, FlowLayout.LISTEN_PORT_SHIFT,
                FlowLayout.CLIENT_INDEX_NEXT);
    }

    /** By server and the balancer's own end: what comes back from the server. */
    static FlowIndex byReply(MappedRegion region, long slots) {
        return new FlowIndex(region, slots, FlowLayout.SERVER_IP, FlowLayout.SOURCE, FlowLayout.SOURCE_PORT_SHIFT,
                FlowLayout.REPLY_INDEX_NEXT);
    }

    /** Index of the slot, or {@link #NONE}; {@code ports} is the sender's port &lt;&lt; 16 | the receiver's. */
    int find(int protocol, long nearHi, long nearLo, long farHi, long farLo, int ports) {
        if (size == 0) {
            return NONE;
        }
        int index = heads[head(hash(protocol, nearHi, nearLo, farHi, farLo, ports))];
        while (index != NONE) {
            long slot = slot(index);
            if (region.readLong(slot + nearAddress + 8) == nearLo && ports(slot) == ports
                    && region.readLong(slot + nearAddress) == nearHi && region.readLong(slot + farAddress + 8) == farLo
                    && region.readLong(slot + farAddress) == farHi
                    && region.readByte(slot + FlowLayout.PROTOCOL) == (byte) protocol) {
                return index;
            }
            index = region.readInt(slot + link);
        }
        return NONE;
    }

    void add(int index) {
        if (size >= heads.length) {
            resize(Math.max(FIRST_HEADS, heads.length * 2));
        }
        size++;
        push(index);
    }

    void remove(int index) {
        int head = head(hash(slot(index)));
        int following = region.readInt(slot(index) + link);
        int at = heads[head];
        if (at == index) {
            heads[head] = following;
        } else {
            while (at != NONE) {
                int next = region.readInt(slot(at) + link);
                if (next == index) {
                    region.writeInt(slot(at) + link, following);
                    break;
                }
                at = next;
            }
        }
        size--;
    }

    void reserve(int flows) {
        int wanted = Integer.highestOneBit(Math.max(FIRST_HEADS, flows - 1) * 2 - 1);
        if (wanted > heads.length) {
            resize(wanted);
        }
    }

    private void resize(int length) {
        int[] former = heads;
        heads = new int[length];
        Arrays.fill(heads, NONE);
        for (int head : former) {
            for (int index = head; index != NONE;) {
                int next = region.readInt(slot(index) + link);
                push(index);
                index = next;
            }
        }
    }

    private void push(int index) {
        int head = head(hash(slot(index)));
        region.writeInt(slot(index) + link, heads[head]);
        heads[head] = index;
    }

    private long hash(long slot) {
        return hash(region.readByte(slot + FlowLayout.PROTOCOL), region.readLong(slot + nearAddress),
                region.readLong(slot + nearAddress + 8), region.readLong(slot + farAddress),
                region.readLong(slot + farAddress + 8),
                ports(slot));
    }

    private static long hash(int protocol, long nearHi, long nearLo, long farHi, long farLo, int ports) {
        long hash = Checksum.add(Checksum.add(Checksum.add(Checksum.start(), nearHi), nearLo), farHi);
        return Checksum.mix(Checksum.add(Checksum.add(hash, farLo), (ports & 0xFFFF_FFFFL) | (protocol & 0xFFL) << 32));
    }

    private int ports(long slot) {
        return (int) (region.readLong(slot + FlowLayout.PORTS) >>> portsShift);
    }

    private int head(long hash) {
        return (int) hash & (heads.length - 1);
    }

    private long slot(int index) {
        return slots + (long) index * FlowLayout.SLOT_BYTES;
    }
}

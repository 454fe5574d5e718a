package io.sluice.conntrack;

import io.sluice.ringbuffers.mapped.Checksum;
import io.sluice.ringbuffers.mapped.Geometry;
import io.sluice.ringbuffers.mapped.Layout;
import io.sluice.ringbuffers.mapped.MappedRegion;

/**
 * Where everything lies in a flow table.
 *
 * <pre>
 *      0  header (MappedRegion); 64 pid; 72 process start, epoch ms
 *   4096  shards, each beginning on a page:
 *            0  slots used up to here   64 flows   72 evictions
 *         4096  slots of 192 bytes, filled densely from the first:
 *   changes while the flow lives (one cache line)
 *           0  word: generation (31 bits) &lt;&lt; 32 | sequence (24 bits) &lt;&lt; 8 | state
 *           8  last seen, epoch ms    16 bytes in    24 bytes out    32 packets in    40 packets out
 *          48  rtt, us (int)   52 relay in   53 relay out   54 end reason   55 flow state (bytes)   56 timeout, ms
 *   fixed from insert on, under the checksum
 *          64  id    72 service id    80 server id    88 client IP (16)    104 listen IP (16)    120 created, epoch ms
 *         128  server IP (16)    144 source IP (16)
 *         160  ports: client, listen, server, source (16 bits each, from the top)
 *         168  protocol   169 mode   170 worker (short)
 *         176  checksum of 64..171 (int)
 *   the writer's own, meaningless to others
 *         184  next free slot (int)
 * </pre>
 */
final class FlowLayout {
    static final Layout LAYOUT = new Layout("flow table", Layout.magic("SLFLOWS1"), 1);

    static final long PID = 64;
    static final long PROCESS_START_MS = 72;

    static final int SHARD_HEADER_BYTES = 4096;
    static final int USED = 0;
    static final int FLOWS = 64;
    static final int EVICTIONS = 72;

    static final int SLOT_BYTES = 192;
    static final int LAST_SEEN = 8;
    static final int BYTES_IN = 16;
    static final int BYTES_OUT = 24;
    static final int PACKETS_IN = 32;
    static final int PACKETS_OUT = 40;
    static final int RTT = 48;
    static final int RELAY_IN = 52;
    static final int RELAY_OUT = 53;
    static final int END_REASON = 54;
    static final int FLOW_STATE = 55;
    static final int TIMEOUT = 56;
    static final int ID = 64;
    static final int SERVICE = 72;
    static final int SERVER = 80;
    static final int CLIENT = 88;
    static final int LISTEN = 104;
    static final int CREATED = 120;
    static final int SERVER_IP = 128;
    static final int SOURCE = 144;
    static final int PORTS = 160;
    static final int PROTOCOL = 168;
    static final int MODE = 169;
    static final int WORKER = 170;
    static final int CHECKSUM = 176;
    static final int NEXT_FREE = 184;

    static final int FREE = 0;
    static final int BUSY = 1;
    /** Live, and gone with its process: its sockets are. */
    static final int LIVE = 2;
    /** Live, and its server is of use to the next process. */
    static final int DURABLE = 3;

    static final int CLIENT_PORT_SHIFT = 48;
    static final int LISTEN_PORT_SHIFT = 32;
    static final int SERVER_PORT_SHIFT = 16;
    static final int SOURCE_PORT_SHIFT = 0;

    private FlowLayout() {
    }

    /** Workers get unequal shares of the connections, so each shard has half as much again as its share. */
    static int slotsPerShard(int shards, long capacity) {
        long share = Math.ceilDiv(capacity, (long) shards);
        long slots = shards == 1 ? share : Math.min(capacity, share + share / 2);
        if (slots > Integer.MAX_VALUE / 2) {
            throw new IllegalArgumentException(
                    "a flow table of " + capacity + " is too large; lower tables.connections");
        }
        return (int) Math.max(16, slots);
    }

    static Geometry geometry(int shards, int slotsPerShard) {
        return new Geometry(shard(shards, slotsPerShard), shards, slotsPerShard, SLOT_BYTES);
    }

    static long shard(int index, int slotsPerShard) {
        long slotBytes = ((long) slotsPerShard * SLOT_BYTES + 4095) & -4096L;
        return MappedRegion.HEADER_BYTES + index * (SHARD_HEADER_BYTES + slotBytes);
    }

    /** Offset of a slot in its shard. */
    static long slot(int index) {
        return SHARD_HEADER_BYTES + (long) index * SLOT_BYTES;
    }

    static int state(long word) {
        return (int) word & 0xFF;
    }

    static boolean live(long word) {
        return state(word) >= LIVE;
    }

    static int generation(long word) {
        return (int) (word >>> 32);
    }

    /** The word of the next occupant of a slot. */
    static long nextGeneration(long word, int state) {
        long generation = generation(word) == Integer.MAX_VALUE ? 1 : generation(word) + 1;
        return generation << 32 | state;
    }

    /** The word of the same occupant after a change. */
    static long nextSequence(long word, int state) {
        long sequence = (word + 0x100) & 0xFFFF_FF00L;
        return (word & 0xFFFF_FFFF_0000_0000L) | sequence | state;
    }

    static int checksum(MappedRegion region, long slot) {
        long state = Checksum.start();
        for (int offset = ID; offset < PROTOCOL; offset += 8) {
            state = Checksum.add(state, region.readLong(slot + offset));
        }
        return Checksum.fold32(Checksum.add(state, region.readInt(slot + PROTOCOL)));
    }
}

package io.sluice.conntrack;

import java.util.function.LongConsumer;
import java.util.function.LongPredicate;

import io.sluice.ringbuffers.mapped.MappedRegion;

/**
 * The flows of one worker: the only thread that calls anything here, and it neither allocates nor locks. Any process
 * reads along ({@link FlowReader}).
 *
 * <p>{@link #insert} answers a handle. A handle whose flow has been removed or has given way to another is stale: every
 * method ignores it, queries answer 0. So whoever holds one need not be told.
 *
 * <p>Slots are taken densely from the front and the last one freed is used first: memory follows the largest number of
 * flows at one time, 192 bytes each.
 */
public final class FlowShard extends FlowFields {
    /** When the shard is full, the longest idle of so many flows gives way. */
    private static final int EVICTION_WINDOW = 16;
    private static final long CLOCK_TOLERANCE_MS = 60_000;

    private static final int NO_SLOT = -1;
    /** The part of an id that counts; above it stands the worker. */
    static final long ID_MASK = (1L << 48) - 1;

    private final int worker;
    private final int capacity;
    private final long header;
    private final FlowIndex byClient;
    private final FlowIndex byReply;
    private final FlowWheel wheel;
    private final NewFlow form = new NewFlow();
    private LongConsumer evictionListener = handle -> {
    };
    private int used;
    private int firstFree = NO_SLOT;
    private int evictionHand;
    private long flows;
    private long lastId;

    FlowShard(MappedRegion region, int worker, int capacity, long nowMs) {
        super(region, FlowLayout.shard(worker, capacity) + FlowLayout.SHARD_HEADER_BYTES);
        this.worker = worker;
        this.capacity = capacity;
        this.header = FlowLayout.shard(worker, capacity);
        this.byClient = FlowIndex.byClient(region, slots);
        this.byReply = FlowIndex.byReply(region, slots);
        this.wheel = new FlowWheel(region, slots);
        this.lastId = (long) worker << 48;
        wheel.start(nowMs);
    }

    /** The form to fill in for {@link #insert}, emptied; the same object each time. */
    public NewFlow newFlow() {
        return form.clear();
    }

    /** Makes room for so many flows in the index of {@link #find}, so that it need not grow later. */
    public void reserveIndex(int expectedFlows) {
        byClient.reserve(expectedFlows);
        byReply.reserve(expectedFlows);
    }

    /** Hears the handle of a flow that is about to give way to another; its fields can still be asked for. */
    public void onEviction(LongConsumer listener) {
        evictionListener = listener;
    }

    /**
     * Adds a flow that is found by its handle only: a relayed connection. Never fails; in a full shard the longest idle
     * flow of {@value #EVICTION_WINDOW} gives way.
     *
     * @return its handle
     */
    public long insert(NewFlow flow, long nowMs) {
        int index = takeSlot();
        return write(index, flow, nowMs, nowMs, false);
    }

    /** Adds a flow that {@link #find} and {@link #findReply} find as well: a session or packet flow. */
    public long insertIndexed(NewFlow flow, long nowMs) {
        int index = takeSlot();
        long handle = write(index, flow, nowMs, nowMs, true);
        byClient.add(index);
        byReply.add(index);
        return handle;
    }

    /** The indexed flow that this client has with this virtual service, or {@link #NONE}. */
    public long find(int protocol, long clientHi, long clientLo, int clientPort, long listenHi, long listenLo,
            int listenPort) {
        return handleOf(byClient.find(protocol, clientHi, clientLo, listenHi, listenLo, clientPort << 16 | listenPort));
    }

    /** The indexed flow whose server sends from the first end to the balancer's own second end, or {@link #NONE}. */
    public long findReply(int protocol, long serverHi, long serverLo, int serverPort, long sourceHi, long sourceLo,
            int sourcePort) {
        return handleOf(byReply.find(protocol, serverHi, serverLo, sourceHi, sourceLo, serverPort << 16 | sourcePort));
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

    /** Notes that the flow is in use. */
    public void touch(long handle, long nowMs) {
        long slot = slot(handle);
        if (slot != NONE) {
            region.writeLongRelease(slot + FlowLayout.LAST_SEEN, nowMs);
        }
    }

    /** Notes how each direction is moved now. */
    public void relayKind(long handle, Relay in, Relay out) {
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

    /** Notes where the flow is in its life. */
    public void state(long handle, FlowState state) {
        long slot = slot(handle);
        if (slot != NONE) {
            region.writeByte(slot + FlowLayout.FLOW_STATE, (byte) state.ordinal());
        }
    }

    /** Changes the idle timeout, for instance when a TCP flow leaves its handshake. */
    public void timeoutMs(long handle, long idleMs) {
        long slot = slot(handle);
        if (slot != NONE) {
            long former = region.readLong(slot + FlowLayout.TIMEOUT);
            region.writeLongRelease(slot + FlowLayout.TIMEOUT, idleMs);
            int index = index(handle);
            if (former > 0) {
                wheel.remove(index);
            }
            if (idleMs > 0) {
                wheel.add(index, deadlineMs(slot));
            }
        }
    }

    /** Gives the flow its server, or another one: after choosing, or when a first attempt failed. Handle and id stay. */
    public void server(long handle, long serverId, long serverHi, long serverLo, int serverPort, long sourceHi,
            long sourceLo,
            int sourcePort) {
        long slot = slot(handle);
        if (slot == NONE) {
            return;
        }
        boolean indexed = indexed(slot);
        if (indexed) {
            byReply.remove(index(handle));
        }
        long word = region.readLong(slot);
        region.writeLongRelease(slot, FlowLayout.nextSequence(word, FlowLayout.BUSY));
        region.storeFence();
        region.writeLong(slot + FlowLayout.SERVER, serverId);
        region.writeLong(slot + FlowLayout.SERVER_IP, serverHi);
        region.writeLong(slot + FlowLayout.SERVER_IP + 8, serverLo);
        region.writeLong(slot + FlowLayout.SOURCE, sourceHi);
        region.writeLong(slot + FlowLayout.SOURCE + 8, sourceLo);
        long clientAndListen = region.readLong(slot + FlowLayout.PORTS) & 0xFFFF_FFFF_0000_0000L;
        region.writeLong(slot + FlowLayout.PORTS,
                clientAndListen | (long) (serverPort & 0xFFFF) << 16 | (sourcePort & 0xFFFF));
        region.writeInt(slot + FlowLayout.CHECKSUM, FlowLayout.checksum(region, slot));
        region.writeLongRelease(slot, FlowLayout.nextSequence(word, FlowLayout.state(word)));
        if (indexed) {
            byReply.add(index(handle));
        }
    }

    /** Removes the flow, leaving the reason of its end for whoever looks at that moment. */
    public void end(long handle, int reasonCode) {
        long slot = slot(handle);
        if (slot != NONE) {
            region.writeByte(slot + FlowLayout.END_REASON, (byte) reasonCode);
            region.writeByte(slot + FlowLayout.FLOW_STATE, (byte) FlowState.ENDED.ordinal());
            free(index(handle), slot);
        }
    }

    /** Removes the flow. */
    public void remove(long handle) {
        long slot = slot(handle);
        if (slot != NONE) {
            free(index(handle), slot);
        }
    }

    /**
     * Hands over flows whose idle timeout has passed, oldest first, and removes them.
     *
     * @param maxFlows how many to look at in this call, to keep the duty cycle short
     * @param mayEnd told the handle, whose fields can still be asked for; false keeps the flow as if it was seen now
     * @return how many were removed
     */
    public int expire(long nowMs, int maxFlows, LongPredicate mayEnd) {
        int ended = 0;
        for (int n = 0; n < maxFlows; n++) {
            int index = wheel.poll(nowMs);
            if (index == FlowWheel.NONE) {
                return ended;
            }
            long slot = slotAt(index);
            if (region.readLong(slot + FlowLayout.LAST_SEEN) > nowMs + CLOCK_TOLERANCE_MS) {
                region.writeLongRelease(slot + FlowLayout.LAST_SEEN, nowMs); // the clock was ahead once
            }
            boolean passed = deadlineMs(slot) <= nowMs;
            wheel.add(index, deadlineMs(slot));
            if (passed) {
                long handle = handleOf(index);
                boolean end = mayEnd.test(handle);
                if (end) {
                    remove(handle); // unless the answer's author has done so
                    ended++;
                } else if (live(handle)) {
                    touch(handle, nowMs);
                    timeoutMs(handle, region.readLong(slot + FlowLayout.TIMEOUT));
                }
            }
        }
        return ended;
    }

    /** Visits the handle of every flow; the visitor may remove it. For rare walks: a server has died, flows were adopted. */
    public void forEach(LongConsumer visitor) {
        for (int index = 0; index < used; index++) {
            if (FlowLayout.live(region.readLong(slotAt(index)))) {
                visitor.accept(handleOf(index));
            }
        }
    }

    /** Flows in the shard. */
    public long flows() {
        return flows;
    }

    /** Flows the shard can hold. */
    public int capacity() {
        return capacity;
    }

    /** Ids from here on, unless they are there already. Before the worker runs. */
    void beginIdsAt(long id) {
        lastId = Math.max(lastId, (long) worker << 48 | (id & ID_MASK));
    }

    /** Adopts a flow of a former process as it was; an indexed one that is there already is left. Before the worker runs. */
    boolean adopt(Flow flow) {
        Endpoint client = flow.client();
        Endpoint listen = flow.listen();
        if (find(flow.protocol(), client.hi(), client.lo(), client.port(), listen.hi(), listen.lo(),
                listen.port()) != NONE) {
            return false;
        }
        NewFlow copy = newFlow().protocol(flow.protocol()).mode(flow.mode()).state(flow.state()).durable(true);
        copy.service(flow.serviceId()).timeoutMs(flow.timeoutMs());
        copy.client(client.hi(), client.lo(), client.port()).listen(listen.hi(), listen.lo(), listen.port());
        copy.server(flow.serverId(), flow.server().hi(), flow.server().lo(), flow.server().port());
        copy.source(flow.source().hi(), flow.source().lo(), flow.source().port());
        int index = takeSlot();
        long handle = write(index, copy, flow.createdMs(), flow.lastSeenMs(), true);
        byClient.add(index);
        byReply.add(index);
        packets(handle, flow.packetsIn(), flow.bytesIn(), flow.packetsOut(), flow.bytesOut(), flow.lastSeenMs());
        return true;
    }

    private int takeSlot() {
        if (firstFree == NO_SLOT && used == capacity) {
            evict();
        }
        if (firstFree == NO_SLOT) {
            return used++;
        }
        int index = firstFree;
        firstFree = region.readInt(slotAt(index) + FlowLayout.CLIENT_INDEX_NEXT);
        return index;
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
        long handle = handleOf(oldest);
        evictionListener.accept(handle);
        remove(handle);
    }

    private long write(int index, NewFlow flow, long createdMs, long lastSeenMs, boolean indexed) {
        long slot = slotAt(index);
        long busy = FlowLayout.nextGeneration(region.readLong(slot), FlowLayout.BUSY);
        region.writeLongRelease(slot, busy);
        region.storeFence(); // whoever sees a byte of what follows also sees that the slot is busy
        flow.writeTo(region, slot, indexed);
        region.writeShort(slot + FlowLayout.WORKER, (short) worker);
        region.writeLong(slot + FlowLayout.ID, ++lastId);
        region.writeLong(slot + FlowLayout.CREATED, createdMs);
        region.writeLong(slot + FlowLayout.LAST_SEEN, lastSeenMs);
        region.writeInt(slot + FlowLayout.CHECKSUM, FlowLayout.checksum(region, slot));
        region.writeLongRelease(slot,
                FlowLayout.nextSequence(busy, flow.durable ? FlowLayout.DURABLE : FlowLayout.LIVE));
        if (flow.timeoutMs > 0) {
            wheel.add(index, deadlineMs(slot));
        }
        flows++;
        region.writeLongRelease(header + FlowLayout.FLOWS, flows);
        if (region.readLong(header + FlowLayout.USED) < used) {
            region.writeLongRelease(header + FlowLayout.USED, used);
        }
        return handleOf(index);
    }

    private void free(int index, long slot) {
        if (region.readLong(slot + FlowLayout.TIMEOUT) > 0) {
            wheel.remove(index);
        }
        if (indexed(slot)) {
            byClient.remove(index);
            byReply.remove(index);
        }
        region.writeLongRelease(slot, FlowLayout.nextSequence(region.readLong(slot), FlowLayout.FREE));
        region.writeInt(slot + FlowLayout.CLIENT_INDEX_NEXT, firstFree);
        firstFree = index;
        flows--;
        region.writeLongRelease(header + FlowLayout.FLOWS, flows);
    }

    private long deadlineMs(long slot) {
        return region.readLong(slot + FlowLayout.LAST_SEEN) + region.readLong(slot + FlowLayout.TIMEOUT);
    }

    private boolean indexed(long slot) {
        return (region.readByte(slot + FlowLayout.MODE) & FlowLayout.INDEXED) != 0;
    }

    private void add(long offset, long delta) {
        region.writeLongRelease(offset, region.readLong(offset) + delta);
    }
}

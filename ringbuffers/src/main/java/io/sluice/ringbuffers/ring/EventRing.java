package io.sluice.ringbuffers.ring;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * Events of many workers for one agent thread: records of longs in Agrona's many-to-one ring. Workers never wait and
 * never allocate; when the ring is full the event is dropped and counted, and the agent makes up for it in its own way.
 *
 * <pre>
 *   worker:  int at = ring.claim(PINNED, 6);  if (at != FULL) { ring.put(at, 0, group); ...; ring.commit(at); }
 *   agent:   ring.drain(handler, limit)
 * </pre>
 */
public final class EventRing {
    /** Answer of {@link #claim} when there is no room. */
    public static final int FULL = -1;

    /** What the agent does with an event. */
    @FunctionalInterface
    public interface Handler {
        /** One event; its longs are valid during the call. */
        void onEvent(int type, Longs longs);
    }

    /** The longs of the event at hand. */
    public static final class Longs {
        private MutableDirectBuffer buffer = new UnsafeBuffer(0, 0);
        private int offset;

        /** The n-th long of the event. */
        public long get(int n) {
            return buffer.getLong(offset + (n << 3));
        }
    }

    private final AtomicBuffer buffer;
    private final ManyToOneRingBuffer ring;
    private final AtomicLong dropped = new AtomicLong();
    private final Longs longs = new Longs();

    /**
     * Makes a ring in memory of this process.
     *
     * @param capacityBytes a power of two; an event takes 8 bytes and 8 for each long
     */
    public EventRing(int capacityBytes) {
        if (!BitUtil.isPowerOfTwo(capacityBytes)) {
            throw new IllegalArgumentException("a ring's capacity is a power of two, not " + capacityBytes);
        }
        ByteBuffer memory = BufferUtil.allocateDirectAligned(capacityBytes + RingBufferDescriptor.TRAILER_LENGTH, 128);
        buffer = new UnsafeBuffer(memory);
        ring = new ManyToOneRingBuffer(buffer);
    }

    /**
     * Reserves an event; any thread. What is reserved must be committed: the agent waits for it.
     *
     * @param type above 0
     * @param longCount how many longs it has
     * @return where to put them, or {@link #FULL}
     */
    public int claim(int type, int longCount) {
        int index = ring.tryClaim(type, longCount << 3);
        if (index < 0) {
            dropped.incrementAndGet();
            return FULL;
        }
        return index;
    }

    /** Puts the n-th long of a reserved event. */
    public void put(int claim, int n, long value) {
        buffer.putLong(claim + (n << 3), value);
    }

    /** Hands the event over. */
    public void commit(int claim) {
        ring.commit(claim);
    }

    /**
     * Handles events in the order of their claims; the agent's thread only.
     *
     * @return how many were handled
     */
    public int drain(Handler handler, int limit) {
        return ring.read((type, source, offset, lengthBytes) -> {
            longs.buffer = source;
            longs.offset = offset;
            handler.onEvent(type, longs);
        }, limit);
    }

    /** Events lost because the ring was full. */
    public long dropped() {
        return dropped.get();
    }
}

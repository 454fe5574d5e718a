package io.sluice.ringbuffers.syscall;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Native memory for system calls: a block of bytes at a fixed address. Owned by whoever allocated it and used by one
 * thread at a time; it lives until {@link #close()}.
 */
public final class Memory implements AutoCloseable {
    private static final ValueLayout.OfShort SHORT_BE = ValueLayout.JAVA_SHORT_UNALIGNED
            .withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT_BE = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG_BE = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /** Every address, for bytes that stand outside of any block of this class. */
    private static final MemorySegment EVERYTHING = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private final Arena arena;
    private final MemorySegment segment;

    /** Allocates zeroed bytes, aligned to 64. Closing it costs a handshake with every thread of the process. */
    public Memory(long lengthBytes) {
        this(Arena.ofShared(), lengthBytes);
    }

    private Memory(Arena arena, long lengthBytes) {
        this.arena = arena;
        segment = arena.allocate(lengthBytes, 64);
    }

    /** The same for the calling thread only, which may close it at no cost. */
    public static Memory ofThisThread(long lengthBytes) {
        return new Memory(Arena.ofConfined(), lengthBytes);
    }

    /**
     * Bytes that take no memory until they are used: whole pages of an anonymous mapping, for buffers much larger than
     * what usually is in them.
     */
    public static Memory untouched(long lengthBytes) {
        return new Memory(MappedPages.of(lengthBytes));
    }

    private Memory(MappedPages pages) {
        arena = pages.arena();
        segment = pages.segment();
    }

    public long address() {
        return segment.address();
    }

    public long lengthBytes() {
        return segment.byteSize();
    }

    /** A view of the same bytes, in native byte order. */
    public ByteBuffer buffer() {
        return segment.asByteBuffer().order(ByteOrder.nativeOrder());
    }

    public byte byteAt(long offset) {
        return segment.get(ValueLayout.JAVA_BYTE, offset);
    }

    public void byteAt(long offset, byte value) {
        segment.set(ValueLayout.JAVA_BYTE, offset, value);
    }

    public short shortAt(long offset) {
        return segment.get(ValueLayout.JAVA_SHORT_UNALIGNED, offset);
    }

    public void shortAt(long offset, short value) {
        segment.set(ValueLayout.JAVA_SHORT_UNALIGNED, offset, value);
    }

    public int intAt(long offset) {
        return segment.get(ValueLayout.JAVA_INT_UNALIGNED, offset);
    }

    public void intAt(long offset, int value) {
        segment.set(ValueLayout.JAVA_INT_UNALIGNED, offset, value);
    }

    public long longAt(long offset) {
        return segment.get(ValueLayout.JAVA_LONG_UNALIGNED, offset);
    }

    public void longAt(long offset, long value) {
        segment.set(ValueLayout.JAVA_LONG_UNALIGNED, offset, value);
    }

    /** Network byte order. */
    public short shortBeAt(long offset) {
        return segment.get(SHORT_BE, offset);
    }

    public void shortBeAt(long offset, short value) {
        segment.set(SHORT_BE, offset, value);
    }

    /** Network byte order. */
    public int intBeAt(long offset) {
        return segment.get(INT_BE, offset);
    }

    public void intBeAt(long offset, int value) {
        segment.set(INT_BE, offset, value);
    }

    /** Network byte order. */
    public long longBeAt(long offset) {
        return segment.get(LONG_BE, offset);
    }

    public void longBeAt(long offset, long value) {
        segment.set(LONG_BE, offset, value);
    }

    public void put(long offset, byte[] source) {
        MemorySegment.copy(source, 0, segment, ValueLayout.JAVA_BYTE, offset, source.length);
    }

    /** Copies bytes that stand at an address, as system calls know it. */
    public void put(long offset, long address, int lengthBytes) {
        MemorySegment.copy(MemorySegment.ofAddress(address).reinterpret(lengthBytes), 0, segment, offset, lengthBytes);
    }

    public void get(long offset, byte[] target) {
        MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, offset, target, 0, target.length);
    }

    /** Copies bytes that stand at an address; the regions do not overlap. */
    public void putFrom(long offset, long address, int lengthBytes) {
        MemorySegment.copy(EVERYTHING, address, segment, offset, lengthBytes);
    }

    /** Whether the same bytes stand at an address. */
    public boolean equals(long offset, long address, int lengthBytes) {
        return MemorySegment.mismatch(segment, offset, offset + lengthBytes, EVERYTHING, address,
                address + lengthBytes) < 0;
    }

    /** Copies within or between blocks; regions may overlap. */
    public static void copy(Memory source, long sourceOffset, Memory target, long targetOffset, long lengthBytes) {
        MemorySegment.copy(source.segment, sourceOffset, target.segment, targetOffset, lengthBytes);
    }

    @Override
    public void close() {
        arena.close();
    }
}

package io.sluice.bench.rings;

import static org.agrona.concurrent.ringbuffer.RingBufferDescriptor.TRAILER_LENGTH;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Agrona's rings, which carry our commands and events: one message of 32 bytes in and out, without contention. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RingBenchmark {
    private static final int CAPACITY_BYTES = 64 * 1024;
    private static final int MESSAGE_BYTES = 32;

    @Param({"one-to-one", "many-to-one"})
    String ring = "";

    private long sum;
    private final UnsafeBuffer message = new UnsafeBuffer(ByteBuffer.allocateDirect(MESSAGE_BYTES));
    private final MessageHandler handler = (type, buffer, offset, lengthBytes) -> sum += buffer.getLong(offset);
    private RingBuffer buffer = ring();

    @Setup
    public void start() {
        buffer = ring();
    }

    @Benchmark
    public long writeAndRead() {
        message.putLong(0, sum + 1);
        if (!buffer.write(1, message, 0, MESSAGE_BYTES)) {
            throw new AssertionError("the ring is full although every message was read");
        }
        int read = buffer.read(handler, 1);
        while (read == 0) { // the end of the ring was padded; the message is at its start
            read = buffer.read(handler, 1);
        }
        return sum;
    }

    private RingBuffer ring() {
        UnsafeBuffer memory = new UnsafeBuffer(ByteBuffer.allocateDirect(CAPACITY_BYTES + TRAILER_LENGTH));
        return ring.equals("one-to-one") ? new OneToOneRingBuffer(memory) : new ManyToOneRingBuffer(memory);
    }
}

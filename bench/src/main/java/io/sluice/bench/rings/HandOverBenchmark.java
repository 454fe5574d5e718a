package io.sluice.bench.rings;

import static org.agrona.concurrent.ringbuffer.RingBufferDescriptor.TRAILER_LENGTH;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBuffer;
import org.jctools.queues.SpscArrayQueue;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.GroupThreads;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Control;

/** A message goes to another thread and an answer comes back: the time of a round trip between two busy threads. */
@State(Scope.Group)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HandOverBenchmark {
    private static final int CAPACITY_BYTES = 4 * 1024;
    private static final int MESSAGE_BYTES = 32;
    private static final Object MESSAGE = new Object();

    private final UnsafeBuffer message = new UnsafeBuffer(ByteBuffer.allocateDirect(MESSAGE_BYTES));
    private final RingBuffer oneToOne = new OneToOneRingBuffer(memory());
    private final RingBuffer oneToOneBack = new OneToOneRingBuffer(memory());
    private final RingBuffer manyToOne = new ManyToOneRingBuffer(memory());
    private final RingBuffer manyToOneBack = new ManyToOneRingBuffer(memory());
    private final SpscArrayQueue<Object> queue = new SpscArrayQueue<>(128);
    private final SpscArrayQueue<Object> queueBack = new SpscArrayQueue<>(128);

    @Benchmark
    @Group("agronaOneToOne")
    @GroupThreads(1)
    public void askOneToOne(Control control) {
        roundTrip(oneToOne, oneToOneBack, control);
    }

    @Benchmark
    @Group("agronaOneToOne")
    @GroupThreads(1)
    public void answerOneToOne(Control control) {
        answer(oneToOne, oneToOneBack, control);
    }

    @Benchmark
    @Group("agronaManyToOne")
    @GroupThreads(1)
    public void askManyToOne(Control control) {
        roundTrip(manyToOne, manyToOneBack, control);
    }

    @Benchmark
    @Group("agronaManyToOne")
    @GroupThreads(1)
    public void answerManyToOne(Control control) {
        answer(manyToOne, manyToOneBack, control);
    }

    @Benchmark
    @Group("jctoolsSpsc")
    @GroupThreads(1)
    public void askQueue(Control control) {
        queue.offer(MESSAGE);
        while (queueBack.poll() == null && !control.stopMeasurement) {
            Thread.onSpinWait();
        }
    }

    @Benchmark
    @Group("jctoolsSpsc")
    @GroupThreads(1)
    public void answerQueue(Control control) {
        while (queue.poll() == null && !control.stopMeasurement) {
            Thread.onSpinWait();
        }
        queueBack.offer(MESSAGE);
    }

    private void roundTrip(RingBuffer to, RingBuffer back, Control control) {
        to.write(1, message, 0, MESSAGE_BYTES);
        take(back, control);
    }

    private void answer(RingBuffer to, RingBuffer back, Control control) {
        take(to, control);
        back.write(1, message, 0, MESSAGE_BYTES);
    }

    private static void take(RingBuffer ring, Control control) {
        while (ring.read(HandOverBenchmark::received, 1) == 0 && !control.stopMeasurement) {
            Thread.onSpinWait();
        }
    }

    private static void received(int type, MutableDirectBuffer buffer, int offset, int lengthBytes) {
        // the hand-over alone is measured
    }

    private static UnsafeBuffer memory() {
        return new UnsafeBuffer(ByteBuffer.allocateDirect(CAPACITY_BYTES + TRAILER_LENGTH));
    }
}

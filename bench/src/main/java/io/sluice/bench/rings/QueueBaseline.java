package io.sluice.bench.rings;

import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import org.jctools.queues.MpscArrayQueue;
import org.jctools.queues.SpscArrayQueue;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Queues of references, against the rings: JCTools' and the JDK's. The element is one and the same object, so what a
 * message object would cost comes on top; no other process can read them.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class QueueBaseline {
    private static final int CAPACITY = 1024;

    @Param({"jctools-spsc", "jctools-mpsc", "array-blocking", "concurrent-linked"})
    String queue = "";

    private final Object message = new Object();
    private Queue<Object> elements = new ConcurrentLinkedQueue<>();

    @Setup
    public void start() {
        elements = switch (queue) {
            case "jctools-spsc" -> new SpscArrayQueue<>(CAPACITY);
            case "jctools-mpsc" -> new MpscArrayQueue<>(CAPACITY);
            case "array-blocking" -> new ArrayBlockingQueue<>(CAPACITY);
            case "concurrent-linked" -> new ConcurrentLinkedQueue<>();
            default -> throw new IllegalArgumentException("no queue " + queue);
        };
    }

    @Benchmark
    public Object writeAndRead() {
        elements.offer(message);
        Object read = elements.poll();
        if (read == null) {
            throw new AssertionError("the queue lost a message");
        }
        return read;
    }
}

package io.sluice.bench.rings;

import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

import io.sluice.ringbuffers.ring.EventRing;

/**
 * What a worker pays to tell an agent something: an event of six longs put into the ring, and taken out again in bulk.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EventRingBenchmark {
    private static final int LONGS = 6;
    private static final int AT_ONCE = 256;

    private long sum;
    private final EventRing ring = new EventRing(1 << 18);
    private final EventRing.Handler handler = (type, longs) -> sum += longs.get(LONGS - 1);
    private int waiting;

    @Benchmark
    public long event() {
        int claim = ring.claim(1, LONGS);
        if (claim == EventRing.FULL) {
            throw new AssertionError("the ring is full although it is drained");
        }
        for (int n = 0; n < LONGS; n++) {
            ring.put(claim, n, sum + n);
        }
        ring.commit(claim);
        if (++waiting >= AT_ONCE) {
            waiting -= ring.drain(handler, AT_ONCE);
        }
        return sum;
    }
}

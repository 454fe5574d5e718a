package io.sluice.bench.rings;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import io.sluice.bench.ScratchDirectory;
import io.sluice.ringbuffers.counters.CounterRow;
import io.sluice.ringbuffers.counters.CountersFile;
import io.sluice.ringbuffers.counters.Kind;

/**
 * Counting one event: in the worker's own row of the counters file, in a shared column of it, and in the JDK's ways.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CounterBenchmark {
    private final CountersFile file;
    private final CounterRow row;
    private final AtomicLong atomicLong = new AtomicLong();
    private final LongAdder longAdder = new LongAdder();

    public CounterBenchmark() {
        try {
            file = CountersFile.create(ScratchDirectory.create().resolve("counters"), 16);
            row = file.allocate(Kind.SERVICE, 0, "bench");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @TearDown
    public void close() {
        file.close();
    }

    @Benchmark
    public void own() {
        row.increment(3);
    }

    @Benchmark
    public long shared() {
        return row.atomicAdd(4, 1);
    }

    @Benchmark
    public long baselineAtomicLong() {
        return atomicLong.incrementAndGet();
    }

    @Benchmark
    public void baselineLongAdder() {
        longAdder.increment();
    }
}

package io.sluice.bench.gate;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Two benchmarks of known behaviour, with which the gate's own test proves that it catches what it must. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BenchGateSelfTest {
    private int counter;

    @Benchmark
    public int counts() {
        return ++counter;
    }

    @Benchmark
    public byte[] allocates() {
        return new byte[8];
    }
}

package io.sluice.bench.conntrack;

import io.sluice.ringbuffers.mapped.Checksum;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The checksum of one slot of a table, beside the JDK's CRC-32C, which the processor has an instruction for. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ChecksumBenchmark {
    private static final int LONGS = 16;

    private final ByteBuffer slot = ByteBuffer.allocateDirect(LONGS * Long.BYTES).order(ByteOrder.nativeOrder());
    private final CRC32C crc = new CRC32C();
    private long changes;

    @Benchmark
    public int slot() {
        slot.putLong(0, changes++);
        long state = Checksum.start();
        for (int n = 0; n < LONGS; n++) {
            state = Checksum.add(state, slot.getLong(n * Long.BYTES));
        }
        return Checksum.fold32(state);
    }

    @Benchmark
    public int baselineCrc32c() {
        slot.putLong(0, changes++);
        crc.reset();
        slot.clear();
        crc.update(slot);
        return (int) crc.getValue();
    }
}

package io.sluice.bench.conntrack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import io.sluice.bench.ScratchDirectory;
import io.sluice.conntrack.AffinityTable;

/**
 * Source-IP affinity: the server of a client seen before, of one never seen, and a client that comes and goes. The
 * clients asked for are spread over the whole table, so that with many entries each question is a cache miss.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AffinityBenchmark {
    @Param({"20000", "1000000"})
    int entries;

    private final Clients clients = new Clients();
    private AffinityTable table = open(1);

    @Setup
    public void fill() {
        table.close();
        table = open(entries);
        for (int n = 0; n < entries; n++) {
            table.lookupOrClaim(Clients.GROUP, 0, Clients.address(n), Clients.server(n), Clients.TIMEOUT_MS,
                    Clients.NOW_MS);
        }
    }

    @TearDown
    public void close() {
        table.close();
    }

    /** A client's next connection. */
    @Benchmark
    public long known() {
        long client = clients.known(entries);
        return table.refresh(Clients.GROUP, 0, client, Clients.TIMEOUT_MS, Clients.NOW_MS);
    }

    @Benchmark
    public long unknown() {
        return table.lookup(Clients.GROUP, 0, clients.unknown(entries), Clients.NOW_MS);
    }

    @Benchmark
    public boolean comesAndGoes() {
        long client = clients.unknown(entries);
        table.lookupOrClaim(Clients.GROUP, 0, client, 7, Clients.TIMEOUT_MS, Clients.NOW_MS);
        return table.remove(Clients.GROUP, 0, client);
    }

    private static AffinityTable open(int capacity) {
        try {
            return AffinityTable.open(ScratchDirectory.create().resolve("affinity"), capacity);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.sluice.bench.conntrack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import io.sluice.bench.ScratchDirectory;
import io.sluice.conntrack.AffinityTable;
import io.sluice.conntrack.FlowTable;
import io.sluice.conntrack.store.CopyStatus;
import io.sluice.conntrack.store.DurableCopy;

/**
 * A client that comes and goes while the durable copy is kept in a Chronicle Map by its own thread: what a worker pays
 * for durability is the difference to {@link AffinityBenchmark#comesAndGoes}. Under this load events are dropped and
 * the store's thread compares the tables again and again, so the allocation shown is that thread's.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AffinityStoreBenchmark {
    private static final int CLIENTS = 20_000;

    private final Clients clients = new Clients();
    private final Opened opened = open();

    private record Opened(AffinityTable table, FlowTable flows, DurableCopy copy) {
    }

    @Setup
    public void waitUntilOpen() {
        while (opened.copy.status().state() != CopyStatus.State.FOLLOWING) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    @TearDown
    public void close() throws IOException {
        opened.copy.close();
        opened.flows.close();
        opened.table.close();
    }

    @Benchmark
    public boolean comesAndGoes() {
        long client = clients.known(CLIENTS);
        opened.table.lookupOrClaim(Clients.GROUP, 0, client, 7, Clients.TIMEOUT_MS, Clients.NOW_MS);
        return opened.table.remove(Clients.GROUP, 0, client);
    }

    private static Opened open() {
        try {
            Path directory = ScratchDirectory.create();
            AffinityTable table = AffinityTable.open(directory.resolve("affinity"), CLIENTS);
            FlowTable flows = FlowTable.open(directory, 1, CLIENTS);
            return new Opened(table, flows, DurableCopy.start(directory, table, flows, (scope, server) -> null,
                    sessions -> {
                    }, report -> {
                    }));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.sluice.bench.conntrack;

import io.sluice.conntrack.Protocol;
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
import io.sluice.conntrack.FlowShard;
import io.sluice.conntrack.FlowTable;
import io.sluice.conntrack.NewFlow;

/** The flow table of one worker: a connection comes, moves bytes and ends, beside so many others. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FlowBenchmark {
    private static final int SERVER_PORT = 53;

    @Param({"20000", "1000000"})
    int entries;

    private final Clients clients = new Clients();
    private FlowTable table = open(1);
    private FlowShard shard = table.shard(0);

    @Setup
    public void fill() throws IOException {
        table.close();
        table = open(2 * entries);
        shard = table.shard(0);
        for (int n = 0; n < entries; n++) {
            shard.insert(flow(Clients.address(n)), Clients.NOW_MS);
        }
    }

    @TearDown
    public void close() throws IOException {
        table.close();
    }

    @Benchmark
    public long relayedConnection() {
        long handle = shard.insert(flow(clients.unknown(entries)), Clients.NOW_MS);
        shard.bytes(handle, 64, 4096, Clients.NOW_MS);
        shard.end(handle, 1);
        return handle;
    }

    private NewFlow flow(long client) {
        return shard.newFlow().protocol(Protocol.UDP).service(Clients.GROUP).client(0, client, Clients.PORT)
                .listen(0, Clients.LISTEN, SERVER_PORT).server(7, 0, Clients.SERVER, SERVER_PORT)
                .source(0, Clients.LISTEN, (int) client & 0xFFFF);
    }

    private static FlowTable open(int capacity) {
        try {
            return FlowTable.open(ScratchDirectory.create(), 1, capacity);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

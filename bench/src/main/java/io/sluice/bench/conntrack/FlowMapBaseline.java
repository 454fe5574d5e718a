package io.sluice.bench.conntrack;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The same with flow objects in a ConcurrentHashMap by their ids, readable by other threads of the process. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FlowMapBaseline {
    private static final class Flow {
        final long client;
        volatile long lastSeenMs;
        volatile long bytesIn;
        volatile long bytesOut;

        Flow(long client) {
            this.client = client;
        }

        void carried(long in, long out, long nowMs) {
            bytesIn += in;
            bytesOut += out;
            lastSeenMs = nowMs;
        }
    }

    @Param({"20000", "1000000"})
    int entries;

    private final Clients clients = new Clients();
    private final ConcurrentHashMap<Long, Flow> byId = new ConcurrentHashMap<>();
    private long lastId;

    @Setup
    public void fill() {
        for (int n = 0; n < entries; n++) {
            byId.put(++lastId, new Flow(Clients.address(n)));
        }
    }

    @Benchmark
    public long relayedConnection() {
        Flow flow = new Flow(clients.unknown(entries));
        long id = ++lastId;
        byId.put(id, flow);
        flow.carried(64, 4096, Clients.NOW_MS);
        byId.remove(id);
        return flow.client + flow.bytesIn + flow.bytesOut + flow.lastSeenMs;
    }
}

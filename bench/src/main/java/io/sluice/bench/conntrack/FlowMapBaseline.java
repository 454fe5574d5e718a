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

/** The same with flow objects in ConcurrentHashMaps, one for each direction, readable by other threads of the process. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FlowMapBaseline {
    private static final int UDP = 17;
    private static final int SERVER_PORT = 53;

    private record Key(int protocol, long nearHi, long nearLo, int nearPort, long farHi, long farLo, int farPort) {
    }

    private static final class Flow {
        final Key reply;
        volatile long lastSeenMs;
        volatile long packets;
        volatile long bytes;

        Flow(Key reply) {
            this.reply = reply;
        }

        long carried(long sizeBytes, long nowMs) {
            packets++;
            bytes += sizeBytes;
            lastSeenMs = nowMs;
            return packets + bytes + lastSeenMs;
        }
    }

    @Param({"20000", "1000000"})
    int entries;

    private final Clients clients = new Clients();
    private final ConcurrentHashMap<Key, Flow> byClient = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Key, Flow> byReply = new ConcurrentHashMap<>();

    @Setup
    public void fill() {
        for (int n = 0; n < entries; n++) {
            insert(Clients.address(n));
        }
    }

    @Benchmark
    public long packet() {
        Flow flow = byClient.get(key(clients.known(entries)));
        if (flow == null) {
            throw new AssertionError("a known flow is not there");
        }
        return flow.carried(64, Clients.NOW_MS);
    }

    @Benchmark
    public boolean packetOfNoFlow() {
        return byClient.containsKey(key(clients.unknown(entries)));
    }

    @Benchmark
    public boolean comesAndGoes() {
        long client = clients.unknown(entries);
        insert(client);
        Flow flow = byClient.remove(key(client));
        return flow != null && byReply.remove(flow.reply) != null;
    }

    private void insert(long client) {
        Flow flow = new Flow(new Key(UDP, 0, Clients.SERVER, SERVER_PORT, 0, Clients.LISTEN, (int) client & 0xFFFF));
        byClient.put(key(client), flow);
        byReply.put(flow.reply, flow);
    }

    private static Key key(long client) {
        return new Key(UDP, 0, client, Clients.PORT, 0, Clients.LISTEN, SERVER_PORT);
    }
}

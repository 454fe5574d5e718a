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

/** The same questions put to a ConcurrentHashMap, which other processes cannot read and no restart survives. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AffinityMapBaseline {
    private record Client(long group, long ipHi, long ipLo) {
    }

    private static final class Pin {
        final long server;
        volatile long lastSeenMs;

        Pin(long server) {
            this.server = server;
        }
    }

    @Param({"20000", "1000000"})
    int entries;

    private final Clients clients = new Clients();
    private final ConcurrentHashMap<Client, Pin> map = new ConcurrentHashMap<>();

    @Setup
    public void fill() {
        for (int n = 0; n < entries; n++) {
            map.put(client(Clients.address(n)), new Pin(Clients.server(n)));
        }
    }

    @Benchmark
    public long known() {
        Pin pin = map.get(client(clients.known(entries)));
        if (pin == null) {
            throw new AssertionError("a known client is not there");
        }
        if (pin.lastSeenMs != Clients.NOW_MS) {
            pin.lastSeenMs = Clients.NOW_MS;
        }
        return pin.server;
    }

    @Benchmark
    public boolean unknown() {
        return map.containsKey(client(clients.unknown(entries)));
    }

    @Benchmark
    public boolean comesAndGoes() {
        Client client = client(clients.unknown(entries));
        map.computeIfAbsent(client, key -> new Pin(7));
        return map.remove(client) != null;
    }

    private static Client client(long address) {
        return new Client(Clients.GROUP, 0, address);
    }
}

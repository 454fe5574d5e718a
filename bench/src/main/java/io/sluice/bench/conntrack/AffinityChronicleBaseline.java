package io.sluice.bench.conntrack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;

import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ChronicleMapBuilder;
import net.openhft.chronicle.values.Values;

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

/** The same questions put to a Chronicle Map: shared between processes and durable too, with a lock per segment. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AffinityChronicleBaseline {
    /** Accessors as Chronicle Values wants them named. */
    public interface Client {
        long getGroup();

        void setGroup(long group);

        long getIpHi();

        void setIpHi(long ipHi);

        long getIpLo();

        void setIpLo(long ipLo);
    }

    /** See {@link Client}. */
    public interface Pin {
        long getServer();

        void setServer(long server);

        long getLastSeenMs();

        void setLastSeenMs(long lastSeenMs);

        long getTimeoutMs();

        void setTimeoutMs(long timeoutMs);

        long getCreatedMs();

        void setCreatedMs(long createdMs);
    }

    @Param({"20000", "1000000"})
    int entries;

    private final Clients clients = new Clients();
    private final Client key = Values.newHeapInstance(Client.class);
    private final Pin pin = Values.newHeapInstance(Pin.class);
    private final Pin inPlace = Values.newNativeReference(Pin.class);
    private ChronicleMap<Client, Pin> map = create(1);

    @Setup
    public void fill() {
        map.close();
        map = create(entries);
        key.setGroup(Clients.GROUP);
        pin.setTimeoutMs(Clients.TIMEOUT_MS);
        for (int n = 0; n < entries; n++) {
            pin.setServer(Clients.server(n));
            map.put(client(Clients.address(n)), pin);
        }
    }

    @TearDown
    public void close() {
        map.close();
    }

    @Benchmark
    public long known() {
        Pin found = map.acquireUsing(client(clients.known(entries)), inPlace);
        if (found.getLastSeenMs() != Clients.NOW_MS) {
            found.setLastSeenMs(Clients.NOW_MS);
        }
        return found.getServer();
    }

    @Benchmark
    public boolean unknown() {
        return map.containsKey(client(clients.unknown(entries)));
    }

    @Benchmark
    public boolean comesAndGoes() {
        Client client = client(clients.unknown(entries));
        map.put(client, pin);
        return map.remove(client, pin);
    }

    private Client client(long address) {
        key.setIpLo(address);
        return key;
    }

    private static ChronicleMap<Client, Pin> create(int entries) {
        try {
            return ChronicleMapBuilder.of(Client.class, Pin.class).name("affinity").entries(Math.max(1_000, entries))
                    .putReturnsNull(true).removeReturnsNull(true).entryAndValueOffsetAlignment(8)
                    .createPersistedTo(ScratchDirectory.create().resolve("chronicle").toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

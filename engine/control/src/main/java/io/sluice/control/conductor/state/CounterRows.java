package io.sluice.control.conductor.state;

import io.sluice.dataplane.service.ServiceRows;
import io.sluice.ringbuffers.counters.CounterRow;
import io.sluice.ringbuffers.counters.CountersFile;
import io.sluice.ringbuffers.counters.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Which rows of the counters file belong to which service and server. Rows are kept for those that left until their
 * last connection has ended. A writer is a thread of the data plane that counts. Conductor's thread.
 */
public final class CounterRows {
    /** The control plane's own row, which all writers share. */
    private static final int SHARED = -1;

    private final CountersFile file;
    private final int writers;
    private final Map<String, ServiceRows> services = new LinkedHashMap<>();
    private final Map<ServerKey, ServerRows> servers = new LinkedHashMap<>();

    public CounterRows(CountersFile file, int writers) {
        this.file = file;
        this.writers = writers;
    }

    /** Rows that so many services and servers take. */
    public static int rowsFor(int services, int servers, int writers) {
        return services * (1 + 3 * writers) + servers * (1 + writers);
    }

    /** Those that have rows now. */
    Set<ServerKey> servers() {
        return Set.copyOf(servers.keySet());
    }

    /** Those that have rows now. */
    Set<String> services() {
        return Set.copyOf(services.keySet());
    }

    /**
     * The service's rows, allocated where it has none.
     *
     * @throws IllegalStateException when the file is full
     */
    ServiceRows of(String service) {
        ServiceRows known = services.get(service);
        if (known == null) {
            known = new ServiceRows(file.allocate(Kind.SERVICE, SHARED, service), perWriter(Kind.SERVICE, service, ""),
                    perWriter(Kind.ENDS, service, ""), perWriter(Kind.CONNECT_TIME, service, ""));
            services.put(service, known);
        }
        return known;
    }

    /**
     * The server's rows, allocated where it has none.
     *
     * @throws IllegalStateException when the file is full
     */
    ServerRows of(ServerKey server) {
        ServerRows known = servers.get(server);
        if (known == null) {
            known = new ServerRows(file.allocate(Kind.SERVER, SHARED, server.service(), server.server()),
                    perWriter(Kind.SERVER, server.service(), server.server()));
            servers.put(server, known);
        }
        return known;
    }

    /** Gives the rows back; nobody writes them any more. */
    void release(ServerKey server) {
        ServerRows rows = servers.remove(server);
        if (rows != null) {
            file.release(rows.gauges());
            rows.counters().forEach(file::release);
        }
    }

    /** Gives the rows back; nobody writes them any more. */
    void release(String service) {
        ServiceRows rows = services.remove(service);
        if (rows != null) {
            file.release(rows.gauges());
            rows.counts().forEach(file::release);
            rows.ends().forEach(file::release);
            rows.connectTimes().forEach(file::release);
        }
    }

    /** Half-made sets of rows stay allocated when the file is full: {@link CountersFile#allocate} finds them again. */
    private List<CounterRow> perWriter(Kind kind, String service, String server) {
        List<CounterRow> rows = new ArrayList<>(writers);
        IntStream.range(0, writers).forEach(writer -> rows.add(file.allocate(kind, writer, service, server)));
        return List.copyOf(rows);
    }
}

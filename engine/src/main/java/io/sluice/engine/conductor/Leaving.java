package io.sluice.engine.conductor;

import io.sluice.engine.routes.Kick;
import io.sluice.engine.routes.ServerColumn;
import io.sluice.engine.routes.ServiceColumn;
import io.sluice.engine.routes.StableId;
import io.sluice.ringbuffers.counters.CounterRow;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Servers and services that a reload removed. Their connections live on; at the deadline they are ended; with the last
 * of them the counters go. Conductor's thread.
 */
final class Leaving {
    /** How often it is looked at. */
    static final long PERIOD_NS = 250_000_000;

    private final RowBook rows;
    private final DataPlane dataPlane;
    private final Map<ServerKey, Gone> servers = new LinkedHashMap<>();
    private final Map<String, Gone> services = new LinkedHashMap<>();

    /** One that left; {@code sinceVersion} is the first Routes without it. */
    private static final class Gone {
        private final @Nullable ServerModel model;
        private final CounterRow gauges;
        private final int connectionsColumn;
        private final Kick kick;
        private final long sinceVersion;
        private final long deadlineNs;
        private boolean kicked;
        private boolean idle;

        Gone(@Nullable ServerModel model, CounterRow gauges, int connectionsColumn, Kick kick, long sinceVersion,
                long deadlineNs) {
            this.model = model;
            this.gauges = gauges;
            this.connectionsColumn = connectionsColumn;
            this.kick = kick;
            this.sinceVersion = sinceVersion;
            this.deadlineNs = deadlineNs;
        }

        /** Whether nobody writes its counters any more: idle at two looks in a row, as a worker counts in steps. */
        boolean isOver(DataPlane dataPlane, long nowNs) {
            boolean nowIdle = dataPlane.acknowledgedVersion() >= sinceVersion && gauges.get(connectionsColumn) == 0;
            if (!nowIdle && !kicked && nowNs - deadlineNs >= 0) {
                kicked = true;
                dataPlane.kick(kick);
            }
            boolean over = nowIdle && idle;
            idle = nowIdle;
            return over;
        }
    }

    Leaving(RowBook rows, DataPlane dataPlane) {
        this.rows = rows;
        this.dataPlane = dataPlane;
    }

    boolean isEmpty() {
        return servers.isEmpty() && services.isEmpty();
    }

    void add(ServerModel server, long sinceVersion, long deadlineNs) {
        ServerKey key = server.key();
        servers.put(key, new Gone(server, server.rows().gauges(), ServerColumn.CONNECTIONS,
                new Kick(0, StableId.of(key.service()), StableId.of(key.server()), 0, 0), sinceVersion, deadlineNs));
    }

    void add(ServiceModel service, long sinceVersion, long deadlineNs) {
        services.put(service.name(), new Gone(null, service.rows().gauges(), ServiceColumn.CONNECTIONS,
                new Kick(0, service.wiring().id(), 0, 0, 0), sinceVersion, deadlineNs));
    }

    /** It is configured again. */
    void stays(ServerKey server) {
        servers.remove(server);
    }

    /** It is configured again. */
    void stays(String service) {
        services.remove(service);
    }

    /** Servers of that service that left. */
    List<ServerModel> of(String service) {
        return servers.entrySet().stream().filter(entry -> entry.getKey().service().equals(service))
                .map(entry -> entry.getValue().model).filter(java.util.Objects::nonNull).toList();
    }

    /** Ends what is due and lets go of what is over; says whether anything went. */
    boolean look(long nowNs) {
        boolean serversWent = servers.entrySet().removeIf(entry -> {
            boolean over = entry.getValue().isOver(dataPlane, nowNs);
            if (over) {
                rows.release(entry.getKey());
            }
            return over;
        });
        boolean servicesWent = services.entrySet().removeIf(entry -> {
            boolean over = entry.getValue().isOver(dataPlane, nowNs);
            if (over) {
                rows.release(entry.getKey());
            }
            return over;
        });
        return serversWent || servicesWent;
    }
}

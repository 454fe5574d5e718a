package io.sluice.control.conductor.state;

import io.sluice.control.api.DataPlane;
import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.Kick;
import io.sluice.dataplane.service.ServerColumn;
import io.sluice.dataplane.service.ServiceColumn;
import io.sluice.dataplane.service.StableId;
import io.sluice.ringbuffers.counters.CounterRow;
import io.sluice.ringbuffers.ip.Endpoint;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Servers and services that a reload removed, and places that servers moved away from. Their connections live on; at
 * the deadline they are ended; with the last of them the counters go. Conductor's thread.
 */
public final class Draining {
    /** How often it is looked at. */
    public static final long PERIOD_NS = 250_000_000;

    private final CounterRows rows;
    private final DataPlane dataPlane;
    private final Map<ServerKey, Gone> servers = new LinkedHashMap<>();
    private final Map<String, Gone> services = new LinkedHashMap<>();
    private final Map<String, ServiceModel> models = new LinkedHashMap<>();
    private final Map<Place, Gone> places = new LinkedHashMap<>();

    /** A server that goes on elsewhere under its name, and where it was. */
    private record Place(ServerKey server, Endpoint address) {
        Kick kick() {
            return new Kick(0, StableId.of(server.service()), StableId.of(server.server()),
                    address.address().high(), address.address().low(),
                    address.port(), 0, 0, EndReason.REMOVED);
        }
    }

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
        boolean isOver(DataPlane dataPlane, long nowNs, LongConsumer ending) {
            long left = gauges.get(connectionsColumn);
            boolean nowIdle = dataPlane.acknowledgedVersion() >= sinceVersion && left == 0;
            if (!nowIdle && !kicked && nowNs - deadlineNs >= 0) {
                kicked = true;
                ending.accept(left);
                dataPlane.kick(kick);
            }
            boolean over = nowIdle && idle;
            idle = nowIdle;
            return over;
        }
    }

    public Draining(CounterRows rows, DataPlane dataPlane) {
        this.rows = rows;
        this.dataPlane = dataPlane;
    }

    public boolean isEmpty() {
        return servers.isEmpty() && services.isEmpty() && places.isEmpty();
    }

    void add(ServerModel server, long sinceVersion, long deadlineNs) {
        ServerKey key = server.key();
        servers.put(key, new Gone(server, server.rows().gauges(), ServerColumn.CONNECTIONS,
                Kick.of(0, StableId.of(key.service()), StableId.of(key.server()), 0, 0).because(EndReason.REMOVED),
                sinceVersion, deadlineNs));
    }

    void add(ServiceModel service, long sinceVersion, long deadlineNs) {
        models.put(service.name(), service);
        services.put(service.name(), new Gone(null, service.rows().gauges(), ServiceColumn.CONNECTIONS,
                Kick.of(0, service.wiring().id(), 0, 0, 0).because(EndReason.REMOVED), sinceVersion, deadlineNs));
    }

    /** It has another address from now on; the connections to the former one are as those of a server that left. */
    void moved(ServerModel server, Endpoint from, long sinceVersion, long deadlineNs) {
        var place = new Place(server.key(), from);
        places.put(place, new Gone(null, server.rows().gauges(), ServerColumn.CONNECTIONS, place.kick(), sinceVersion,
                deadlineNs));
    }

    /** It is configured, perhaps again, and perhaps where it was before. */
    void stays(ServerModel server) {
        Gone gone = servers.remove(server.key());
        if (gone != null && gone.model != null) {
            moved(server, gone.model.configuration().address(), gone.sinceVersion, gone.deadlineNs);
        }
        places.remove(new Place(server.key(), server.configuration().address()));
    }

    /** It is configured again. */
    void stays(String service) {
        services.remove(service);
        models.remove(service);
    }

    /** Services that left. */
    public Collection<ServiceModel> services() {
        return models.values();
    }

    /** Servers of that service that left. */
    public List<ServerModel> of(String service) {
        return servers.entrySet().stream().filter(entry -> entry.getKey().service().equals(service))
                .map(entry -> entry.getValue().model).filter(java.util.Objects::nonNull).toList();
    }

    /**
     * Ends what is due and lets go of what is over; says whether anything went.
     *
     * @param ending hears of those whose connections end now: the service or server, and how many it has
     */
    public boolean look(long nowNs, ObjLongConsumer<String> ending) {
        // services first: their servers' connections end with them
        boolean servicesWent = services.entrySet().removeIf(entry -> {
            boolean over = entry.getValue().isOver(dataPlane, nowNs, left -> ending.accept(entry.getKey(), left));
            if (over) {
                rows.release(entry.getKey());
                models.remove(entry.getKey());
            }
            return over;
        });
        boolean serversWent = servers.entrySet().removeIf(entry -> {
            ServerKey key = entry.getKey();
            boolean over = entry.getValue().isOver(dataPlane, nowNs, left -> {
                if (!services.containsKey(key.service())) { // else the service is told of as a whole
                    ending.accept(key.toString(), left);
                }
            });
            if (over) {
                rows.release(key);
            }
            return over;
        });
        // one that moved has connections at its new address: only the deadline or an idle moment ends the wait
        places.values().removeIf(place -> place.isOver(dataPlane, nowNs, left -> {
            // how many are where it was, nobody knows
        }) || place.kicked);
        return serversWent || servicesWent;
    }
}

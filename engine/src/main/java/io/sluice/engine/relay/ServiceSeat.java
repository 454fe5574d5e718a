package io.sluice.engine.relay;

import io.sluice.conntrack.AffinityTable;
import io.sluice.engine.routes.AffinityRule;
import io.sluice.engine.routes.Choice;
import io.sluice.engine.routes.ConnectTimeBuckets;
import io.sluice.engine.routes.EndReason;
import io.sluice.engine.routes.RealServer;
import io.sluice.engine.routes.ServerColumn;
import io.sluice.engine.routes.ServiceColumn;
import io.sluice.engine.routes.VirtualService;
import io.sluice.ringbuffers.counters.CounterRow;
import io.sluice.scheduler.ClientHash;
import io.sluice.scheduler.Load;
import io.sluice.scheduler.Scheduler;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One virtual service on one worker: its newest picture from Routes, this worker's scheduler for it, its listening
 * sockets and counters. It outlives changes of the service; connections hold on to it. One worker's thread.
 */
final class ServiceSeat implements Load {
    private final Relay relay;
    private final List<Acceptor> acceptors = new ArrayList<>();
    private VirtualService service;
    private Scheduler scheduler;
    private CounterRow counters;
    private CounterRow ends;
    private CounterRow connectTimes;
    /** For whom the scheduler is choosing right now. */
    private @Nullable Connection chooser;

    ServiceSeat(Relay relay, VirtualService service) {
        this.relay = relay;
        this.service = service;
        int worker = relay.worker.index();
        scheduler = newScheduler(service.choice());
        counters = service.counters().get(worker);
        ends = service.ends().get(worker);
        connectTimes = service.connectTimes().get(worker);
    }

    VirtualService service() {
        return service;
    }

    List<Acceptor> acceptors() {
        return acceptors;
    }

    /** Takes over a newer picture of the same service; the scheduler goes on where the choice is unchanged. */
    @SuppressWarnings("ReferenceEquality") // Choice promises: the same instance, as long as nothing has changed
    void update(VirtualService newer) {
        if (newer.choice() != service.choice()) {
            scheduler = newScheduler(newer.choice());
        }
        service = newer;
        int worker = relay.worker.index();
        counters = newer.counters().get(worker);
        ends = newer.ends().get(worker);
        connectTimes = newer.connectTimes().get(worker);
    }

    private Scheduler newScheduler(Choice choice) {
        return choice.plan().forWorker(relay.nextSeed());
    }

    /**
     * Chooses a server for the connection's next attempt: by affinity, else by the scheduler.
     *
     * @return its position in {@link VirtualService#servers()}, or -1
     */
    int choose(Connection connection) {
        chooser = connection;
        try {
            AffinityRule rule = service.affinity();
            return rule.enabled() ? chooseWithAffinity(connection, rule) : chooseNew(connection, rule);
        } finally {
            chooser = null;
        }
    }

    private int chooseWithAffinity(Connection connection, AffinityRule rule) {
        long high = rule.maskHigh(connection.clientHigh, connection.clientLow);
        long low = rule.maskLow(connection.clientHigh, connection.clientLow);
        long nowMs = System.currentTimeMillis();
        long known = relay.affinity.refresh(rule.group(), high, low, rule.timeoutMs(), nowMs);
        int index = known == AffinityTable.NONE ? -1 : positionOf(known);
        if (index >= 0 && servesKnown(connection, index)) {
            return index;
        }
        int chosen = chooseNew(connection, rule);
        if (chosen < 0 || service.servers().get(chosen).fallback()) {
            return chosen; // the fallback is not a server to come back to
        }
        long id = service.servers().get(chosen).id();
        long agreed = known == AffinityTable.NONE
                ? relay.affinity.lookupOrClaim(rule.group(), high, low, id, rule.timeoutMs(), nowMs)
                : relay.affinity.replace(rule.group(), high, low, known, id, nowMs);
        int agreedIndex = agreed == id ? chosen : positionOf(agreed);
        // another worker may have claimed the client a moment ago: then its choice counts
        return agreedIndex >= 0 && servesKnown(connection, agreedIndex) ? agreedIndex : chosen;
    }

    private int chooseNew(Connection connection, AffinityRule rule) {
        long hash = ClientHash.OF_ADDRESS.ipv6(rule.maskHigh(connection.clientHigh, connection.clientLow),
                rule.maskLow(connection.clientHigh, connection.clientLow));
        int eligible = scheduler.select(hash, this);
        return eligible < 0 ? -1 : service.choice().servers().get(eligible);
    }

    private boolean servesKnown(Connection connection, int index) {
        RealServer server = service.servers().get(index);
        return server.admission() != RealServer.Admission.NONE && hasRoom(server) && !connection.hasTried(index);
    }

    private int positionOf(long serverId) {
        List<RealServer> servers = service.servers();
        for (int i = 0; i < servers.size(); i++) {
            if (servers.get(i).id() == serverId) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public int connections(int eligible) {
        return (int) server(eligible).gauges().get(ServerColumn.CONNECTIONS);
    }

    @Override
    public boolean accepts(int eligible) {
        Connection one = chooser;
        return hasRoom(server(eligible)) && (one == null || !one.hasTried(service.choice().servers().get(eligible)));
    }

    private RealServer server(int eligible) {
        return service.servers().get(service.choice().servers().get(eligible));
    }

    private static boolean hasRoom(RealServer server) {
        return server.maxConnections() == 0
                || server.gauges().get(ServerColumn.CONNECTIONS) < server.maxConnections();
    }

    // ---- counting ----

    /** Counts a connection in; false where the service is at its limit. */
    boolean enter() {
        long now = service.gauges().atomicAdd(ServiceColumn.CONNECTIONS, 1);
        counters.increment(ServiceColumn.CONNECTIONS_TOTAL);
        return service.limits().maxConnections() == 0 || now <= service.limits().maxConnections();
    }

    void ended(EndReason reason) {
        service.gauges().atomicAdd(ServiceColumn.CONNECTIONS, -1);
        ends.increment(reason.ordinal());
        if (reason == EndReason.DENIED) {
            counters.increment(ServiceColumn.DENIED);
        } else if (reason == EndReason.LIMITED) {
            counters.increment(ServiceColumn.LIMITED);
        }
    }

    void count(int column) {
        counters.increment(column);
    }

    void countBytes(@Nullable RealServer server, long in, long out, long spliced) {
        counters.add(ServiceColumn.BYTES_IN, in);
        counters.add(ServiceColumn.BYTES_OUT, out);
        counters.add(ServiceColumn.BYTES_SPLICED, spliced);
        if (server != null) {
            CounterRow row = server.counters().get(relay.worker.index());
            row.add(ServerColumn.BYTES_IN, in);
            row.add(ServerColumn.BYTES_OUT, out);
        }
    }

    void countConnectTime(long micros) {
        connectTimes.increment(ConnectTimeBuckets.bucket(micros));
        connectTimes.add(ConnectTimeBuckets.SUM_MICROS, micros);
    }
}

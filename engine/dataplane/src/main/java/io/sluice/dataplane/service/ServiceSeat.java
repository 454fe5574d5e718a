package io.sluice.dataplane.service;

import io.sluice.conntrack.AffinityTable;
import io.sluice.ringbuffers.counters.CounterRow;
import io.sluice.scheduler.ClientHash;
import io.sluice.scheduler.Load;
import io.sluice.scheduler.Scheduler;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One virtual service on one worker: its newest picture from Routes, this worker's scheduler for it and its counters. It
 * outlives changes of the service; connections and sessions hold on to it. One worker's thread.
 */
public final class ServiceSeat implements Load {
    /** Seeds of one worker's schedulers are this far apart, so that no two workers share one. */
    private static final int SEED_STEP = 64;

    private final int worker;
    private final AffinityTable affinity;
    private int seed;
    private VirtualService service;
    private Scheduler scheduler;
    private CounterRow counters;
    private CounterRow ends;
    private CounterRow connectTimes;
    /** For whom the scheduler is choosing right now. */
    private @Nullable Client chooser;

    /**
     * Makes a seat.
     *
     * @param worker index of the worker it belongs to
     * @param affinity the table all workers share
     */
    public ServiceSeat(int worker, AffinityTable affinity, VirtualService service) {
        this.worker = worker;
        this.affinity = affinity;
        this.seed = worker;
        this.service = service;
        scheduler = newScheduler(service.choice());
        counters = service.counters().get(worker);
        ends = service.ends().get(worker);
        connectTimes = service.connectTimes().get(worker);
    }

    public VirtualService service() {
        return service;
    }

    /** Takes over a newer picture of the same service; the scheduler goes on where the choice is unchanged. */
    @SuppressWarnings("ReferenceEquality") // Choice promises: the same instance, as long as nothing has changed
    public void update(VirtualService newer) {
        if (newer.choice() != service.choice()) {
            scheduler = newScheduler(newer.choice());
        }
        service = newer;
        counters = newer.counters().get(worker);
        ends = newer.ends().get(worker);
        connectTimes = newer.connectTimes().get(worker);
    }

    private Scheduler newScheduler(Choice choice) {
        seed += SEED_STEP;
        return choice.plan().forWorker(seed);
    }

    /**
     * Chooses a server for the client's next attempt, by affinity, else by the scheduler, and takes a place at it.
     *
     * @return its position in {@link VirtualService#servers()}, or -1
     */
    public int take(Client client) {
        int index = choose(client);
        while (index >= 0 && !takePlace(service.servers().get(index))) {
            index = choose(client); // another worker took the last place meanwhile
        }
        return index;
    }

    /** Takes a place at a server that the client has had: its position, or -1 where it may not have it any more. */
    public int takeAgain(Client client, long serverId) {
        int index = positionOf(serverId);
        return index >= 0 && servesKnown(client, index) && takePlace(service.servers().get(index)) ? index : -1;
    }

    private int choose(Client client) {
        chooser = client;
        try {
            AffinityRule rule = service.affinity();
            return rule.enabled() ? chooseWithAffinity(client, rule) : chooseNew(client, rule);
        } finally {
            chooser = null;
        }
    }

    private int chooseWithAffinity(Client client, AffinityRule rule) {
        long high = rule.maskHigh(client.clientHigh(), client.clientLow());
        long low = rule.maskLow(client.clientHigh(), client.clientLow());
        long nowMs = System.currentTimeMillis();
        long known = affinity.refresh(rule.group(), high, low, rule.timeoutMs(), nowMs);
        int index = known == AffinityTable.NONE ? -1 : positionOf(known);
        if (index >= 0 && servesKnown(client, index)) {
            return index;
        }
        int chosen = chooseNew(client, rule);
        if (chosen < 0 || service.servers().get(chosen).fallback()) {
            return chosen; // the fallback is not a server to come back to
        }
        long id = service.servers().get(chosen).id();
        long agreed = known == AffinityTable.NONE
                ? affinity.lookupOrClaim(rule.group(), high, low, id, rule.timeoutMs(), nowMs)
                : affinity.replace(rule.group(), high, low, known, id, nowMs);
        int agreedIndex = agreed == id ? chosen : positionOf(agreed);
        // another worker may have claimed the client a moment ago: then its choice counts
        return agreedIndex >= 0 && servesKnown(client, agreedIndex) ? agreedIndex : chosen;
    }

    private int chooseNew(Client client, AffinityRule rule) {
        long hash = ClientHash.OF_ADDRESS.ipv6(rule.maskHigh(client.clientHigh(), client.clientLow()),
                rule.maskLow(client.clientHigh(), client.clientLow()));
        int eligible = scheduler.select(hash, this);
        return eligible < 0 ? -1 : service.choice().servers().get(eligible);
    }

    private boolean servesKnown(Client client, int index) {
        RealServer server = service.servers().get(index);
        return server.admission() != RealServer.Admission.NONE && server.hasRoom() && !client.hasTried(index);
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

    /**
     * Where {@link #take} found nobody: whether a server would have taken the client if it had not been at its maximum. It
     * may have room again by now.
     */
    public boolean wasFullFor(Client client) {
        List<Integer> eligible = service.choice().servers();
        for (int i = 0; i < eligible.size(); i++) {
            int index = eligible.get(i);
            if (service.servers().get(index).maxConnections() > 0 && !client.hasTried(index)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public int connections(int eligible) {
        return (int) server(eligible).gauges().get(ServerColumn.CONNECTIONS);
    }

    @Override
    public boolean accepts(int eligible) {
        Client one = chooser;
        return server(eligible).takesNew() && (one == null || !one.hasTried(service.choice().servers().get(eligible)));
    }

    private RealServer server(int eligible) {
        return service.servers().get(service.choice().servers().get(eligible));
    }

    // ---- counting ----

    /** Counts a session in at a server, whatever its maximum. */
    public static void arrive(RealServer server) {
        noteFullness(server, server.gauges().atomicAdd(ServerColumn.CONNECTIONS, 1));
    }

    /** Adds first and looks then: of workers that come at the same instant none is one too many. */
    private static boolean takePlace(RealServer server) {
        long now = server.gauges().atomicAdd(ServerColumn.CONNECTIONS, 1);
        if (server.maxConnections() > 0 && now > server.maxConnections()) {
            leave(server);
            return false;
        }
        noteFullness(server, now);
        return true;
    }

    private static void noteFullness(RealServer server, long now) {
        if (server.minConnections() > 0) {
            if (now >= server.maxConnections()) {
                server.gauges().set(ServerColumn.FULL, 1);
            } else if (now <= server.minConnections()) {
                server.gauges().set(ServerColumn.FULL, 0);
            }
        }
    }

    /** Gives the place of a connection or session at its server back. */
    public static void leave(RealServer server) {
        server.gauges().atomicAdd(ServerColumn.CONNECTIONS, -1);
    }

    /** Counts a connection in; false where the service is at its limit. */
    public boolean enter() {
        long now = service.gauges().atomicAdd(ServiceColumn.CONNECTIONS, 1);
        counters.increment(ServiceColumn.CONNECTIONS_TOTAL);
        return service.limits().maxConnections() == 0 || now <= service.limits().maxConnections();
    }

    public void ended(EndReason reason) {
        service.gauges().atomicAdd(ServiceColumn.CONNECTIONS, -1);
        ends.increment(reason.ordinal());
        if (reason == EndReason.DENIED) {
            counters.increment(ServiceColumn.DENIED);
        } else if (reason == EndReason.LIMITED) {
            counters.increment(ServiceColumn.LIMITED);
        }
    }

    public void count(int column) {
        counters.increment(column);
    }

    public void count(int column, long amount) {
        counters.add(column, amount);
    }

    public void countBytes(@Nullable RealServer server, long in, long out, long spliced) {
        counters.add(ServiceColumn.BYTES_IN, in);
        counters.add(ServiceColumn.BYTES_OUT, out);
        counters.add(ServiceColumn.BYTES_SPLICED, spliced);
        if (server != null) {
            CounterRow row = server.counters().get(worker);
            row.add(ServerColumn.BYTES_IN, in);
            row.add(ServerColumn.BYTES_OUT, out);
        }
    }

    public void countDatagrams(long in, long out) {
        counters.add(ServiceColumn.DATAGRAMS_IN, in);
        counters.add(ServiceColumn.DATAGRAMS_OUT, out);
    }

    public void countConnectTime(long micros) {
        connectTimes.increment(ConnectTimeBuckets.bucket(micros));
        connectTimes.add(ConnectTimeBuckets.SUM_MICROS, micros);
    }
}

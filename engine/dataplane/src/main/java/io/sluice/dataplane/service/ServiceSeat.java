package io.sluice.dataplane.service;

import io.sluice.conntrack.AffinityTable;
import io.sluice.ringbuffers.counters.CounterRow;
import org.jspecify.annotations.Nullable;

/**
 * One virtual service on one worker: its newest picture from Routes, this worker's selection of servers and its counters. It
 * outlives changes of the service; connections and sessions hold on to it. One worker's thread.
 *
 * @param <F> the data plane's kind of service
 */
public final class ServiceSeat<F extends Forwarding> {
    private final int worker;
    private final Selection selection;
    private VirtualService service;
    private F forwarding;
    private CounterRow counters;
    private CounterRow ends;
    private CounterRow connectTimes;

    /**
     * Makes a seat.
     *
     * @param worker index of the worker it belongs to
     * @param affinity the table all workers share
     * @param forwarding the service's
     */
    public ServiceSeat(int worker, AffinityTable affinity, VirtualService service, F forwarding) {
        this.worker = worker;
        this.service = service;
        this.forwarding = forwarding;
        selection = new Selection(worker, affinity, service);
        counters = service.counters().counts().get(worker);
        ends = service.counters().ends().get(worker);
        connectTimes = service.counters().connectTimes().get(worker);
    }

    public VirtualService service() {
        return service;
    }

    /** What only its data plane needs of it. */
    public F forwarding() {
        return forwarding;
    }

    /** Takes over a newer picture of the same service; the scheduler goes on where its candidates are unchanged. */
    public void update(VirtualService newer, F newerForwarding) {
        selection.update(newer); // first: where that throws, everything is as it was
        service = newer;
        forwarding = newerForwarding;
        counters = newer.counters().counts().get(worker);
        ends = newer.counters().ends().get(worker);
        connectTimes = newer.counters().connectTimes().get(worker);
    }

    /**
     * Chooses a server for the client's next attempt, by affinity, else by the scheduler, and takes a place at it.
     *
     * @return its position in {@link VirtualService#servers()}, or -1
     */
    public int take(Client client) {
        return selection.take(client);
    }

    /** Takes a place at a server that the client has had: its position, or -1 where it may not have it any more. */
    public int takeAgain(Client client, long serverId) {
        return selection.takeAgain(client, serverId);
    }

    /**
     * Where {@link #take} has just found nobody: whether a server would have taken the client if it had not been at its
     * maximum. It may have room again by now.
     */
    public boolean wasFull() {
        return selection.wasFull();
    }

    // ---- counting ----

    /** Counts a session in at a server, whatever its maximum. */
    public static void arrive(RealServer server) {
        noteFullness(server, server.gauges().atomicAdd(ServerColumn.CONNECTIONS, 1));
    }

    /** Adds first and looks then: of workers that come at the same instant none is one too many. */
    static boolean takePlace(RealServer server) {
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
        long now = service.counters().gauges().atomicAdd(ServiceColumn.CONNECTIONS, 1);
        counters.increment(ServiceColumn.CONNECTIONS_TOTAL);
        return service.limits().maxConnections() == 0 || now <= service.limits().maxConnections();
    }

    /** Counts a client that was refused before there was anything of it. */
    public void refused(EndReason reason) {
        enter();
        ended(reason);
    }

    public void ended(EndReason reason) {
        service.counters().gauges().atomicAdd(ServiceColumn.CONNECTIONS, -1);
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

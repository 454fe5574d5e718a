package io.sluice.dataplane.service;

import io.sluice.conntrack.FlowShard;
import io.sluice.conntrack.NewFlow;
import io.sluice.ringbuffers.ip.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The connections or sessions of one data plane on one worker: who there is, in order of use; where they are counted,
 * shown and told of. That worker's thread.
 */
public final class Clients<F extends Forwarding, C extends ServedClient<F, C>> {
    private final List<UseOrder<C>> ranks = new ArrayList<>();
    private final SourceLimits sources;
    private final FlowShard flows;
    private final ClientObserver observer;
    private final Containment faults;
    private final AffinityUse<C> affinity = new AffinityUse<>();
    /** Those that have moved something since the last tick. */
    private @Nullable C firstToPublish;
    private int size;

    /**
     * Makes an empty one.
     *
     * @param ranks how many there are: see {@link #promote}
     * @param sources the limits all workers share
     * @param flows this worker's part of the flow table
     */
    public Clients(int ranks, SourceLimits sources, FlowShard flows, ClientObserver observer, Containment faults) {
        for (int i = 0; i < ranks; i++) {
            this.ranks.add(new UseOrder<>());
        }
        this.sources = sources;
        this.flows = flows;
        this.observer = observer;
        this.faults = faults;
    }

    public int size() {
        return size;
    }

    // ---- who there is ----

    public void add(C client) {
        ranks.getFirst().addNewest(client);
        size++;
    }

    /** It is used now. */
    public void use(C client) {
        ranks.get(client.rank).use(client);
    }

    /** It is used now, and has shown that it is worth more than others: those below it give way first. */
    public void promote(C client) {
        ranks.get(client.rank).remove(client);
        ranks.get(++client.rank).addNewest(client);
    }

    /** The one to give way, longest unused of the lowest rank; null where there is nobody. */
    public @Nullable C oldest() {
        for (int i = 0; i < ranks.size(); i++) {
            C client = ranks.get(i).oldest();
            if (client != null) {
                return client;
            }
        }
        return null;
    }

    /** Visits everyone; the visitor may end the one it sees. A fault is that one's, the others are visited too. */
    public void forEach(FaultKind kind, Consumer<C> visitor) {
        for (UseOrder<C> order : ranks) {
            for (C client = order.oldest(); client != null;) {
                C next = client.newer;
                if (!client.ended) { // else the end of another has taken it along
                    visit(kind, client, visitor);
                }
                client = next;
            }
        }
    }

    private void visit(FaultKind kind, C client, Consumer<C> visitor) {
        try {
            visitor.accept(client);
        } catch (Throwable thrown) {
            faults.contain(kind, thrown, client);
        }
    }

    /**
     * Ends those whose server is halted, or down where the service says that they end with it. Those with a server that
     * the configuration no longer has, or has at another address, live on while it drains.
     */
    public void endSevered() {
        forEach(FaultKind.ROUTES, client -> {
            RealServer server = client.server;
            RealServer now = server == null ? null : client.service().server(server.id());
            if (now != null && now.sever()) {
                client.end(EndReason.SERVER_DOWN);
            }
        });
    }

    /** Ends those that match. */
    public void kick(Kick kick) {
        forEach(FaultKind.KICK, client -> {
            long id = client.flow == FlowShard.NONE ? 0 : flows.id(client.flow);
            if (kick.matches(id, client.service().id(), client.server, client.clientHigh(), client.clientLow())) {
                client.end(kick.reason());
            }
        });
    }

    /** Ends everyone. */
    public void endAll(FaultKind kind) {
        forEach(kind, client -> client.end(EndReason.SHUTDOWN));
    }

    // ---- coming, having a server, going ----

    /** Whether one more of that client is within the limits of its source; it is counted if so. */
    public boolean admits(VirtualService service, long high, long low, long nowNs) {
        return sources.admit(service, high, low, nowNs);
    }

    /** It was admitted: when it ends, its source has room for another. */
    public void admitted(C client) {
        client.countedAtSource = client.service().limits().maxConnectionsPerSource() > 0;
    }

    /** A client that was admitted never came to be. */
    public void unadmit(VirtualService service, long high, long low) {
        if (service.limits().maxConnectionsPerSource() > 0) {
            sources.release(service, high, low);
        }
    }

    /** It has a place at this server, which it gives back. */
    public void assign(C client, RealServer server) {
        client.server = server;
    }

    /** It has this server: counted there, and in the flow table from now on. */
    public void established(C client, NewFlow flow, RealServer server) {
        client.server = server;
        client.entry.counters().count(server, ServerColumn.CONNECTIONS_TOTAL);
        affinity.begin(client);
        Endpoint listening = client.listening();
        int port = server.port() == 0 ? listening.port() : server.port();
        client.flow = flows.insert(flow.service(client.service().id())
                .client(client.clientHigh(), client.clientLow(), client.clientPort())
                .listen(listening.address().high(), listening.address().low(), listening.port())
                .server(server.id(), server.addressHigh(), server.addressLow(), port), System.currentTimeMillis());
    }

    /** Its server cannot be reached: counted and told. The place there is still its own. */
    public void connectFailed(C client, int error) {
        RealServer server = client.server;
        if (server != null) {
            client.entry.counters().count(server, ServerColumn.CONNECT_FAILURES);
            tellUnreachable(client, server, error);
        }
    }

    /** The same without counting: it was never tried, as it cannot be from here. */
    public void tellUnreachable(C client, RealServer server, int error) {
        observer.unreachable(client.service(), server, error);
    }

    /** It has no server any more: what it moved is published, its place is free, it is not shown; whatever throws. */
    public void leaveServer(C client, EndReason reason) {
        RealServer server = client.server;
        long shown = client.flow;
        try {
            if (server != null) {
                affinity.end(client);
                client.publish(System.currentTimeMillis(), Integer.MAX_VALUE);
            }
        } finally {
            client.flow = FlowShard.NONE;
            if (server != null) {
                if (!client.leftPlace) {
                    server.leave();
                }
                if (!client.ended) {
                    client.server = null; // else its record tells of it
                }
            }
        }
        if (shown != FlowShard.NONE) {
            flows.end(shown, reason.ordinal());
        }
    }

    /** It is over for its service, whose next client may come, and is in the way of no limit, but has not ended yet. */
    public void retire(C client, EndReason reason) {
        leaveService(client, reason);
        client.retired = true;
    }

    /** A retired one leaves its place at its server too, whatever it still hears from there. */
    public void leaveServerPlace(C client) {
        RealServer server = client.server;
        if (server != null && !client.leftPlace) {
            client.leftPlace = true;
            server.leave();
        }
    }

    /** A retired one without a server is about to take a place at another. */
    public void wantServerPlace(C client) {
        client.leftPlace = false;
    }

    private void leaveService(C client, EndReason reason) {
        if (client.retired) {
            return;
        }
        if (client.countedAtSource) {
            sources.release(client.service(), client.clientHigh(), client.clientLow());
        }
        if (!client.leftPlace) {
            client.entry.counters().left();
        }
        client.entry.counters().ended(reason);
    }

    /** Its server has ended the connection, the client has not: its places there and at its service are free. */
    public void leavePlace(C client) {
        RealServer server = client.server;
        if (server != null && !client.leftPlace) {
            client.leftPlace = true;
            server.leave();
            client.entry.counters().left();
        }
    }

    /** It goes on sending to its server, which may have ended its own direction only: counted again, whatever limit. */
    public void returnToPlace(C client) {
        RealServer server = client.server;
        if (server != null && client.leftPlace) {
            client.leftPlace = false;
            server.arrive();
            client.entry.counters().returned();
        }
    }

    /**
     * Its service has another name: it is counted there from now on, whatever the limits, as it was let in already;
     * with its server where it has one, which its affinity entry names from now on. False where the service does not
     * have that: everything is as it was.
     */
    public boolean follow(C client, ServiceEntry<F> to, long nowNs) {
        RealServer before = client.server;
        RealServer now = before == null ? null : to.service().server(before.id());
        if (before != null && (now == null || !now.hasAddressOf(before))) {
            return false;
        }
        boolean leftPlace = client.leftPlace;
        leaveServer(client, EndReason.REMOVED);
        leaveService(client, EndReason.REMOVED);
        client.entry = to;
        client.leftPlace = false;
        client.countedAtSource = to.service().limits().maxConnectionsPerSource() > 0
                && sources.admit(to.service(), client.clientHigh(), client.clientLow(), nowNs);
        to.enter();
        if (now != null) {
            client.server = now;
            now.arrive();
            to.selection().remember(client, now);
            if (leftPlace) {
                leavePlace(client);
            }
        }
        return true;
    }

    /** It is over: from here on nobody ends it again. */
    public void remove(C client) {
        client.ended = true;
        ranks.get(client.rank).remove(client);
        size--;
    }

    /** Counts one that was removed out everywhere, whatever throws on the way. */
    public void countOut(C client, EndReason reason) {
        try {
            leaveServer(client, reason);
        } finally {
            leaveService(client, reason);
        }
    }

    /** Tells of one that was counted out. */
    public void tellEnded(C client, EndReason reason) {
        observer.ended(client, reason);
    }

    // ---- what others see ----

    /** It has moved something: the next tick publishes how much. */
    public void publishLater(C client) {
        if (!client.toPublish) {
            client.toPublish = true;
            client.nextToPublish = firstToPublish;
            firstToPublish = client;
        }
    }

    /** Publishes what was moved since the last call, and keeps the affinity entries of those who have a server. */
    public void onTick(long nowNs) {
        affinity.onTick(nowNs);
        publish();
    }

    private void publish() {
        if (firstToPublish == null) {
            return;
        }
        long nowMs = System.currentTimeMillis();
        int nth = 0;
        for (C client = firstToPublish; client != null; client = firstToPublish) {
            firstToPublish = client.nextToPublish;
            client.nextToPublish = null;
            client.toPublish = false;
            if (client.ended) {
                continue; // that has published it
            }
            try {
                client.publish(nowMs, nth++);
            } catch (Throwable thrown) {
                faults.contain(FaultKind.TICK, thrown, client);
            }
        }
    }
}

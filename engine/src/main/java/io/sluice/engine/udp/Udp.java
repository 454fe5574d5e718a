package io.sluice.engine.udp;

import io.sluice.conntrack.AffinityTable;
import io.sluice.conntrack.FlowShard;
import io.sluice.engine.choice.ServiceSeat;
import io.sluice.engine.choice.SourceLimits;
import io.sluice.engine.routes.EndReason;
import io.sluice.engine.routes.Kick;
import io.sluice.engine.routes.Listener;
import io.sluice.engine.routes.RealServer;
import io.sluice.engine.routes.Routes;
import io.sluice.engine.routes.VirtualService;
import io.sluice.engine.worker.DataPath;
import io.sluice.engine.worker.Worker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** UDP virtual services on one worker. Owned by that worker's thread. */
public final class Udp implements DataPath {
    private final Worker worker;
    private final AffinityTable affinity;
    private final Sessions sessions;
    private final Map<Long, Seated> seats = new HashMap<>();

    /** A service and its sockets on this worker. */
    private record Seated(ServiceSeat seat, List<UdpListener> listeners) {
    }

    /**
     * Makes a worker's UDP; {@link Worker#add} it before the worker starts.
     *
     * @param affinity the table all workers share, with TCP
     * @param sources the limits all workers share, with TCP
     * @param flows this worker's part of the flow table
     */
    public Udp(Worker worker, UdpSettings settings, AffinityTable affinity, SourceLimits sources, FlowShard flows,
            UdpObserver observer) {
        this.worker = worker;
        this.affinity = affinity;
        sessions = new Sessions(worker, settings, sources, flows, observer);
    }

    /** Sessions of an earlier process, whose clients keep their servers; before the worker has Routes with listeners. */
    public void follow(FormerSessions former) {
        sessions.follow(former);
    }

    @Override
    public void onRoutes(Routes routes) {
        Map<Long, VirtualService> wanted = new HashMap<>();
        for (VirtualService service : routes.services()) {
            if (service.protocol() == VirtualService.Protocol.UDP
                    && (routes.handedOver() || !service.listeners().isEmpty())) {
                wanted.put(service.id(), service);
            }
        }
        seats.values().removeIf(seated -> {
            boolean vanished = !wanted.containsKey(seated.seat.service().id());
            if (vanished) {
                listen(seated, List.of());
            }
            return vanished;
        });
        for (VirtualService service : wanted.values()) {
            Seated seated = seats.computeIfAbsent(service.id(),
                    id -> new Seated(new ServiceSeat(worker.index(), affinity, service), new ArrayList<>()));
            seated.seat.update(service);
            if (routes.handedOver()) {
                seated.listeners.forEach(UdpListener::mute);
            } else {
                listen(seated, service.listeners());
            }
        }
        sessions.forEach(this::endIfSevered);
    }

    @SuppressWarnings("ReferenceEquality") // a listener is its sockets: an equal one, made later, has others
    private void listen(Seated seated, List<Listener> wanted) {
        seated.listeners.removeIf(listener -> {
            // what is muted has sessions that still answer: it stays as long as the service does
            boolean vanished = wanted.isEmpty()
                    || (!listener.isMuted() && wanted.stream().noneMatch(one -> one == listener.listener));
            if (vanished) {
                // without the socket that its clients send to, a session cannot answer any more
                sessions.forEach(session -> {
                    if (session.listener == listener) {
                        sessions.end(session, EndReason.SHUTDOWN);
                    }
                });
                listener.close();
            }
            return vanished;
        });
        for (Listener listener : wanted) {
            if (seated.listeners.stream().noneMatch(one -> one.listener == listener)) {
                listener.ofWorker(worker.index())
                        .forEach(fd -> seated.listeners.add(new UdpListener(sessions, seated.seat, listener, fd)));
            }
        }
    }

    /** The next datagram of a session that ends here begins a new one, with a server that is up. */
    private void endIfSevered(Session session) {
        RealServer server = session.server;
        RealServer now = server == null ? null : session.seat().service().server(server.id());
        if (server != null && (now == null || now.sever())) {
            sessions.end(session, EndReason.SERVER_DOWN);
        }
    }

    @Override
    public void onTick() {
        sessions.onTick();
    }

    @Override
    public void onKick(Kick kick) {
        sessions.forEach(session -> {
            RealServer server = session.server;
            if (kick.matches(0, session.seat().service().id(), server, session.clientHigh,
                    session.clientLow)) {
                sessions.end(session, EndReason.KICKED);
            }
        });
    }

    @Override
    public int open() {
        return sessions.size();
    }

    @Override
    public void onStop() {
        seats.values().forEach(seated -> listen(seated, List.of()));
        sessions.close();
    }
}

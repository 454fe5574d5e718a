package io.sluice.dataplane.udp;

import io.sluice.conntrack.AffinityTable;
import io.sluice.conntrack.FlowShard;
import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.FaultKind;
import io.sluice.dataplane.service.Forwarding.UdpSessions;
import io.sluice.dataplane.service.Kick;
import io.sluice.dataplane.service.Listener;
import io.sluice.dataplane.service.RealServer;
import io.sluice.dataplane.service.Routes;
import io.sluice.dataplane.service.ServiceSeat;
import io.sluice.dataplane.service.SourceLimits;
import io.sluice.dataplane.service.VirtualService;
import io.sluice.dataplane.worker.DataPath;
import io.sluice.dataplane.worker.EachInTurn;
import io.sluice.dataplane.worker.Worker;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** UDP virtual services on one worker. Owned by that worker's thread. */
public final class Udp implements DataPath {
    /** What a session takes of the heap, by estimate, where each has a socket of its own: with one server. */
    public static final int HEAP_BYTES_PER_SESSION = Session.HEAP_BYTES + SharedSocket.HEAP_BYTES;
    private final Worker worker;
    private final AffinityTable affinity;
    private final Sessions sessions;
    private final Map<Long, ServiceSeat<UdpSessions>> seats = new HashMap<>();
    private final Map<Listener, List<UdpListener>> listeners = new IdentityHashMap<>();

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
        EachInTurn all = new EachInTurn();
        Set<Long> named = new HashSet<>();
        Map<Listener, VirtualService> wanted = new IdentityHashMap<>();
        for (VirtualService service : routes.services()) {
            if (service.forwarding() instanceof UdpSessions udp
                    && (routes.handedOver() || !udp.listeners().isEmpty())) {
                named.add(service.id());
                udp.listeners().forEach(listener -> wanted.put(listener, service));
                all.run(() -> seat(service, udp));
            }
        }
        listen(wanted, named, routes.handedOver(), all);
        seats.keySet().removeIf(id -> !named.contains(id));
        sessions.forEach(FaultKind.ROUTES, this::endIfSevered);
        all.finish();
    }

    private void seat(VirtualService service, UdpSessions udp) {
        ServiceSeat<UdpSessions> seat = seats.get(service.id());
        if (seat == null) {
            seats.put(service.id(), new ServiceSeat<>(worker.index(), affinity, service, udp));
        } else {
            seat.update(service, udp);
        }
    }

    /**
     * Opens and closes what has come and gone. A socket that another process reads now stays, muted, for as long as its
     * service does: answers of its sessions leave from there.
     */
    private void listen(Map<Listener, VirtualService> wanted, Set<Long> named, boolean handedOver, EachInTurn all) {
        listeners.entrySet().removeIf(entry -> {
            boolean stays = wanted.containsKey(entry.getKey()) || entry.getValue().stream()
                    .allMatch(one -> (handedOver || one.isMuted()) && named.contains(one.seat().service().id()));
            if (!stays) {
                entry.getValue().forEach(listener -> all.run(() -> close(listener)));
            }
            return !stays;
        });
        if (handedOver) {
            listeners.values().forEach(sockets -> sockets.forEach(listener -> all.run(listener::mute)));
        } else {
            wanted.forEach((listener, service) -> all.run(() -> serve(listener, service)));
        }
    }

    /** A listener that went to another service, by its new name, takes its sessions along. */
    @SuppressWarnings("ReferenceEquality") // a listener is its socket
    private void serve(Listener listener, VirtualService service) {
        ServiceSeat<UdpSessions> seat = seats.get(service.id());
        List<UdpListener> known = listeners.get(listener);
        if (seat == null) {
            return; // it could not be made, which is known
        }
        if (known == null) {
            listeners.put(listener, listener.ofWorker(worker.index()).stream()
                    .map(fd -> new UdpListener(sessions, seat, listener, fd)).toList());
            return;
        }
        for (UdpListener socket : known) {
            if (socket.seat() != seat) {
                socket.serve(seat);
                sessions.forEach(FaultKind.ROUTES, session -> {
                    if (session.listener == socket) {
                        sessions.follow(session, seat);
                    }
                });
            }
        }
    }

    /** Without the socket that its clients send to, a session cannot answer any more. */
    @SuppressWarnings("ReferenceEquality") // a listener is its socket
    private void close(UdpListener listener) {
        sessions.forEach(FaultKind.ROUTES, session -> {
            if (session.listener == listener) {
                sessions.end(session, EndReason.SHUTDOWN);
            }
        });
        listener.close();
    }

    /**
     * The next datagram of a session that ends here begins a new one, with a server that is up. Sessions with a server that
     * the configuration no longer has, or has at another address, live on while it drains, as connections do.
     */
    private void endIfSevered(Session session) {
        RealServer server = session.server;
        RealServer now = server == null ? null : session.seat.service().server(server.id());
        if (now != null && now.sever()) {
            sessions.end(session, EndReason.SERVER_DOWN);
        }
    }

    @Override
    public void onTick() {
        sessions.onTick();
    }

    @Override
    public void onKick(Kick kick) {
        sessions.forEach(FaultKind.KICK, session -> {
            RealServer server = session.server;
            if (kick.matches(sessions.id(session), session.seat.service().id(), server, session.clientHigh,
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
        EachInTurn all = new EachInTurn();
        listeners.values().forEach(sockets -> sockets.forEach(listener -> all.run(() -> close(listener))));
        all.run(sessions::close);
        all.finish();
    }
}

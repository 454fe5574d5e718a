package io.sluice.dataplane.udp;

import io.sluice.conntrack.AffinityTable;
import io.sluice.conntrack.FlowShard;
import io.sluice.dataplane.service.ClientObserver;
import io.sluice.dataplane.service.EachInTurn;
import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.FaultKind;
import io.sluice.dataplane.service.Forwarding.UdpSessions;
import io.sluice.dataplane.service.Kick;
import io.sluice.dataplane.service.Listener;
import io.sluice.dataplane.service.Routes;
import io.sluice.dataplane.service.ServiceEntry;
import io.sluice.dataplane.service.ServiceTable;
import io.sluice.dataplane.service.SourceLimits;
import io.sluice.dataplane.worker.DataPath;
import io.sluice.dataplane.worker.Worker;
import java.util.function.Consumer;

/** UDP virtual services on one worker. Owned by that worker's thread. */
public final class Udp implements DataPath {
    /** What a session takes of the heap, by estimate, where each has a socket of its own: with one server. */
    public static final int HEAP_BYTES_PER_SESSION = Session.HEAP_BYTES + SharedSocket.HEAP_BYTES;
    private final Sessions sessions;
    private final ServiceTable<UdpSessions, UdpListener> services;

    /**
     * Makes a worker's UDP; {@link Worker#add} it before the worker starts.
     *
     * @param affinity the table all workers share, with TCP
     * @param sources the limits all workers share, with TCP
     * @param flows this worker's part of the flow table
     */
    public Udp(Worker worker, UdpSettings settings, AffinityTable affinity, SourceLimits sources, FlowShard flows,
            ClientObserver observer) {
        sessions = new Sessions(worker, settings, sources, flows, observer);
        services = new ServiceTable<>(UdpSessions.class, worker.index(), affinity, new Listeners());
    }

    /**
     * Sessions of an earlier process, whose clients keep their servers; before the worker has Routes with listeners.
     */
    public void follow(FormerSessions former) {
        sessions.follow(former);
    }

    @Override
    public void onRoutes(Routes routes) {
        assert sessions.worker.isOwner();
        EachInTurn all = new EachInTurn();
        services.onRoutes(routes, all);
        sessions.clients.endSevered(); // the next datagram of one that ends begins anew, with a server that is up
        all.finish();
    }

    /**
     * What it does with its listening sockets. One that another process reads now stays, muted, for as long as its
     * service does: answers of its sessions leave from there.
     */
    private final class Listeners implements ServiceTable.Sockets<UdpSessions, UdpListener> {
        @Override
        public UdpListener opened(ServiceEntry<UdpSessions> entry, Listener listener, int fd) {
            return new UdpListener(sessions, entry, listener, fd);
        }

        /** Its sessions go along. */
        @Override
        public void moved(UdpListener listener, ServiceEntry<UdpSessions> entry) {
            listener.serve(entry);
            forEachAt(listener, session -> sessions.follow(session, entry));
        }

        /** Without the socket that its clients send to, a session cannot answer any more. */
        @Override
        public void closed(UdpListener listener, EndReason reason) {
            forEachAt(listener, session -> sessions.end(session, reason));
            listener.close();
        }

        @Override
        public void handedOver(UdpListener listener) {
            listener.mute();
        }

        @Override
        public boolean isKept(UdpListener listener, boolean handedOver) {
            return handedOver || listener.isMuted();
        }

        @SuppressWarnings("ReferenceEquality") // a listener is its socket
        private void forEachAt(UdpListener listener, Consumer<Session> what) {
            sessions.clients.forEach(FaultKind.ROUTES, session -> {
                if (session.listener == listener) {
                    what.accept(session);
                }
            });
        }
    }

    @Override
    public void onTick() {
        assert sessions.worker.isOwner();
        sessions.onTick();
    }

    @Override
    public void onKick(Kick kick) {
        assert sessions.worker.isOwner();
        sessions.clients.kick(kick);
    }

    @Override
    public int open() {
        return sessions.clients.size();
    }

    @Override
    public void onStop() {
        assert sessions.worker.isOwner();
        EachInTurn all = new EachInTurn();
        services.close(all);
        all.run(sessions::close);
        all.finish();
    }
}

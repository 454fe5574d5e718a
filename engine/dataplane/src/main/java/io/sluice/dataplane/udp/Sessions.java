package io.sluice.dataplane.udp;

import io.sluice.conntrack.FlowShard;
import io.sluice.conntrack.Mode;
import io.sluice.conntrack.Protocol;
import io.sluice.conntrack.RelayKind;
import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.FaultKind;
import io.sluice.dataplane.service.Forwarding.UdpSessions;
import io.sluice.dataplane.service.RealServer;
import io.sluice.dataplane.service.ServerColumn;
import io.sluice.dataplane.service.ServiceColumn;
import io.sluice.dataplane.service.ServiceSeat;
import io.sluice.dataplane.service.SourceLimits;
import io.sluice.dataplane.service.VirtualService;
import io.sluice.dataplane.worker.HeapShare;
import io.sluice.dataplane.worker.Worker;
import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.ReceivedDatagrams;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All sessions of one worker: finds or begins one, moves it to another server, ends it; that worker's thread. */
final class Sessions {
    /** How many sessions are looked at for one that can make room at a server. */
    private static final int SEARCHED = 64;
    private static final long NANOS_PER_MILLI = 1_000_000;

    final Worker worker;
    final Requests requests;
    final Answers answers;
    final Backlog backlog = new Backlog();
    final HeapShare heap;
    private final ServerSockets sockets;
    private final SessionTable table = new SessionTable();
    /** Sessions whose client has not shown that it receives answers: they give way first. */
    private final UseOrder unconfirmed = new UseOrder();
    private final UseOrder confirmed = new UseOrder();
    private final SourceLimits sources;
    private final FlowShard flows;
    private final UdpObserver observer;
    private final int maxSessions;
    private FormerSessions former = FormerSessions.NONE;
    private final Publishing publishing;

    Sessions(Worker worker, UdpSettings settings, SourceLimits sources, FlowShard flows, UdpObserver observer) {
        this.worker = worker;
        this.sources = sources;
        this.flows = flows;
        this.observer = observer;
        this.maxSessions = settings.maxSessions();
        heap = new HeapShare(worker.index(), "UDP sessions", settings.heapBytes());
        requests = new Requests(this);
        answers = new Answers(this);
        publishing = new Publishing(this, flows);
        sockets = new ServerSockets(this, settings.maxSockets());
    }

    int size() {
        return table.size();
    }

    void follow(FormerSessions earlier) {
        former = earlier;
    }

    // ---- from clients ----

    /** The client's session; null where it has none. */
    @Nullable
    Session find(UdpListener listener, ReceivedDatagrams batch, int index) {
        return table.find(listener, batch, index);
    }

    /** Begins the session of the client that sent this; null where it gets none. */
    @Nullable
    Session begin(UdpListener listener, ReceivedDatagrams batch, int index) {
        ServiceSeat<UdpSessions> seat = listener.seat();
        VirtualService service = seat.service();
        long high = batch.senderHigh(index);
        long low = batch.senderLow(index);
        if (!service.access().admits(high, low)) {
            seat.count(ServiceColumn.DENIED);
            return null;
        }
        if (!takePlace()) {
            seat.refused(EndReason.RESOURCES);
            return null;
        }
        if (!sources.admit(service, high, low, worker.nowNs())) {
            heap.give(Session.HEAP_BYTES);
            seat.count(ServiceColumn.LIMITED);
            return null;
        }
        Session session = add(listener, batch, index);
        if (session == null) {
            if (service.limits().maxConnectionsPerSource() > 0) {
                sources.release(service, high, low);
            }
            heap.give(Session.HEAP_BYTES);
            seat.refused(EndReason.RESOURCES);
            return null;
        }
        try {
            if (!seat.enter()) {
                end(session, EndReason.LIMITED);
                return null;
            }
            worker.timers().set(session, session.lastNs + seat.forwarding().timeoutNs());
            return connect(session) ? session : null;
        } catch (Throwable thrown) {
            contain(FaultKind.READY, thrown, session);
            return null;
        }
    }

    /** Takes a place for a new session, of one that gives way where there is no other; false where there is none. */
    private boolean takePlace() {
        long nowNs = worker.nowNs();
        if (heap.isPaused(nowNs)) {
            return false;
        }
        if (table.size() >= maxSessions) {
            makeRoom();
        }
        if (heap.take(Session.HEAP_BYTES, nowNs)) {
            return true;
        }
        makeRoom();
        return heap.take(Session.HEAP_BYTES, nowNs);
    }

    /** The session of that client, where the tables can grow for it; else null. */
    private @Nullable Session add(UdpListener listener, ReceivedDatagrams batch, int index) {
        try {
            var session = new Session(this, listener, batch, index);
            VirtualService service = session.seat.service();
            session.sourceCounted = service.limits().maxConnectionsPerSource() > 0;
            session.answersLeft = session.seat.forwarding().responses();
            session.lastNs = worker.nowNs();
            session.flow = FlowShard.NONE;
            table.add(session);
            unconfirmed.addNewest(session);
            return session;
        } catch (OutOfMemoryError full) {
            heap.failed(worker.nowNs());
            return null;
        }
    }

    /** Contains a fault while something was done for this session, if there is one: it ends. */
    void contain(FaultKind kind, Throwable thrown, @Nullable Session session) {
        if (session == null) {
            worker.faults().caught(kind, thrown);
        } else {
            worker.faults().contain(kind, thrown, session);
        }
    }

    private void makeRoom() {
        Session victim = unconfirmed.oldest();
        if (victim == null) {
            victim = confirmed.oldest();
        }
        if (victim != null) {
            victim.seat.count(ServiceColumn.EVICTED);
            end(victim, EndReason.EVICTED);
        }
    }

    /** Gives the session a server and a socket to it; ends it where none can be had. */
    private boolean connect(Session session) {
        try {
            return tryServers(session);
        } catch (OutOfMemoryError full) {
            heap.failed(worker.nowNs());
            end(session, EndReason.RESOURCES);
            return false;
        }
    }

    private boolean tryServers(Session session) {
        ServiceSeat<UdpSessions> seat = session.seat;
        while (session.triedCount() <= seat.forwarding().connecting().retries()) {
            int position = take(session);
            if (position < 0) {
                break;
            }
            RealServer server = seat.service().servers().get(position);
            session.server = server; // whose place it has taken, and gives back at its end
            int result = sockets.take(session, server);
            if (isOurLack(result) && makeRoomAt(server)) {
                result = sockets.take(session, server);
            }
            if (result >= 0) {
                established(session, server);
                return true;
            }
            session.server = null;
            ServiceSeat.leave(server);
            if (isOurLack(result)) {
                end(session, EndReason.RESOURCES);
                return false;
            }
            observer.unreachable(seat.service(), server, result);
            session.markTried(position);
        }
        end(session, session.triedCount() == 0 ? EndReason.NO_SERVER : EndReason.CONNECT_FAILED);
        return false;
    }

    /** A client that had a session with the process before this one stays with its server. */
    private int take(Session session) {
        ServiceSeat<UdpSessions> seat = session.seat;
        if (!seat.service().affinity().enabled() && session.triedCount() == 0) {
            long known = former.serverOf(seat.service().id(), session.clientHigh, session.clientLow,
                    session.clientPort, session.listener.port());
            int position = known == FormerSessions.UNKNOWN ? -1 : seat.takeAgain(session, known);
            if (position >= 0) {
                return position;
            }
        }
        return seat.take(session);
    }

    private static boolean isOurLack(int error) {
        return error == -Errno.EMFILE || error == -Errno.ENFILE || error == -Errno.ENOBUFS || error == -Errno.ENOMEM
                || error == -Errno.EAGAIN || error == -Errno.EADDRINUSE;
    }

    /** Every socket has a session with this server, and no further one can be had: the oldest idle one gives way. */
    private boolean makeRoomAt(RealServer server) {
        return makeRoomAt(server, unconfirmed) || makeRoomAt(server, confirmed);
    }

    private boolean makeRoomAt(RealServer server, UseOrder order) {
        Session session = order.oldest();
        for (int i = 0; i < SEARCHED && session != null; i++) {
            ServerPath path = session.path;
            if (path != null && path.serverLow == server.addressLow() && path.serverHigh == server.addressHigh()
                    && (server.port() == 0 || path.serverPort == server.port())) {
                session.seat.count(ServiceColumn.EVICTED);
                end(session, EndReason.EVICTED);
                return true;
            }
            session = session.newer;
        }
        return false;
    }

    private void established(Session session, RealServer server) {
        session.server = server;
        server.counters().get(worker.index()).increment(ServerColumn.CONNECTIONS_TOTAL);
        UdpListener listener = session.listener;
        boolean any = session.localLow != 0 || session.localHigh != 0;
        session.flow = flows.insert(flows.newFlow().protocol(Protocol.UDP).mode(Mode.SNAT)
                .durable(true).timeoutMs(session.seat.forwarding().timeoutNs() / NANOS_PER_MILLI)
                .service(session.seat.service().id())
                .client(session.clientHigh, session.clientLow, session.clientPort)
                .listen(any ? session.localHigh : listener.addressHigh, any ? session.localLow : listener.addressLow,
                        listener.port())
                .server(server.id(), server.addressHigh(), server.addressLow(),
                        server.port() == 0 ? listener.port() : server.port()),
                System.currentTimeMillis());
        flows.relayKind(session.flow, RelayKind.DATAGRAM, RelayKind.DATAGRAM);
    }

    /** The id that readers of the flow table see; 0 where it is not in there. */
    long id(Session session) {
        return session.flow == FlowShard.NONE ? 0 : flows.id(session.flow);
    }

    /** Its client has sent something. */
    void used(Session session) {
        session.lastNs = worker.nowNs();
        if (session.answered && !session.confirmed) {
            unconfirmed.remove(session);
            session.confirmed = true;
            confirmed.addNewest(session);
        } else {
            order(session).use(session);
        }
    }

    private UseOrder order(Session session) {
        return session.confirmed ? confirmed : unconfirmed;
    }

    void counted(Session session, int datagrams, long bytes, int dropped) {
        session.datagramsIn += datagrams - dropped;
        session.bytesIn += bytes;
        if (dropped > 0) {
            session.seat.count(ServiceColumn.DATAGRAMS_DROPPED, dropped);
        }
        publishing.later(session);
    }

    /** Its server has answered. */
    void answered(Session session, int datagrams, long bytes) {
        session.bytesOut += bytes;
        session.datagramsOut += datagrams;
        session.lastNs = worker.nowNs();
        session.answered = true;
        session.forgetTried();
        publishing.later(session);
        if (session.answersLeft > 0) {
            session.answersLeft -= datagrams;
            if (session.answersLeft <= 0) {
                end(session, EndReason.ANSWERED);
            }
        }
    }

    // ---- change and end ----

    /** The server is unreachable: the session gets another one, or ends. */
    boolean moveOn(Session session, int error) {
        RealServer failed = session.server;
        if (failed != null) {
            failed.counters().get(worker.index()).increment(ServerColumn.CONNECT_FAILURES);
            observer.unreachable(session.seat.service(), failed, error);
            session.markTried(positionOf(session.seat.service(), failed));
            session.seat.count(ServiceColumn.RETRIES);
        }
        leaveServer(session, EndReason.CONNECT_FAILED);
        return connect(session);
    }

    /** Its service has another name: it goes on with the same server, or ends where the service has that no longer. */
    void follow(Session session, ServiceSeat<UdpSessions> to) {
        RealServer before = session.server;
        RealServer now = before == null ? null : to.service().server(before.id());
        if (before == null || now == null || !now.hasAddressOf(before)) {
            end(session, EndReason.SERVER_DOWN);
            return;
        }
        countOut(session, EndReason.SHUTDOWN);
        leaveService(session, EndReason.SHUTDOWN);
        session.seat = to;
        session.sourceCounted = to.service().limits().maxConnectionsPerSource() > 0
                && sources.admit(to.service(), session.clientHigh, session.clientLow, worker.nowNs());
        to.enter(); // whatever the limit: it was let in already
        ServiceSeat.arrive(now);
        established(session, now);
    }

    private static int positionOf(VirtualService service, RealServer server) {
        for (int i = 0; i < service.servers().size(); i++) {
            if (service.servers().get(i).id() == server.id()) {
                return i;
            }
        }
        return -1;
    }

    private void leaveServer(Session session, EndReason reason) {
        try {
            sockets.release(session);
        } finally {
            countOut(session, reason);
        }
    }

    private void countOut(Session session, EndReason reason) {
        RealServer server = session.server;
        if (server != null) {
            try {
                publishing.publish(session, System.currentTimeMillis());
            } finally {
                ServiceSeat.leave(server);
                session.server = null;
            }
        }
        if (session.flow != FlowShard.NONE) {
            flows.end(session.flow, reason.ordinal());
            session.flow = FlowShard.NONE;
        }
    }

    void end(Session session, EndReason reason) {
        if (session.ended) {
            return;
        }
        session.ended = true;
        worker.timers().cancel(session);
        table.remove(session);
        order(session).remove(session);
        session.lastServer = session.server;
        heap.give(Session.HEAP_BYTES);
        // whatever throws on the way, nothing of it is left behind
        try {
            leaveServer(session, reason);
        } finally {
            leaveService(session, reason);
        }
        observer.ended(session, reason);
    }

    private void leaveService(Session session, EndReason reason) {
        if (session.sourceCounted) {
            sources.release(session.seat.service(), session.clientHigh, session.clientLow);
        }
        session.seat.ended(reason);
    }

    /** Visits every session; the visitor may end the one it sees. A fault is that one's, the others are visited too. */
    void forEach(FaultKind kind, Consumer<Session> visitor) {
        forEach(kind, unconfirmed, visitor);
        forEach(kind, confirmed, visitor);
    }

    private void forEach(FaultKind kind, UseOrder order, Consumer<Session> visitor) {
        for (Session session = order.oldest(); session != null;) {
            Session next = session.newer;
            try {
                visitor.accept(session);
            } catch (Throwable thrown) {
                contain(kind, thrown, session);
            }
            session = next;
        }
    }

    // ---- what others see ----

    void onTick() {
        publishing.tick();
        sockets.sweep();
    }

    void close() {
        forEach(FaultKind.COMMAND, session -> end(session, EndReason.SHUTDOWN));
        answers.flush();
        requests.close();
        answers.close();
        sockets.close();
        backlog.close();
    }
}

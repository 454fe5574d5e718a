package io.sluice.dataplane.udp;

import io.sluice.conntrack.FlowShard;
import io.sluice.conntrack.Mode;
import io.sluice.conntrack.NewFlow;
import io.sluice.conntrack.Protocol;
import io.sluice.conntrack.RelayKind;
import io.sluice.dataplane.service.ClientObserver;
import io.sluice.dataplane.service.Clients;
import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.EndpointMap;
import io.sluice.dataplane.service.FaultKind;
import io.sluice.dataplane.service.Forwarding.UdpSessions;
import io.sluice.dataplane.service.RealServer;
import io.sluice.dataplane.service.ServiceColumn;
import io.sluice.dataplane.service.ServiceEntry;
import io.sluice.dataplane.service.SourceLimits;
import io.sluice.dataplane.service.VirtualService;
import io.sluice.dataplane.worker.HeapShare;
import io.sluice.dataplane.worker.Worker;
import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.ReceivedDatagrams;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** All sessions of one worker: finds or begins one, moves it to another server, ends it; that worker's thread. */
final class Sessions {
    private static final long NANOS_PER_MILLI = 1_000_000;
    /** Failures of a session that lie so far apart are not of one search for a server. */
    private static final long FORGETS_NS = 1_000_000_000;
    /** An ICMP error takes a round trip. */
    private static final long REFUSES_WITHIN_NS = 1_000_000_000;

    final Worker worker;
    final Requests requests;
    final Answers answers;
    final PathMtu pathMtu;
    final Backlog backlog = new Backlog();
    final HeapShare heap;
    private final ServerSockets sockets;
    /** By their clients. */
    private final EndpointMap<Session> table = new EndpointMap<>(1024);
    /** Sessions whose client has not shown that it receives answers are of the lower rank: they give way first. */
    final Clients<UdpSessions, Session> clients;
    final FlowShard flows;
    private final int maxSessions;
    private FormerSessions former = FormerSessions.NONE;

    Sessions(Worker worker, UdpSettings settings, SourceLimits sources, FlowShard flows, ClientObserver observer) {
        this.worker = worker;
        this.flows = flows;
        this.maxSessions = settings.maxSessions();
        heap = new HeapShare(worker.index(), "UDP sessions", settings.heapBytes());
        requests = new Requests(this);
        answers = new Answers(this);
        pathMtu = new PathMtu(this);
        clients = new Clients<>(2, sources, flows, observer, worker.faults());
        sockets = new ServerSockets(this, settings.maxSockets());
    }

    void follow(FormerSessions earlier) {
        former = earlier;
    }

    // ---- from clients ----

    /** The client's session; null where it has none. */
    @Nullable
    Session find(UdpListener listener, ReceivedDatagrams batch, int index) {
        long localHigh = listener.localHigh(batch, index);
        long localLow = listener.localLow(batch, index);
        int scope = batch.senderScope(index);
        Session session = table.first(batch.senderHigh(index), batch.senderLow(index), batch.senderPort(index));
        while (session != null && !session.matches(listener, scope, localHigh, localLow)) {
            session = table.next();
        }
        return session;
    }

    /** Begins the session of the client that sent this; null where it gets none. */
    @Nullable
    Session begin(UdpListener listener, ReceivedDatagrams batch, int index) {
        ServiceEntry<UdpSessions> entry = listener.entry();
        VirtualService service = entry.service();
        long high = batch.senderHigh(index);
        long low = batch.senderLow(index);
        if (!service.access().admits(high, low)) {
            entry.counters().count(ServiceColumn.DENIED);
            return null;
        }
        if (!takePlace()) {
            entry.counters().refused(EndReason.RESOURCES);
            return null;
        }
        if (!clients.admits(service, high, low, worker.nowNs())) {
            heap.give(Session.HEAP_BYTES);
            entry.counters().count(ServiceColumn.LIMITED);
            return null;
        }
        Session session = add(listener, batch, index);
        if (session == null) {
            clients.unadmit(service, high, low);
            heap.give(Session.HEAP_BYTES);
            entry.counters().refused(EndReason.RESOURCES);
            return null;
        }
        try {
            if (!entry.enter()) {
                end(session, EndReason.LIMITED);
                return null;
            }
            worker.timers().set(session.timeout, session.lastNs + entry.forwarding().timeoutNs());
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
            table.add(session);
            clients.add(session);
            clients.admitted(session);
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
        giveWay(clients.oldest());
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
        ServiceEntry<UdpSessions> entry = session.entry();
        while (session.attempts().mayTry(entry.forwarding().connecting().retries())) {
            int position = take(session);
            if (position < 0) {
                break;
            }
            RealServer server = entry.service().servers().get(position);
            clients.assign(session, server); // whose place it has taken, and gives back at its end
            int result = sockets.take(session, server);
            if (isOurLack(result) && makeRoomAt(session, server)) {
                result = sockets.take(session, server);
            }
            if (result >= 0) {
                established(session, server);
                return true;
            }
            if (isOurLack(result)) {
                clients.leaveServer(session, EndReason.RESOURCES);
                end(session, EndReason.RESOURCES);
                return false;
            }
            clients.tellUnreachable(session, server, result);
            clients.leaveServer(session, EndReason.CONNECT_FAILED);
            session.attempts().begin(position, entry.forwarding().connecting().retries());
        }
        end(session, session.attempts().failure());
        return false;
    }

    /** A client that had a session with the process before this one stays with its server. */
    private int take(Session session) {
        ServiceEntry<UdpSessions> entry = session.entry();
        if (!entry.service().affinity().enabled() && session.attempts().count() == 0) {
            long known = former.serverOf(entry.service().id(), session.clientHigh(), session.clientLow(),
                    session.clientPort(), session.listener.port());
            int position = known == FormerSessions.UNKNOWN ? -1 : entry.selection().takeAgain(session, known);
            if (position >= 0) {
                return position;
            }
        }
        return entry.selection().take(session);
    }

    private static boolean isOurLack(int error) {
        return error == -Errno.EMFILE || error == -Errno.ENFILE || error == -Errno.ENOBUFS || error == -Errno.ENOMEM
                || error == -Errno.EAGAIN || error == -Errno.EADDRINUSE;
    }

    /**
     * Every socket has a session with this server, and no further one can be had: the one that was silent longest gives
     * way, before all others one of whose client nobody knows whether it receives answers.
     */
    @SuppressWarnings("ReferenceEquality") // a session is itself
    private boolean makeRoomAt(Session session, RealServer server) {
        Session victim = sockets.oldest(session, server, false);
        if (victim == null) {
            victim = sockets.oldest(session, server, true);
        }
        // a descriptor of whomever, where nobody has a place
        return giveWay(victim == null && clients.oldest() != session ? clients.oldest() : victim);
    }

    private boolean giveWay(@Nullable Session victim) {
        if (victim == null) {
            return false;
        }
        victim.entry().counters().count(ServiceColumn.EVICTED);
        end(victim, EndReason.EVICTED);
        return true;
    }

    private void established(Session session, RealServer server) {
        clients.established(session, newFlow(session.entry()), server);
        flows.relayKind(session.flow(), RelayKind.DATAGRAM, RelayKind.DATAGRAM);
    }

    private NewFlow newFlow(ServiceEntry<UdpSessions> entry) {
        return flows.newFlow().protocol(Protocol.UDP).mode(Mode.SNAT).durable(true)
                .timeoutMs(entry.forwarding().timeoutNs() / NANOS_PER_MILLI);
    }

    /** Its client has sent something. */
    void used(Session session) {
        session.lastNs = worker.nowNs();
        ServerPath path = session.path;
        if (path == null) {
            clients.use(session);
        } else if (session.answered && !session.confirmed) {
            path.confirm(session);
            clients.promote(session);
        } else {
            path.use(session);
            clients.use(session);
        }
    }

    void counted(Session session, int datagrams, long bytes, int dropped) {
        session.datagramsIn += datagrams - dropped;
        session.bytesIn += bytes;
        if (dropped > 0) {
            session.entry().counters().count(ServiceColumn.DATAGRAMS_DROPPED, dropped);
        }
        clients.publishLater(session);
        int each = session.entry().forwarding().responses();
        if (each > 0) {
            session.answersLeft += (long) each * (datagrams - dropped);
        } else if (each == 0 && datagrams > dropped) {
            retire(session);
        }
    }

    /**
     * Nobody waits for an answer: the client's next datagram is a session of its own. This one stays as long as its
     * server may still tell that it refuses what it was sent.
     */
    private void retire(Session session) {
        if (!session.isRetired() && !session.hasEnded()) {
            table.remove(session);
            clients.retire(session, EndReason.ANSWERED);
            clients.leaveServerPlace(session);
            worker.timers().set(session.timeout, worker.nowNs() + REFUSES_WITHIN_NS);
        }
    }

    /** Its server has answered. */
    void answered(Session session, int datagrams, long bytes) {
        session.bytesOut += bytes;
        session.datagramsOut += datagrams;
        session.lastNs = worker.nowNs();
        session.answered = true;
        session.attempts().forget();
        clients.publishLater(session);
        if (session.entry().forwarding().responses() > 0) {
            session.answersLeft -= datagrams;
            if (session.answersLeft <= 0) {
                end(session, EndReason.ANSWERED);
            }
        }
    }

    // ---- change and end ----

    /** The server is unreachable: the session gets another one, or ends. */
    boolean moveOn(Session session, int error) {
        RealServer failed = session.server();
        if (failed != null) {
            failed.refuses();
            if (worker.nowNs() - session.movedNs > FORGETS_NS) {
                session.attempts().forget(); // where nobody answers, nothing else does
            }
            session.movedNs = worker.nowNs();
            clients.connectFailed(session, error);
            session.attempts().begin(session.service().positionOf(failed.id()),
                    session.entry().forwarding().connecting().retries());
            session.entry().counters().count(ServiceColumn.RETRIES);
        }
        leaveServer(session, EndReason.CONNECT_FAILED);
        if (!session.isRetired()) {
            return connect(session);
        }
        clients.wantServerPlace(session);
        boolean connected = connect(session);
        if (connected) {
            clients.leaveServerPlace(session);
        }
        return connected;
    }

    /** Its service has another name: it goes on with the same server, or ends where the service has that no longer. */
    void follow(Session session, ServiceEntry<UdpSessions> to) {
        if (session.server() == null || session.isRetired()
                || !clients.follow(session, to, worker.nowNs())) {
            end(session, EndReason.REMOVED);
            return;
        }
        established(session, Objects.requireNonNull(session.server()));
    }

    private void leaveServer(Session session, EndReason reason) {
        try {
            sockets.release(session);
        } finally {
            clients.leaveServer(session, reason);
        }
    }

    void end(Session session, EndReason reason) {
        if (session.hasEnded()) {
            return;
        }
        worker.timers().cancel(session.timeout);
        table.remove(session);
        clients.remove(session);
        heap.give(Session.HEAP_BYTES);
        // whatever throws on the way, nothing of it is left behind
        try {
            sockets.release(session);
        } finally {
            clients.countOut(session, reason);
        }
        clients.tellEnded(session, reason);
    }

    void onTick() {
        clients.onTick(worker.nowNs());
        sockets.sweep();
        pathMtu.onTick();
    }

    void close() {
        clients.endAll(FaultKind.COMMAND);
        answers.flush();
        requests.close();
        answers.close();
        pathMtu.close();
        sockets.close();
        backlog.close();
    }
}

package io.sluice.engine.udp;

import io.sluice.conntrack.FlowMode;
import io.sluice.conntrack.FlowShard;
import io.sluice.engine.choice.ServiceSeat;
import io.sluice.engine.choice.SourceLimits;
import io.sluice.engine.proxyprotocol.ProxyHeaderWriter;
import io.sluice.engine.routes.EndReason;
import io.sluice.engine.routes.RealServer;
import io.sluice.engine.routes.ServerColumn;
import io.sluice.engine.routes.ServiceColumn;
import io.sluice.engine.routes.VirtualService;
import io.sluice.engine.worker.Worker;
import io.sluice.ringbuffers.syscall.DatagramsToSend;
import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.Memory;
import io.sluice.ringbuffers.syscall.ReceivedDatagrams;
import io.sluice.ringbuffers.syscall.Sockets;
import java.util.ArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All sessions of one worker: finds or begins one, passes datagrams both ways, moves and ends it; that worker's thread. */
final class Sessions {
    private static final int BATCH = 64;
    private static final int ANSWERS_AT_ONCE = 16;
    private static final int LONGEST_BYTES = 65_535;

    final Worker worker;
    final ReceivedDatagrams requests = new ReceivedDatagrams(BATCH, LONGEST_BYTES);
    private final ReceivedDatagrams answers = new ReceivedDatagrams(ANSWERS_AT_ONCE, LONGEST_BYTES);
    private final DatagramsToSend toServer = new DatagramsToSend(BATCH);
    private final DatagramsToSend toClient = new DatagramsToSend(ANSWERS_AT_ONCE);
    private final Memory header = new Memory(ProxyHeaderWriter.MAX_BYTES);
    private final ServerSockets sockets = new ServerSockets();
    private final SessionTable table = new SessionTable();
    /** Sessions whose client has not shown that it receives answers: they give way first. */
    private final UseOrder unconfirmed = new UseOrder();
    private final UseOrder confirmed = new UseOrder();
    private final SourceLimits sources;
    private final FlowShard flows;
    private final UdpObserver observer;
    private final int maxSessions;
    private ArrayList<Session> toPublish = new ArrayList<>();
    private ArrayList<Session> publishing = new ArrayList<>();

    Sessions(Worker worker, UdpSettings settings, SourceLimits sources, FlowShard flows, UdpObserver observer) {
        this.worker = worker;
        this.sources = sources;
        this.flows = flows;
        this.observer = observer;
        this.maxSessions = settings.maxSessions();
    }

    int size() {
        return table.size();
    }

    // ---- from clients ----

    /** The client's session, begun where it has none; null where it gets none. */
    @Nullable
    Session of(UdpListener listener, long high, long low, int port, long localHigh, long localLow) {
        Session session = table.find(listener, high, low, port, localHigh, localLow);
        return session != null ? session : begin(listener, high, low, port, localHigh, localLow);
    }

    private @Nullable Session begin(UdpListener listener, long high, long low, int port, long localHigh,
            long localLow) {
        ServiceSeat seat = listener.seat;
        VirtualService service = seat.service();
        if (!service.access().admits(high, low)) {
            seat.count(ServiceColumn.DENIED);
            seat.count(ServiceColumn.DATAGRAMS_DROPPED);
            return null;
        }
        if (!sources.admit(service, high, low, worker.nowNs())) {
            seat.count(ServiceColumn.LIMITED);
            seat.count(ServiceColumn.DATAGRAMS_DROPPED);
            return null;
        }
        if (table.size() >= maxSessions) {
            makeRoom();
        }
        var session = new Session(this, listener, high, low, port, localHigh, localLow);
        session.sourceCounted = service.limits().maxConnectionsPerSource() > 0;
        session.answersLeft = service.udpResponses();
        session.lastNs = worker.nowNs();
        session.flow = FlowShard.NONE;
        table.add(session);
        unconfirmed.addNewest(session);
        if (!seat.enter()) {
            end(session, EndReason.LIMITED);
            return null;
        }
        worker.timers().set(session, session.lastNs + service.timeouts().udpSessionNs());
        return connect(session) ? session : null;
    }

    private void makeRoom() {
        Session victim = unconfirmed.oldest();
        if (victim == null) {
            victim = confirmed.oldest();
        }
        if (victim != null) {
            victim.seat().count(ServiceColumn.EVICTED);
            end(victim, EndReason.EVICTED);
        }
    }

    /** Gives the session a server and a socket to it; ends it where none can be had. */
    private boolean connect(Session session) {
        ServiceSeat seat = session.seat();
        while (session.triedCount() <= seat.service().connecting().retries()) {
            int position = seat.choose(session);
            if (position < 0) {
                break;
            }
            RealServer server = seat.service().servers().get(position);
            int fd = sockets.open(session, server);
            if (fd >= 0) {
                established(session, server, fd);
                return true;
            }
            if (isOurLack(fd)) {
                end(session, EndReason.RESOURCES);
                return false;
            }
            observer.unreachable(seat.service(), server, fd);
            session.markTried(position);
        }
        seat.count(ServiceColumn.DATAGRAMS_DROPPED);
        end(session, session.triedCount() == 0 ? EndReason.NO_SERVER : EndReason.CONNECT_FAILED);
        return false;
    }

    private static boolean isOurLack(int error) {
        return error == -Errno.EMFILE || error == -Errno.ENFILE || error == -Errno.ENOBUFS || error == -Errno.ENOMEM
                || error == -Errno.EAGAIN || error == -Errno.EADDRINUSE;
    }

    private void established(Session session, RealServer server, int fd) {
        session.server = server;
        session.fd = fd;
        session.watch = worker.watch(fd, session, false);
        ServiceSeat.arrive(server);
        server.counters().get(worker.index()).increment(ServerColumn.CONNECTIONS_TOTAL);
        UdpListener listener = session.listener;
        boolean any = session.localLow != 0 || session.localHigh != 0;
        session.flow = flows.insert(flows.newFlow().protocol(Sockets.IPPROTO_UDP).mode(FlowMode.SNAT)
                .service(session.seat().service().id())
                .client(session.clientHigh, session.clientLow, session.clientPort)
                .listen(any ? session.localHigh : listener.addressHigh, any ? session.localLow : listener.addressLow,
                        listener.port())
                .server(server.id(), server.addressHigh(), server.addressLow(),
                        server.port() == 0 ? listener.port() : server.port()),
                System.currentTimeMillis());
        flows.relayKind(session.flow, io.sluice.conntrack.Relay.DATAGRAM, io.sluice.conntrack.Relay.DATAGRAM);
    }

    /** Sends the datagrams {@code from} to {@code end} of the batch to the session's server. */
    void send(Session session, ReceivedDatagrams batch, int from, int end) {
        used(session);
        int prefix = session.seat().service().proxyHeader().sendVersion() == 2 ? writeHeader(session) : 0;
        int segments = batch.segmentBytes(from);
        if (end - from == 1 && prefix == 0 && segments == 0) {
            int sent = Sockets.send(session.fd, batch.address(from), batch.lengthBytes(from), Sockets.MSG_DONTWAIT);
            if (sent < 0 && sent != -Errno.EAGAIN && sent != -Errno.ENOBUFS && sent != -Errno.EMSGSIZE) {
                if (!moveOn(session, sent)) {
                    return;
                }
                // the error told of an earlier datagram; this one goes to the new server
                sent = Sockets.send(session.fd, batch.address(from), batch.lengthBytes(from), Sockets.MSG_DONTWAIT);
            }
            count(session, sent >= 0 ? 1 : 0, batch.lengthBytes(from), 1);
            return;
        }
        long bytes = 0;
        int datagrams = 0;
        for (int i = from; i < end; i++) {
            int length = batch.lengthBytes(i);
            int segment = batch.segmentBytes(i);
            if (prefix > 0 && segment > 0) {
                // every datagram of a merged one needs its own header
                for (int at = 0; at < length; at += segment) {
                    toServer.add(header.address(), prefix, batch.address(i) + at, Math.min(segment, length - at), 0);
                    flushWhenFull(session);
                }
            } else {
                toServer.add(header.address(), prefix, batch.address(i), length, segment < length ? segment : 0);
                flushWhenFull(session);
            }
            bytes += length;
            datagrams += segment == 0 ? 1 : (length + segment - 1) / segment;
        }
        if (toServer.count() > 0) {
            toServer.flush(session.fd);
        }
        count(session, datagrams, bytes, datagrams);
    }

    private void flushWhenFull(Session session) {
        if (toServer.isFull()) {
            toServer.flush(session.fd);
        }
    }

    private int writeHeader(Session session) {
        UdpListener listener = session.listener;
        boolean any = session.localLow != 0 || session.localHigh != 0;
        return ProxyHeaderWriter.writeV2(header, true, session.clientHigh, session.clientLow, session.clientPort,
                any ? session.localHigh : listener.addressHigh, any ? session.localLow : listener.addressLow,
                listener.port());
    }

    private void used(Session session) {
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

    private void count(Session session, int sent, long bytes, int offered) {
        session.datagramsIn += sent;
        session.bytesIn += sent > 0 ? bytes : 0;
        if (sent < offered) {
            session.seat().count(ServiceColumn.DATAGRAMS_DROPPED);
        }
        publishLater(session);
    }

    // ---- from servers ----

    void receiveAnswers(Session session) {
        int count = answers.receive(session.fd);
        if (count < 0) {
            if (count != -Errno.EAGAIN) {
                moveOn(session, count);
            }
            return;
        }
        UdpListener listener = session.listener;
        int datagrams = 0;
        for (int i = 0; i < count; i++) {
            int length = answers.lengthBytes(i);
            int segment = answers.segmentBytes(i);
            toClient.addTo(session.clientHigh, session.clientLow, session.clientPort, session.localHigh,
                    session.localLow, answers.address(i), length, segment < length ? segment : 0);
            session.bytesOut += length;
            datagrams += segment == 0 ? 1 : (length + segment - 1) / segment;
        }
        int sent = toClient.flush(listener.fd);
        if (sent < count) {
            session.seat().count(ServiceColumn.DATAGRAMS_DROPPED);
        }
        session.datagramsOut += datagrams;
        session.lastNs = worker.nowNs();
        session.answered = true;
        session.forgetTried();
        publishLater(session);
        if (session.answersLeft > 0) {
            session.answersLeft -= datagrams;
            if (session.answersLeft <= 0) {
                end(session, EndReason.ANSWERED);
                return;
            }
        }
        if (count == answers.capacity()) {
            worker.defer(session);
        }
    }

    // ---- change and end ----

    /** The server is unreachable: the session gets another one, or ends. */
    private boolean moveOn(Session session, int error) {
        RealServer failed = session.server;
        if (failed != null) {
            failed.counters().get(worker.index()).increment(ServerColumn.CONNECT_FAILURES);
            observer.unreachable(session.seat().service(), failed, error);
            session.markTried(positionOf(session.seat().service(), failed));
            session.seat().count(ServiceColumn.RETRIES);
        }
        leaveServer(session, EndReason.CONNECT_FAILED);
        return connect(session);
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
        if (session.watch != null) {
            session.watch.close();
            session.watch = null;
        }
        session.fd = -1;
        RealServer server = session.server;
        if (server != null) {
            publish(session, System.currentTimeMillis());
            ServiceSeat.leave(server);
            session.server = null;
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
        leaveServer(session, reason);
        if (session.sourceCounted) {
            sources.release(session.seat().service(), session.clientHigh, session.clientLow);
        }
        session.seat().ended(reason);
    }

    /** Visits every session; the visitor may end the one it sees. */
    void forEach(Consumer<Session> visitor) {
        forEach(unconfirmed, visitor);
        forEach(confirmed, visitor);
    }

    private static void forEach(UseOrder order, Consumer<Session> visitor) {
        for (Session session = order.oldest(); session != null;) {
            Session next = session.newer;
            visitor.accept(session);
            session = next;
        }
    }

    // ---- what others see ----

    private void publishLater(Session session) {
        if (!session.toPublish) {
            session.toPublish = true;
            toPublish.add(session);
        }
    }

    void publish() {
        if (toPublish.isEmpty()) {
            return;
        }
        ArrayList<Session> batch = toPublish;
        toPublish = publishing;
        publishing = batch;
        long nowMs = System.currentTimeMillis();
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).toPublish = false;
            publish(batch.get(i), nowMs);
        }
        batch.clear();
    }

    private void publish(Session session, long nowMs) {
        ServiceSeat seat = session.seat();
        seat.countBytes(session.server, session.bytesIn, session.bytesOut, 0);
        seat.countDatagrams(session.datagramsIn, session.datagramsOut);
        if (session.flow != FlowShard.NONE) {
            flows.packets(session.flow, session.datagramsIn, session.bytesIn, session.datagramsOut, session.bytesOut,
                    nowMs);
        }
        session.bytesIn = 0;
        session.bytesOut = 0;
        session.datagramsIn = 0;
        session.datagramsOut = 0;
    }

    void close() {
        forEach(session -> end(session, EndReason.SHUTDOWN));
        requests.close();
        answers.close();
        toServer.close();
        toClient.close();
        header.close();
        sockets.close();
    }
}

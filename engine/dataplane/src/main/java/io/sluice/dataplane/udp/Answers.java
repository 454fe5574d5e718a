package io.sluice.dataplane.udp;

import io.sluice.dataplane.service.FaultKind;
import io.sluice.dataplane.service.RealServer;
import io.sluice.dataplane.service.ServerColumn;
import io.sluice.dataplane.service.ServiceColumn;
import io.sluice.dataplane.worker.Readiness;
import io.sluice.dataplane.worker.ReadinessListener;
import io.sluice.ringbuffers.syscall.DatagramsToSend;
import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.ReceivedDatagrams;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams on their way from servers to clients: those of all sessions that became ready in one duty cycle leave
 * together. One worker's thread.
 */
final class Answers implements ReadinessListener {
    private static final int BATCH = 128;
    private static final int AT_ONCE = 16;
    private static final int LONGEST_BYTES = 65_535;
    private static final int ERRORS_AT_ONCE = 8;
    private static final int PENDING_ERRORS = 4;

    private final Sessions sessions;
    private final ReceivedDatagrams answers = new ReceivedDatagrams(BATCH, LONGEST_BYTES);
    private final ReceivedDatagrams errors = new ReceivedDatagrams(ERRORS_AT_ONCE, 2048);
    private final DatagramsToSend toClient = new DatagramsToSend(BATCH);
    /** Whose socket the collected answers leave by. */
    private @Nullable UdpListener listener;
    private @Nullable Session latest;

    Answers(Sessions sessions) {
        this.sessions = sessions;
    }

    /** Takes what has come to a socket. */
    void receive(SharedSocket socket, int readiness) {
        if ((readiness & Readiness.ERROR) != 0) {
            receiveErrors(socket);
        }
        if (answers.held() + AT_ONCE > answers.capacity()) {
            flush();
        }
        int from = answers.held();
        int count = answers.receiveMore(socket.fd, AT_ONCE);
        for (int i = 0; count < 0 && count != -Errno.EAGAIN && i < PENDING_ERRORS; i++) {
            receiveErrors(socket); // the error stood in front of what else has come
            count = answers.receiveMore(socket.fd, AT_ONCE);
        }
        if (count <= 0) {
            return;
        }
        if (from == 0) {
            sessions.worker.defer(this);
        }
        for (int i = from; i < from + count; i++) {
            collect(socket, i);
        }
        if (count == AT_ONCE) {
            sessions.worker.defer(socket);
        }
    }

    private void collect(SharedSocket socket, int index) {
        Session session = sender(socket, answers, index);
        if (session == null) {
            stray(socket, index);
            return;
        }
        try {
            collect(session, index);
        } catch (Throwable thrown) { // this session's, the other answers go on
            latest = null;
            sessions.contain(FaultKind.READY, thrown, session);
        }
    }

    /** Late, from a stranger, or from a server that answers from another port than it was asked at (TFTP). */
    private void stray(SharedSocket socket, int index) {
        Session session = socket.local.neighbour(socket.number, answers.senderHigh(index), answers.senderLow(index));
        RealServer server = session == null ? null : session.server();
        if (session != null && server != null) {
            session.entry().counters().count(server, ServerColumn.STRAY_ANSWERS, answers.datagrams(index));
        }
    }

    @SuppressWarnings("ReferenceEquality") // a session is itself
    private void collect(Session session, int index) {
        if (session.listener != listener) {
            send();
            listener = session.listener;
        }
        if (session != latest) {
            latest = session;
            toClient.to(session.clientHigh(), session.clientLow(), session.clientPort(), session.localHigh,
                    session.localLow);
            toClient.scope(session.clientScope);
        }
        if (session.isRetired()) {
            session.entry().counters().count(ServiceColumn.DATAGRAMS_DROPPED, answers.datagrams(index));
            return; // none is expected, and the client may be another's already
        }
        int length = answers.lengthBytes(index);
        int segment = answers.segmentBytes(index);
        toClient.add(answers.address(index), length, segment < length ? segment : 0);
        sessions.answered(session, answers.datagrams(index), length);
    }

    /** Whose server the datagram is from. */
    private static @Nullable Session sender(SharedSocket socket, ReceivedDatagrams batch, int index) {
        ServerPath path = socket.local.path(batch.senderHigh(index), batch.senderLow(index), batch.senderPort(index));
        return path == null ? null : path.session(socket.number);
    }

    /** The sockets of this cycle are through. */
    @Override
    public void onReady(int readiness) {
        assert sessions.worker.isOwner();
        flush();
    }

    /** What was collected is lost: what it stands in may be written to already. */
    @Override
    public void onFault() {
        toClient.drop();
        toClient.takeLost();
    }

    /** Sends what is collected. */
    void flush() {
        try {
            send();
        } finally {
            answers.release();
        }
    }

    private void send() {
        UdpListener by = listener;
        listener = null;
        latest = null;
        if (by != null && !toClient.isEmpty()) {
            toClient.flushAll(by.fd);
            int lost = toClient.takeLost();
            if (lost > 0) {
                by.entry().counters().count(ServiceColumn.DATAGRAMS_DROPPED, lost);
            }
        }
    }

    /**
     * Takes the ICMP errors that have come to a socket: the sessions they are about get another server, and that what
     * the last one did not take.
     */
    void receiveErrors(SharedSocket socket) {
        int count;
        do {
            count = errors.receiveErrors(socket.fd);
            for (int i = 0; i < count; i++) {
                Session session = sender(socket, errors, i);
                int errno = errors.errno(i);
                if (errno == Errno.EMSGSIZE) {
                    refused(session, i);
                } else if (session != null && errno != 0) {
                    moveOn(session, -errno, i);
                }
            }
        } while (count == errors.capacity());
    }

    private void refused(@Nullable Session session, int index) {
        if (errors.isLocalError(index)) {
            sessions.pathMtu.refused(errors.errorMtu(index)); // names no port, so no session
        } else if (session != null) {
            sessions.pathMtu.refused(session, errors.errorMtu(index));
        }
    }

    /** @param index of the error among those taken, with what it quotes of the datagram that met it */
    private void moveOn(Session session, int error, int index) {
        try {
            if (sessions.moveOn(session, error)) {
                sessions.requests.sendAgain(session, errors.address(index), errors.lengthBytes(index));
            }
        } catch (Throwable thrown) { // this session's, the other errors are heard
            sessions.contain(FaultKind.READY, thrown, session);
        }
    }

    void close() {
        answers.close();
        errors.close();
        toClient.close();
    }
}

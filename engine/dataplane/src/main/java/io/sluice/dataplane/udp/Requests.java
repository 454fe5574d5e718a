package io.sluice.dataplane.udp;

import io.sluice.dataplane.proxyprotocol.ProxyHeaderWriter;
import io.sluice.dataplane.service.FaultKind;
import io.sluice.dataplane.service.ServiceColumn;
import io.sluice.ringbuffers.syscall.DatagramsToSend;
import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.Memory;
import io.sluice.ringbuffers.syscall.ReceivedDatagrams;
import io.sluice.ringbuffers.syscall.SocketAddress;
import io.sluice.ringbuffers.syscall.Sockets;
import org.jspecify.annotations.Nullable;

/** Datagrams on their way from clients to servers; one worker's thread. */
final class Requests implements DatagramsToSend.TooLong {
    private static final int BATCH = 128;
    private static final int LONGEST_BYTES = 65_535;
    /** An error may tell of another session on the same socket, and every server may be gone. */
    private static final int ATTEMPTS = 8;
    /** What a client sends at once and is kept for another server; more is a stream, which bears a loss. */
    private static final int KEPT_AT_ONCE = 16;

    final Arrivals arrivals = new Arrivals(new ReceivedDatagrams(BATCH, LONGEST_BYTES));
    private final Sessions sessions;
    private final DatagramsToSend toServer;
    private final SocketAddress server = new SocketAddress();
    private final Memory header = new Memory(ProxyHeaderWriter.MAX_BYTES);
    private final SentLately kept = new SentLately();
    /** Copies of what is being sent. */
    private final long[] copies = new long[KEPT_AT_ONCE];
    private int copied;
    private final long[] again = new long[KEPT_AT_ONCE];

    /** Whose datagrams {@link #toServer} holds, the first of them, and what goes in front of each. */
    private @Nullable Session sending;
    private int sendingFirst;
    private int headerBytes;
    private @Nullable SharedSocket sendingBy;
    private @Nullable ServerPath sendingOn;

    Requests(Sessions sessions) {
        this.sessions = sessions;
        toServer = new DatagramsToSend(BATCH, this);
    }

    /** Sends what has arrived. */
    void send() {
        int groups = arrivals.groups();
        for (int group = 0; group < groups; group++) {
            Session session = arrivals.take(group);
            int first = arrivals.first(group);
            try {
                send(session, first);
            } catch (Throwable thrown) { // this session's, the others of the batch go on
                sessions.contain(FaultKind.READY, thrown, session);
                toServer.drop();
                toServer.takeLost();
                session.entry().counters().count(ServiceColumn.DATAGRAMS_DROPPED, datagrams(first));
            }
        }
        arrivals.clear();
    }

    private void send(Session session, int first) {
        if (session.hasEnded()) {
            session.entry().counters().count(ServiceColumn.DATAGRAMS_DROPPED, datagrams(first));
        } else if (arrivals.next(first) == Arrivals.END && arrivals.datagrams.segmentBytes(first) == 0
                && !session.entry().forwarding().proxyHeader()) {
            sendOne(session, first);
        } else {
            sendAll(session, first);
        }
    }

    private int datagrams(int first) {
        int datagrams = 0;
        for (int i = first; i != Arrivals.END; i = arrivals.next(i)) {
            datagrams += arrivals.datagrams.datagrams(i);
        }
        return datagrams;
    }

    private void sendOne(Session session, int index) {
        ReceivedDatagrams batch = arrivals.datagrams;
        int length = batch.lengthBytes(index);
        int result = -Errno.EAGAIN;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            SharedSocket socket = session.socket;
            ServerPath path = session.path;
            if (socket == null || path == null) {
                break;
            }
            result = Sockets.sendto(socket.fd, batch.address(index), length, Sockets.MSG_DONTWAIT,
                    server.set(path.serverHigh, path.serverLow, path.serverPort));
            if (result == -Errno.EMSGSIZE && sessions.pathMtu.allowsFragments(session, path, socket, 0,
                    batch.isReassembled(index), batch.address(index), length)) {
                result = sendInFragments(socket, path, batch.address(index), length);
            }
            if (result >= 0 || result == -Errno.EAGAIN || result == -Errno.ENOBUFS || result == -Errno.EMSGSIZE
                    || !hasAnotherWay(session, path, result, attempt)) {
                break;
            }
        }
        if (result >= 0) {
            session.sent = kept.keep(session.sent, 0, 0, batch.address(index), length);
        }
        sessions.counted(session, 1, result >= 0 ? length : 0, result >= 0 ? 0 : 1);
    }

    private int sendInFragments(SharedSocket socket, ServerPath path, long address, int lengthBytes) {
        sessions.pathMtu.letFragment(socket, true);
        try {
            return Sockets.sendto(socket.fd, address, lengthBytes, Sockets.MSG_DONTWAIT,
                    server.set(path.serverHigh, path.serverLow, path.serverPort));
        } finally {
            sessions.pathMtu.letFragment(socket, false);
        }
    }

    /** One of what is being flushed is longer than its path. */
    @Override
    public boolean mayGoInFragments(int fd, long address, int lengthBytes) {
        Session session = sending;
        SharedSocket socket = sendingBy;
        ServerPath path = sendingOn;
        boolean may = session != null && socket != null && path != null && sessions.pathMtu.allowsFragments(session,
                path, socket, headerBytes, isReassembled(sendingFirst), address, lengthBytes);
        if (may && socket != null) {
            sessions.pathMtu.letFragment(socket, true);
        }
        return may;
    }

    @Override
    public void wentInFragments(int fd) {
        SharedSocket socket = sendingBy;
        if (socket != null) {
            sessions.pathMtu.letFragment(socket, false);
        }
    }

    /** Whether any of a run of datagrams came in fragments, where the family tells. */
    private boolean isReassembled(int first) {
        for (int i = first; i != Arrivals.END; i = arrivals.next(i)) {
            if (arrivals.datagrams.isReassembled(i)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Sends to the session's new server what the one before has refused: the datagram that the error quotes, and what
     * was sent after it, as errors are told of a few at most (icmp_ratelimit).
     */
    void sendAgain(Session session, long quote, int quoteBytes) {
        int count = 0;
        for (long one = session.sent; count < KEPT_AT_ONCE && kept.has(one); one = kept.previous(one)) {
            again[count++] = one;
            if (isQuoted(count - 1, quote, quoteBytes)) {
                while (count > 0) {
                    sendAgain(session, again[--count]);
                }
                return;
            }
        }
        session.entry().counters().count(ServiceColumn.DATAGRAMS_DROPPED);
    }

    /** The quote may go on with what was sent after that one, where the kernel had the cutting before it. */
    private boolean isQuoted(int first, long quote, int quoteBytes) {
        int at = 0;
        for (int i = first; i >= 0; i--) {
            int length = Math.min(kept.lengthBytes(again[i]), quoteBytes - at);
            if (!kept.begins(again[i], quote + at, length)) {
                return false;
            }
            at += length;
            if (at == quoteBytes) {
                return true;
            }
        }
        return false;
    }

    private void sendAgain(Session session, long copy) {
        SharedSocket socket = session.socket;
        ServerPath path = session.path;
        int result = -Errno.EAGAIN;
        // an error that the socket had waiting tells of another session, and is taken by being told of
        for (int attempt = 0; attempt < 2 && result < 0 && socket != null && path != null; attempt++) {
            result = Sockets.sendto(socket.fd, kept.address(copy), kept.lengthBytes(copy), Sockets.MSG_DONTWAIT,
                    server.set(path.serverHigh, path.serverLow, path.serverPort));
            if (result == -Errno.EMSGSIZE) {
                result = sendInFragments(socket, path, kept.address(copy), kept.lengthBytes(copy));
            }
        }
        if (result < 0) {
            session.entry().counters().count(ServiceColumn.DATAGRAMS_DROPPED);
        }
    }

    private void sendAll(Session session, int first) {
        ReceivedDatagrams batch = arrivals.datagrams;
        ServerPath path = session.path;
        if (path == null) {
            return;
        }
        toServer.to(path.serverHigh, path.serverLow, path.serverPort, 0, 0);
        sending = session;
        sendingFirst = first;
        headerBytes = 0;
        boolean prefixed = session.entry().forwarding().proxyHeader();
        if (prefixed) {
            headerBytes = writeHeader(session);
            toServer.prefix(header.address(), headerBytes);
        }
        copied = 0;
        if (datagrams(first) <= KEPT_AT_ONCE) {
            keep(session, first);
        }
        long bytes = 0;
        int datagrams = 0;
        for (int i = first; i != Arrivals.END; i = arrivals.next(i)) {
            int length = batch.lengthBytes(i);
            int segment = batch.segmentBytes(i);
            if (prefixed && segment > 0) {
                // every datagram of a merged one needs its own header
                for (int at = 0; at < length; at += segment) {
                    add(session, batch.address(i) + at, Math.min(segment, length - at), 0);
                }
            } else {
                add(session, batch.address(i), length, segment < length ? segment : 0);
            }
            bytes += length;
            datagrams += batch.datagrams(i);
        }
        flush(session);
        sending = null;
        int lost = toServer.takeLost();
        sessions.counted(session, datagrams, lost == datagrams ? 0 : bytes, lost);
    }

    private void keep(Session session, int first) {
        ReceivedDatagrams batch = arrivals.datagrams;
        long previous = session.sent;
        for (int i = first; i != Arrivals.END; i = arrivals.next(i)) {
            int length = batch.lengthBytes(i);
            int segment = batch.segmentBytes(i) > 0 ? batch.segmentBytes(i) : Math.max(1, length);
            int at = 0;
            do {
                previous = kept.keep(previous, header.address(), headerBytes, batch.address(i) + at,
                        Math.min(segment, length - at));
                copies[copied++] = previous;
                at += segment;
            } while (at < length);
        }
    }

    private void add(Session session, long address, int lengthBytes, int segment) {
        if (toServer.isFull()) {
            flush(session);
        }
        toServer.add(address, lengthBytes, segment);
    }

    private void flush(Session session) {
        for (int attempt = 0; attempt < ATTEMPTS && !toServer.isEmpty(); attempt++) {
            SharedSocket socket = session.socket;
            ServerPath path = session.path;
            if (socket == null || path == null) {
                break;
            }
            sendingBy = socket;
            sendingOn = path;
            toServer.redirect(path.serverHigh, path.serverLow, path.serverPort);
            int result = toServer.flush(socket.fd);
            int sent = Math.min(copied, result < 0 ? toServer.sent() : copied);
            if (sent > 0) {
                session.sent = copies[sent - 1];
            }
            if (result < 0 && !hasAnotherWay(session, path, result, attempt)) {
                break;
            }
        }
        toServer.drop();
    }

    /** Whether it is worth sending again after this error: it told of another session, or this one has a new server. */
    @SuppressWarnings("ReferenceEquality") // a path is itself
    private boolean hasAnotherWay(Session session, ServerPath path, int error, int attempt) {
        SharedSocket socket = session.socket;
        if (socket != null) {
            sessions.answers.receiveErrors(socket);
        }
        if (session.hasEnded()) {
            return false;
        }
        return session.path != path || attempt == 0 || sessions.moveOn(session, error);
    }

    private int writeHeader(Session session) {
        return ProxyHeaderWriter.writeV2(header, true, session.clientHigh(), session.clientLow(), session.clientPort(),
                session.listening().address().high(), session.listening().address().low(), session.servicePort());
    }

    void close() {
        arrivals.close();
        toServer.close();
        server.close();
        header.close();
        kept.close();
    }
}

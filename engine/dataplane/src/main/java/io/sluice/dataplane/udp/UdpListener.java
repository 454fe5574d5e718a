package io.sluice.dataplane.udp;

import io.sluice.dataplane.service.FaultKind;
import io.sluice.dataplane.service.Forwarding.UdpSessions;
import io.sluice.dataplane.service.Listener;
import io.sluice.dataplane.service.ServiceColumn;
import io.sluice.dataplane.service.ServiceEntry;
import io.sluice.dataplane.worker.ReadinessListener;
import io.sluice.dataplane.worker.Watch;
import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.syscall.Datagrams;
import io.sluice.ringbuffers.syscall.Files;
import io.sluice.ringbuffers.syscall.ReceivedDatagrams;
import io.sluice.ringbuffers.syscall.Sockets;
import org.jspecify.annotations.Nullable;

/** One UDP socket that clients of a service send to, on one worker: receives batches; that worker's thread. */
final class UdpListener implements ReadinessListener {
    /** Batches before others get their turn. */
    private static final int TURN = 4;
    /** Room for bursts while the worker is busy elsewhere; the kernel grants what net.core.rmem_max allows. */
    private static final int RECEIVE_BUFFER_BYTES = 8 << 20;

    final Listener listener;
    private ServiceEntry<UdpSessions> entry;
    /** Where answers leave. */
    int fd;
    private final Sessions sessions;
    private final boolean wildcard;
    private final Watch watch;
    private boolean closed;
    private boolean muted;
    private boolean gone;

    UdpListener(Sessions sessions, ServiceEntry<UdpSessions> entry, Listener listener, int fd) {
        this.sessions = sessions;
        this.entry = entry;
        this.listener = listener;
        this.fd = fd;
        Ip address = listener.address().address();
        wildcard = address.isAny();
        if (wildcard) {
            if (address.isV4()) {
                Sockets.setsockopt(fd, Sockets.IPPROTO_IP, Datagrams.IP_PKTINFO, 1);
            } else {
                Sockets.setsockopt(fd, Sockets.IPPROTO_IPV6, Datagrams.IPV6_RECVPKTINFO, 1);
            }
        }
        if (!address.isV4()) {
            Sockets.setsockopt(fd, Sockets.IPPROTO_IPV6, Datagrams.IPV6_RECVFRAGSIZE, 1);
        }
        Sockets.setsockopt(fd, Datagrams.SOL_UDP, Datagrams.UDP_GRO, 1); // older kernels do without
        Sockets.setsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_RCVBUF, RECEIVE_BUFFER_BYTES);
        watch = sessions.worker.watch(fd, this, false);
    }

    ServiceEntry<UdpSessions> entry() {
        return entry;
    }

    /** Belongs to this service from now on; those that have sessions go on as they are. */
    void serve(ServiceEntry<UdpSessions> other) {
        entry = other;
    }

    /** Our address that a datagram was sent to, where this listens on many; else 0. */
    long localHigh(ReceivedDatagrams batch, int index) {
        return wildcard ? batch.localHigh(index) : 0;
    }

    long localLow(ReceivedDatagrams batch, int index) {
        return wildcard ? batch.localLow(index) : 0;
    }

    /** What a datagram was sent to. */
    Endpoint listening(ReceivedDatagrams batch, int index) {
        long high = localHigh(batch, index);
        long low = localLow(batch, index);
        return high == 0 && low == 0 ? listener.address() : new Endpoint(new Ip(high, low), port());
    }

    int port() {
        return listener.address().port();
    }

    @Override
    public void onReady(int readiness) {
        assert sessions.worker.isOwner();
        ReceivedDatagrams batch = sessions.requests.arrivals.datagrams;
        for (int turn = 0; turn < TURN && !closed; turn++) {
            int count = batch.receive(fd);
            boolean emptied = count < batch.capacity();
            if (count > 0) {
                passOn(batch, count, !emptied && sessions.backlog.isPastHalf(fd));
            }
            if (emptied) {
                return;
            }
        }
        if (!closed) {
            sessions.worker.defer(this);
        }
    }

    /**
     * Passes datagrams on, those of one client together and in their order.
     *
     * @param crowded more comes than the worker gets through: then who has no session yet gets none, which costs next
     *        to nothing, before the kernel drops datagrams of those who have one
     */
    private void passOn(ReceivedDatagrams batch, int count, boolean crowded) {
        Arrivals arrivals = sessions.requests.arrivals;
        int turnedAway = 0;
        for (int i = 0; i < count; i++) {
            Session session = session(batch, i, crowded);
            if (session != null) {
                arrivals.add(session, i);
            } else {
                turnedAway += batch.datagrams(i);
            }
        }
        if (turnedAway > 0) {
            entry.counters().count(ServiceColumn.DATAGRAMS_DROPPED, turnedAway);
        }
        sessions.requests.send();
    }

    /** Whose datagram it is; null where it is nobody's. A fault is this client's, the others of the batch go on. */
    private @Nullable Session session(ReceivedDatagrams batch, int index, boolean crowded) {
        Session session = null;
        try {
            session = sessions.find(this, batch, index);
            if (session == null && !crowded) {
                session = sessions.begin(this, batch, index);
            }
            if (session != null) {
                sessions.used(session); // now, so that it does not make room for one that comes with the same batch
            }
            return session;
        } catch (Throwable thrown) {
            sessions.contain(FaultKind.READY, thrown, session);
            return null;
        }
    }

    @Override
    public void onFault() {
        if (!closed) {
            sessions.worker.deferToTick(this); // nobody tells again of what has come already
        }
    }

    /** Reads no more, as another process does now; the sessions' answers still leave from here. */
    void mute() {
        if (!muted) {
            muted = true;
            closed = true;
            int forAnswers = Files.duplicate(fd);
            watch.closeShared();
            fd = forAnswers;
        }
    }

    boolean isMuted() {
        return muted;
    }

    void close() {
        if (gone) {
            return;
        }
        gone = true;
        closed = true;
        try {
            sessions.answers.flush();
        } finally {
            if (muted) {
                Files.close(fd);
            } else {
                watch.closeShared(); // a process that took over reads from the same socket
            }
        }
    }
}

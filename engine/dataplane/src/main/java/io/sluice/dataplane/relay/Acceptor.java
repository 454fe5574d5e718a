package io.sluice.dataplane.relay;

import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.FaultKind;
import io.sluice.dataplane.service.Forwarding.TcpProxy;
import io.sluice.dataplane.service.Listener;
import io.sluice.dataplane.service.ServiceEntry;
import io.sluice.dataplane.worker.ReadinessListener;
import io.sluice.dataplane.worker.Watch;
import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.Files;
import io.sluice.ringbuffers.syscall.Sockets;
import org.jspecify.annotations.Nullable;

/** One listening socket of a service on one worker: accepts and begins connections; that worker's thread. */
final class Acceptor implements ReadinessListener {
    /** Accepts before others get their turn. */
    private static final int TURN = 64;
    /** Turns of the last accepts before closing: more than an accept queue holds. */
    private static final int LAST_TURNS = 1024;

    private final Relay relay;
    private ServiceEntry<TcpProxy> entry;
    private final int fd;
    private final Watch watch;
    private final Listener listener;
    private boolean closed;

    Acceptor(Relay relay, ServiceEntry<TcpProxy> entry, Listener listener, int fd) {
        this.relay = relay;
        this.entry = entry;
        this.fd = fd;
        this.listener = listener;
        Sockets.setsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_OOBINLINE, 1); // whoever is accepted inherits it
        watch = relay.worker.watch(fd, this, false);
    }

    @Override
    public void onReady(int readiness) {
        assert relay.worker.isOwner();
        if (!closed && acceptTurn()) {
            relay.worker.defer(this);
        }
    }

    @Override
    public void onFault() {
        if (!closed) {
            relay.worker.deferToTick(this); // nobody tells again of those who wait already
        }
    }

    /** Whether there may be more. */
    private boolean acceptTurn() {
        if (!relay.descriptors.allowsClients(fd)) {
            relay.worker.deferToTick(this);
            return false;
        }
        for (int i = 0; i < TURN; i++) {
            int accepted = Sockets.accept4(fd, relay.peer, Sockets.SOCK_NONBLOCK | Sockets.SOCK_CLOEXEC);
            if (accepted >= 0) {
                begin(accepted);
                if (!relay.descriptors.allowsMoreAfter(accepted, relay.worker.nowNs())) {
                    relay.worker.deferToTick(this); // those behind it wait in the backlog
                    return false;
                }
            } else if (accepted == -Errno.EAGAIN) {
                return false;
            } else if (isLackOfResources(accepted)) {
                relay.worker.deferToTick(this); // the clients wait in the backlog until something is free again
                return false;
            }
            // anything else concerns the one connection that is gone already (accept(2), "Error handling")
        }
        return true;
    }

    /** Where it listens; the same instance for all who have come there. */
    Endpoint address() {
        return listener.address();
    }

    /** From now on it accepts for this service. */
    void serve(ServiceEntry<TcpProxy> other) {
        entry = other;
    }

    /** Whatever happens, it happens to this one client: those behind it get their turn. */
    private void begin(int accepted) {
        long nowNs = relay.worker.nowNs();
        if (relay.heap.isPaused(nowNs) || !relay.heap.take(Connection.HEAP_BYTES, nowNs)) {
            refuse(accepted);
            return;
        }
        Connection connection = null;
        try {
            connection = new Connection(relay, entry, accepted, relay.peer, listener);
            relay.clients.add(connection);
            if (entry.enter()) {
                connection.start();
            } else {
                connection.end(EndReason.LIMITED, true);
            }
        } catch (OutOfMemoryError full) {
            relay.heap.failed(nowNs);
            giveUp(connection, accepted, EndReason.RESOURCES);
        } catch (Throwable thrown) {
            relay.worker.faults().caught(FaultKind.READY, thrown);
            giveUp(connection, accepted, EndReason.INTERNAL);
        }
    }

    private void giveUp(@Nullable Connection connection, int accepted, EndReason reason) {
        if (connection == null) {
            relay.heap.give(Connection.HEAP_BYTES);
            refuse(accepted);
            return;
        }
        try {
            connection.end(reason, true);
        } catch (Throwable again) {
            relay.worker.faults().caught(FaultKind.READY, again);
        }
    }

    /** There is no memory for it. */
    private void refuse(int accepted) {
        try {
            entry.counters().refused(EndReason.RESOURCES); // before the close: who sees that may rely on it
        } finally {
            Sockets.resetOnClose(accepted);
            Files.close(accepted);
        }
    }

    static boolean isLackOfResources(int error) {
        return error == -Errno.EMFILE || error == -Errno.ENFILE || error == -Errno.ENOBUFS || error == -Errno.ENOMEM;
    }

    /** Accepts what has been promised to clients already, then stops listening. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            for (int turn = 0; turn < LAST_TURNS && acceptTurn(); turn++) {
                // those who come meanwhile find the other workers' sockets, or are refused
            }
        } finally {
            watch.closeShared(); // a process that took over listens on the same socket
        }
    }
}

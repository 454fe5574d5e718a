package io.sluice.dataplane.relay;

import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.Listener;
import io.sluice.dataplane.service.ServiceSeat;
import io.sluice.dataplane.worker.ReadinessListener;
import io.sluice.dataplane.worker.Watch;
import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.Sockets;

/** One listening socket of a service on one worker: accepts and begins connections; that worker's thread. */
final class Acceptor implements ReadinessListener {
    /** Accepts before others get their turn. */
    private static final int TURN = 64;
    /** Turns of the last accepts before closing: more than an accept queue holds. */
    private static final int LAST_TURNS = 1024;

    private final Relay relay;
    private ServiceSeat seat;
    private final int fd;
    private final Watch watch;
    private final Flows.Listening listening;
    private boolean closed;

    Acceptor(Relay relay, ServiceSeat seat, Listener listener, int fd) {
        this.relay = relay;
        this.seat = seat;
        this.fd = fd;
        listening = Flows.Listening.of(listener.address());
        watch = relay.worker.watch(fd, this, false);
    }

    @Override
    public void onReady(int readiness) {
        if (!closed && acceptTurn()) {
            relay.worker.defer(this);
        }
    }

    /** Whether there may be more. */
    private boolean acceptTurn() {
        for (int i = 0; i < TURN; i++) {
            int accepted = Sockets.accept4(fd, relay.peer, Sockets.SOCK_NONBLOCK | Sockets.SOCK_CLOEXEC);
            if (accepted >= 0) {
                begin(accepted);
            } else if (accepted == -Errno.EAGAIN) {
                return false;
            } else if (isLackOfResources(accepted)) {
                relay.acceptLater(this); // the clients wait in the backlog until something is free again
                return false;
            }
            // anything else concerns the one connection that is gone already (accept(2), "Error handling")
        }
        return true;
    }

    /** From now on it accepts for this service. */
    void serve(ServiceSeat other) {
        seat = other;
    }

    private void begin(int accepted) {
        var connection = new Connection(relay, seat, accepted, relay.peer, listening);
        relay.remember(connection);
        if (seat.enter()) {
            connection.start();
        } else {
            connection.end(EndReason.LIMITED, true);
        }
    }

    private static boolean isLackOfResources(int error) {
        return error == -Errno.EMFILE || error == -Errno.ENFILE || error == -Errno.ENOBUFS || error == -Errno.ENOMEM;
    }

    /** Accepts what has been promised to clients already, then stops listening. */
    void close() {
        for (int turn = 0; turn < LAST_TURNS && acceptTurn(); turn++) {
            // those who come meanwhile find the other workers' sockets, or are refused
        }
        closed = true;
        watch.closeShared(); // a process that took over listens on the same socket
    }
}

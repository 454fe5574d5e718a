package io.sluice.dataplane.relay;

import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.Forwarding.TcpProxy;
import io.sluice.dataplane.service.ServiceColumn;
import io.sluice.dataplane.service.ServiceEntry;
import io.sluice.ringbuffers.syscall.Errno;

/** A connection that waits for a place at a server, and its place in the line of those who do; its worker's thread. */
final class Waiter {
    /** Set in the tickets of those who may have left: higher than all others, in the order they had. */
    private static final long PERHAPS_LEFT = 1L << 61;

    final Connection connection;
    private final Relay relay;
    /** In the line of its service: see {@link io.sluice.dataplane.service.WaitingLine}; 0: it has not waited yet. */
    private long ticket;
    private long untilNs;

    Waiter(Connection connection, Relay relay) {
        this.connection = connection;
        this.relay = relay;
    }

    long ticket() {
        return ticket;
    }

    void draws(long drawn) {
        ticket = drawn;
    }

    /** Whether it has drawn its ticket already. */
    boolean hasWaited() {
        return ticket != 0;
    }

    /** Waits, behind all who do already, or at its former place; false where it may not. */
    boolean begin() {
        TcpProxy.Waiting waiting = connection.entry().forwarding().waiting();
        boolean again = hasWaited();
        if (!waiting.allowed() || !relay.queue.add(this)) {
            return false;
        }
        if (!again) {
            connection.entry().counters().count(ServiceColumn.QUEUED);
            untilNs = relay.worker.nowNs() + waiting.timeoutNs();
        }
        connection.setTimer(untilNs);
        connection.client.watch(relay.worker);
        return true;
    }

    /**
     * Its service has another name: it waits in that line. The next tick looks for a place, when the other workers too
     * have counted there whom they have.
     */
    void follow(ServiceEntry<TcpProxy> to) {
        relay.queue.remove(this);
        ticket = 0;
        relay.clients.follow(connection, to, relay.worker.nowNs());
        if (!begin()) {
            connection.end(failure(), true);
        }
    }

    /**
     * Looks whether it is still there. Nobody is connected to for a client that has reset. One that has finished
     * without a word has left, most likely, and stands back; but it may have closed its one direction only, and want to
     * hear what the server says first.
     */
    void look() {
        int next = connection.client.peek(relay.buffers);
        if (next == 0 && !hasPerhapsLeft()) {
            relay.queue.remove(this);
            ticket |= PERHAPS_LEFT;
            relay.queue.add(this);
        } else if (next < 0 && next != -Errno.EAGAIN) {
            connection.end(EndReason.LEFT, true);
        }
    }

    /** Whether it stands behind all others. */
    boolean hasPerhapsLeft() {
        return (ticket & PERHAPS_LEFT) != 0;
    }

    /** Why it ends when it may wait no longer. */
    EndReason failure() {
        return hasPerhapsLeft() ? EndReason.LEFT : EndReason.NO_SERVER;
    }
}

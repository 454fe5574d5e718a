package io.sluice.perftests.load;

import io.sluice.perftests.net.Handler;
import io.sluice.perftests.net.Payload;
import io.sluice.ringbuffers.syscall.Epoll;
import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.Sockets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Requests and responses, of streams or datagrams, over connections that stay open; or such connections only held
 * (idle). Owned by one driver thread.
 */
final class LastingConnections extends Driver {
    private static final int CONNECTING_AT_ONCE = 256;

    private final List<Connection> connections = new ArrayList<>();
    private final Outgoing outgoing;
    private final boolean datagram;
    private @Nullable Pacer pacer;
    private int connecting;
    private int open;
    private long nextSweepNs;

    LastingConnections(LoadPlan plan, int thread) {
        super(plan, thread);
        datagram = plan.mode().datagram;
        outgoing = new Outgoing(plan, payload);
    }

    @Override
    boolean prepare(long nowNs) {
        int wanted = connectionsWanted(nowNs);
        while (connections.size() < wanted && connecting < CONNECTING_AT_ONCE) {
            Connection connection = new Connection(connections.size());
            connections.add(connection);
            connection.connect(nowNs);
            if (pacer != null && plan.mode() != LoadMode.IDLE) {
                pacer.free(connection, nowNs);
            }
        }
        return connections.size() == wanted && connecting == 0;
    }

    @Override
    void start(long nowNs) {
        super.start(nowNs);
        pacer = new Pacer(plan.openLoop() ? arrivals(nowNs) : null, plan.thinkNs(), plan.lateAfterNs(), tally);
        if (plan.mode() != LoadMode.IDLE) {
            for (Connection connection : connections) {
                pacer.free(connection, nowNs);
            }
        }
    }

    @Override
    long work(long nowNs) {
        if (connections.size() < connectionsWanted(nowNs)) {
            prepare(nowNs);
        }
        if (nowNs >= nextSweepNs) {
            nextSweepNs = nowNs + plan.timeoutNs() / 8;
            for (Connection connection : connections) {
                connection.expire(nowNs);
            }
        }
        return Math.min(pacer == null ? Long.MAX_VALUE : pacer.work(nowNs), nextSweepNs);
    }

    @Override
    int unfinished() {
        int busy = 0;
        for (Connection connection : connections) {
            busy += connection.busy ? 1 : 0;
        }
        return busy + waiting();
    }

    @Override
    int waiting() {
        return pacer == null ? 0 : pacer.waiting();
    }

    @Override
    public void close() {
        super.close();
        outgoing.close();
    }

    /** One socket and the one request it may have under way. */
    private final class Connection implements Handler, Pacer.Slot {
        private final int number;
        private final StatusLine status = new StatusLine(plan);
        private int fd = -1;
        private boolean connected;
        private boolean busy;
        private boolean wantsToSend;
        private int unsentBytes;
        private int missingBytes;
        private long connectNs;
        private long intendedNs;
        private long sentNs;
        private long sequence;
        private long sentPosition;
        private long receivedPosition;

        Connection(int number) {
            this.number = number;
        }

        void connect(long nowNs) {
            connectNs = nowNs;
            int result = endpoints.connect();
            if (result < 0) {
                failed(Endpoints.failure(result));
                return;
            }
            fd = result;
            // An echo starts at its own place in the stream, so that bytes of another connection do not match.
            sentPosition = plan.requestBytes() == plan.responseBytes() ? number * 7919L : 0;
            receivedPosition = sentPosition;
            connected = false;
            connecting++;
            reactor.add(fd, Epoll.EPOLLIN | Epoll.EPOLLOUT, this);
            if (datagram) {
                connected(nowNs);
            }
        }

        private void connected(long nowNs) {
            connected = true;
            connecting--;
            tally.connected(nowNs - connectNs);
            tally.openConnections(++open);
            wantsToSend = false;
            reactor.modify(fd, Epoll.EPOLLIN);
            if (busy) {
                request(nowNs);
            }
        }

        @Override
        public void begin(long atNs) {
            intendedNs = atNs;
            busy = true;
            if (fd < 0) {
                connect(System.nanoTime());
            } else if (connected) {
                request(plan.openLoop() ? System.nanoTime() : atNs);
            }
        }

        private void request(long nowNs) {
            sentNs = nowNs;
            unsentBytes = plan.requestBytes();
            missingBytes = plan.responseBytes();
            status.begin();
            sequence++;
            send();
        }

        private void send() {
            while (unsentBytes > 0) {
                int length = Math.min(unsentBytes, Payload.MOST_BYTES);
                long address = outgoing.address(plan.requestBytes() - unsentBytes, sentPosition, sequence, number);
                int sent = Sockets.send(fd, address, length, Sockets.MSG_NOSIGNAL);
                if (sent < 0) {
                    if (sent == -Errno.EAGAIN) {
                        awaitRoom(true);
                    } else {
                        failed(Endpoints.failure(sent));
                    }
                    return;
                }
                tally.add(Count.BYTES_SENT, sent);
                sentPosition += sent;
                unsentBytes -= sent;
            }
            // a request without response is done when the next one would fit
            awaitRoom(missingBytes == 0);
        }

        private void awaitRoom(boolean wants) {
            if (wants != wantsToSend) {
                wantsToSend = wants;
                reactor.modify(fd, wants ? Epoll.EPOLLIN | Epoll.EPOLLOUT : Epoll.EPOLLIN);
            }
        }

        @Override
        public void ready(int events) {
            if (!connected) {
                int error = (events & (Epoll.EPOLLERR | Epoll.EPOLLHUP)) == 0
                        ? 0
                        : Sockets.getsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_ERROR);
                if (error != 0) {
                    failed(Endpoints.failure(error));
                } else {
                    connected(System.nanoTime());
                }
                return;
            }
            if ((events & Epoll.EPOLLOUT) != 0 && wantsToSend) {
                if (unsentBytes > 0) {
                    send();
                } else if (busy && missingBytes == 0) {
                    complete();
                }
            }
            if ((events & ~Epoll.EPOLLOUT) != 0 && fd >= 0) {
                receive();
            }
        }

        private void receive() {
            int received = Sockets.recv(fd, scratch.address(), SCRATCH_BYTES, 0);
            if (received > 0) {
                tally.add(Count.BYTES_RECEIVED, received);
                if (datagram) {
                    answered(received);
                } else {
                    streamed(received);
                }
            } else if (received == 0) {
                if (!datagram) {
                    failed(Count.CLOSED_EARLY);
                }
            } else if (received != -Errno.EAGAIN) {
                failed(Endpoints.failure(received));
            }
        }

        private void streamed(int received) {
            if (received > missingBytes
                    || (plan.verify() && !payload.matches(scratch, 0, received, receivedPosition))) {
                failed(Count.MISMATCH);
                return;
            }
            status.read(scratch, received);
            receivedPosition += received;
            missingBytes -= received;
            if (missingBytes == 0 && unsentBytes == 0) {
                complete();
            }
        }

        private void answered(int received) {
            if (!busy || (plan.verify() && !outgoing.answers(scratch, received, sequence))) {
                return; // the late answer to a request already given up
            }
            if (plan.verify() && !outgoing.echoes(scratch, received)) {
                failed(Count.MISMATCH);
                return;
            }
            complete();
        }

        private void complete() {
            long nowNs = System.nanoTime();
            tally.answered(status.failure(), nowNs - intendedNs, nowNs - sentNs);
            busy = false;
            if (connections.size() > connectionsWanted(nowNs)) {
                retire();
            } else {
                free(nowNs);
            }
        }

        private void free(long nowNs) {
            if (pacer != null) {
                pacer.free(this, nowNs);
            }
        }

        private void retire() {
            int last = connections.size() - 1;
            connections.set(connections.indexOf(this), connections.get(last));
            connections.remove(last);
            disconnect();
        }

        void expire(long nowNs) {
            if (busy && fd >= 0 && nowNs - (connected ? sentNs : connectNs) > plan.timeoutNs()) {
                failed(Count.TIMED_OUT);
            }
        }

        private void failed(Count failure) {
            tally.increment(failure);
            if (!datagram || fd < 0) {
                disconnect();
            }
            boolean wasBusy = busy;
            busy = false;
            if (pacer != null && plan.mode() != LoadMode.IDLE && wasBusy) {
                pacer.freeAfterFailure(this, System.nanoTime());
            }
        }

        private void disconnect() {
            if (fd >= 0) {
                if (connected) {
                    tally.openConnections(--open);
                } else {
                    connecting--;
                }
                reactor.closeDescriptor(fd);
                fd = -1;
                connected = false;
            }
        }
    }
}

package io.sluice.perftests.load;

import io.sluice.perftests.net.Handler;
import io.sluice.perftests.net.Payload;
import io.sluice.ringbuffers.syscall.Epoll;
import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.Sockets;
import java.util.ArrayList;
import java.util.List;

/** Streams bytes over connections as fast as the target takes or gives them. Owned by one driver thread. */
final class Bulk extends Driver {
    private static final int CONNECTING_AT_ONCE = 256;
    /** Pieces per event, so that one quick connection does not starve the others. */
    private static final int PIECES_AT_ONCE = 4;
    private static final long RECONNECT_AFTER_NS = 20_000_000;

    private final List<Stream> streams = new ArrayList<>();
    private final int interest;
    private final int pieceBytes;
    private boolean started;
    private int connecting;
    private int open;
    private long nextRepairNs;

    Bulk(LoadPlan plan, int thread) {
        super(plan, thread);
        interest = (plan.direction().sends() ? Epoll.EPOLLOUT : 0) | (plan.direction().receives() ? Epoll.EPOLLIN : 0)
                | Epoll.EPOLLRDHUP;
        pieceBytes = Math.min(plan.requestBytes(), Payload.MOST_BYTES);
    }

    @Override
    boolean prepare(long nowNs) {
        int wanted = connectionsWanted(nowNs);
        while (streams.size() < wanted && connecting < CONNECTING_AT_ONCE) {
            Stream stream = new Stream(streams.size());
            streams.add(stream);
            stream.connect(nowNs);
        }
        return streams.size() == wanted && connecting == 0;
    }

    @Override
    void start(long nowNs) {
        super.start(nowNs);
        started = true;
        for (Stream stream : streams) {
            stream.flow();
        }
    }

    @Override
    long work(long nowNs) {
        if (nowNs >= nextRepairNs) {
            nextRepairNs = nowNs + RECONNECT_AFTER_NS;
            int wanted = connectionsWanted(nowNs);
            prepare(nowNs);
            while (streams.size() > wanted) {
                streams.removeLast().disconnect();
            }
            for (Stream stream : streams) {
                if (stream.fd < 0) {
                    stream.connect(nowNs);
                }
            }
        }
        return nextRepairNs;
    }

    @Override
    int unfinished() {
        return 0;
    }

    /** One connection. */
    private final class Stream implements Handler {
        private final int number;
        private int fd = -1;
        private boolean connected;
        private long connectNs;
        private long sentPosition;
        private long receivedPosition;

        Stream(int number) {
            this.number = number;
        }

        void connect(long nowNs) {
            connectNs = nowNs;
            int result = endpoints.connect();
            if (result < 0) {
                tally.increment(Endpoints.failure(result));
                return;
            }
            fd = result;
            connected = false;
            connecting++;
            sentPosition = plan.direction() == LoadPlan.Direction.ECHO ? number * 7919L : 0;
            receivedPosition = sentPosition;
            reactor.add(fd, Epoll.EPOLLOUT, this);
        }

        void flow() {
            if (connected) {
                reactor.modify(fd, interest);
            }
        }

        @Override
        public void ready(int events) {
            if (!connected) {
                connected(events);
                return;
            }
            if ((events & Epoll.EPOLLOUT) != 0 && started) {
                send();
            }
            if (fd >= 0 && (events & ~Epoll.EPOLLOUT) != 0) {
                receive();
            }
        }

        private void connected(int events) {
            int error = (events & (Epoll.EPOLLERR | Epoll.EPOLLHUP)) == 0
                    ? 0
                    : Sockets.getsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_ERROR);
            if (error != 0) {
                failed(Endpoints.failure(error));
                return;
            }
            connected = true;
            connecting--;
            tally.connected(System.nanoTime() - connectNs);
            tally.openConnections(++open);
            reactor.modify(fd, started ? interest : Epoll.EPOLLRDHUP);
        }

        private void send() {
            for (int i = 0; i < PIECES_AT_ONCE; i++) {
                int sent = Sockets.send(fd, payload.address(sentPosition), pieceBytes, Sockets.MSG_NOSIGNAL);
                if (sent < 0) {
                    if (sent != -Errno.EAGAIN) {
                        failed(Endpoints.failure(sent));
                    }
                    return;
                }
                tally.increment(Count.OPERATIONS);
                tally.add(Count.BYTES_SENT, sent);
                sentPosition += sent;
                if (sent < pieceBytes) {
                    return;
                }
            }
        }

        private void receive() {
            for (int i = 0; i < PIECES_AT_ONCE; i++) {
                int received = Sockets.recv(fd, scratch.address(), SCRATCH_BYTES, plan.verify() ? 0 : MSG_TRUNC);
                if (received <= 0) {
                    if (received == 0) {
                        failed(Count.CLOSED_EARLY);
                    } else if (received != -Errno.EAGAIN) {
                        failed(Endpoints.failure(received));
                    }
                    return;
                }
                if (plan.verify() && !payload.matches(scratch, 0, received, receivedPosition)) {
                    failed(Count.MISMATCH);
                    return;
                }
                if (!plan.direction().sends()) {
                    tally.increment(Count.OPERATIONS);
                }
                tally.add(Count.BYTES_RECEIVED, received);
                receivedPosition += received;
                if (received < SCRATCH_BYTES) {
                    return;
                }
            }
        }

        private void failed(Count failure) {
            tally.increment(failure);
            disconnect();
        }

        void disconnect() {
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

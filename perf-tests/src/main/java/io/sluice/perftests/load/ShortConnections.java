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
 * Operations that each begin with a new socket: connect, request, response, close; or a datagram and its answer from a
 * new source port. As many are under way as connections are asked for. Owned by one driver thread.
 */
final class ShortConnections extends Driver {
    private final List<Slot> slots = new ArrayList<>();
    private final Outgoing outgoing;
    private final boolean datagram;
    private @Nullable Pacer pacer;
    private int open;
    private long nextSweepNs;

    ShortConnections(LoadPlan plan, int thread) {
        super(plan, thread);
        datagram = plan.mode().datagram;
        outgoing = new Outgoing(plan, payload);
    }

    @Override
    boolean prepare(long nowNs) {
        return true;
    }

    @Override
    void start(long nowNs) {
        super.start(nowNs);
        pacer = new Pacer(plan.openLoop() ? arrivals(nowNs) : null, plan.thinkNs(), plan.lateAfterNs(), tally);
        work(nowNs);
    }

    @Override
    long work(long nowNs) {
        Pacer pacer = this.pacer;
        if (pacer == null) {
            return Long.MAX_VALUE;
        }
        for (int wanted = connectionsWanted(nowNs); slots.size() < wanted;) {
            Slot slot = new Slot(slots.size());
            slots.add(slot);
            pacer.free(slot, nowNs);
        }
        if (nowNs >= nextSweepNs) {
            nextSweepNs = nowNs + plan.timeoutNs() / 8;
            for (Slot slot : slots) {
                slot.expire(nowNs);
            }
        }
        return Math.min(pacer.work(nowNs), nextSweepNs);
    }

    @Override
    int unfinished() {
        return open + waiting();
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

    /** Carries one short connection after another. */
    private final class Slot implements Handler, Pacer.Slot {
        private final int number;
        private final StatusLine status = new StatusLine(plan);
        private int fd = -1;
        private boolean connected;
        private int unsentBytes;
        private int receivedBytes;
        private long intendedNs;
        private long begunNs;
        private long sequence;

        Slot(int number) {
            this.number = number;
        }

        @Override
        public void begin(long atNs) {
            intendedNs = atNs;
            begunNs = plan.openLoop() ? System.nanoTime() : atNs;
            connected = false;
            unsentBytes = plan.requestBytes();
            receivedBytes = 0;
            status.begin();
            sequence++;
            int result = endpoints.connect();
            if (result < 0) {
                failed(Endpoints.failure(result));
                return;
            }
            fd = result;
            open++;
            reactor.add(fd, Epoll.EPOLLIN | Epoll.EPOLLOUT | Epoll.EPOLLRDHUP | Epoll.EPOLLET, this);
            if (datagram) {
                connected();
            }
        }

        private void connected() {
            connected = true;
            tally.connected(System.nanoTime() - begunNs);
            send();
        }

        private void send() {
            while (unsentBytes > 0) {
                int offset = plan.requestBytes() - unsentBytes;
                int length = Math.min(unsentBytes, Payload.MOST_BYTES);
                int sent = Sockets.send(fd, outgoing.address(offset, offset, sequence, number), length,
                        Sockets.MSG_NOSIGNAL);
                if (sent < 0) {
                    if (sent != -Errno.EAGAIN) {
                        failed(Endpoints.failure(sent));
                    }
                    return;
                }
                tally.add(Count.BYTES_SENT, sent);
                unsentBytes -= sent;
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
                    return;
                }
                connected();
            } else if ((events & Epoll.EPOLLOUT) != 0 && unsentBytes > 0) {
                send();
            }
            if (fd >= 0 && (events & (Epoll.EPOLLIN | Epoll.EPOLLERR | Epoll.EPOLLHUP | Epoll.EPOLLRDHUP)) != 0) {
                receive((events & Epoll.EPOLLRDHUP) != 0);
            }
        }

        private void receive(boolean peerHasClosed) {
            while (fd >= 0) {
                int received = Sockets.recv(fd, scratch.address(), SCRATCH_BYTES, 0);
                if (received < 0) {
                    if (received != -Errno.EAGAIN) {
                        failed(Endpoints.failure(received));
                    }
                    return;
                }
                tally.add(Count.BYTES_RECEIVED, received);
                if (!intact(received)) {
                    failed(Count.MISMATCH);
                    return;
                }
                status.read(scratch, received);
                receivedBytes += received;
                // A short read has emptied the queue: with the peer's FIN seen, what follows can only be the end.
                boolean ended = !datagram && (received == 0 || (peerHasClosed && received < SCRATCH_BYTES));
                if (datagram
                        || (plan.close() == LoadPlan.Close.SERVER ? ended : receivedBytes >= plan.responseBytes())) {
                    if (receivedBytes < plan.responseBytes() && status.failure() == null) {
                        failed(Count.CLOSED_EARLY);
                    } else {
                        complete();
                    }
                    return;
                }
                if (ended) {
                    failed(Count.CLOSED_EARLY);
                } else if (received < SCRATCH_BYTES) {
                    return;
                }
            }
        }

        private boolean intact(int received) {
            if (!plan.verify()) {
                return true;
            }
            return datagram
                    ? outgoing.answers(scratch, received, sequence) && outgoing.echoes(scratch, received)
                    : payload.matches(scratch, 0, received, receivedBytes);
        }

        private void complete() {
            if (plan.close() == LoadPlan.Close.RESET) {
                Sockets.resetOnClose(fd);
            }
            disconnect();
            long nowNs = System.nanoTime();
            tally.answered(status.failure(), nowNs - intendedNs, nowNs - begunNs);
            if (slots.size() > connectionsWanted(nowNs)) {
                slots.remove(this);
            } else if (pacer != null) {
                pacer.free(this, nowNs);
            }
        }

        void expire(long nowNs) {
            if (fd >= 0 && nowNs - begunNs > plan.timeoutNs()) {
                failed(Count.TIMED_OUT);
            }
        }

        private void failed(Count failure) {
            tally.increment(failure);
            disconnect();
            if (pacer != null) {
                pacer.freeAfterFailure(this, System.nanoTime());
            }
        }

        private void disconnect() {
            if (fd >= 0) {
                reactor.closeDescriptor(fd);
                fd = -1;
                open--;
            }
        }
    }
}

package io.sluice.perftests.serve;

import io.sluice.ringbuffers.syscall.Epoll;
import io.sluice.ringbuffers.syscall.Memory;
import org.jspecify.annotations.Nullable;

/** Returns what comes; reads no further while the other side does not take it, so it holds one piece at most. */
final class Echo extends ServedConnection {
    private @Nullable Memory held;
    private int heldFrom;
    private int heldTo;

    Echo(ServerLoop loop, int fd, ServerStatistics statistics) {
        super(loop, fd, statistics);
    }

    @Override
    void open() {
        loop.reactor.add(fd, Epoll.EPOLLIN, this);
    }

    @Override
    public void ready(int events) {
        if ((events & Epoll.EPOLLOUT) != 0 && heldTo > heldFrom && !returnHeld()) {
            return;
        }
        if (!closed() && (events & ~Epoll.EPOLLOUT) != 0 && heldTo == heldFrom) {
            echo();
        }
    }

    private void echo() {
        int received = receive(false);
        if (received <= 0) {
            if (!ServerLoop.wouldBlock(received)) {
                close();
            }
            return;
        }
        ServerStatistics.add(statistics.requests, 1);
        int sent = send(loop.scratch.address(), received);
        if (sent < 0 && !ServerLoop.wouldBlock(sent)) {
            close();
        } else if (sent < received) {
            hold(Math.max(sent, 0), received);
        }
    }

    private void hold(int from, int to) {
        if (held == null) {
            held = new Memory(ServerLoop.SCRATCH_BYTES);
        }
        heldFrom = 0;
        heldTo = to - from;
        Memory.copy(loop.scratch, from, held, 0, heldTo);
        loop.reactor.modify(fd, Epoll.EPOLLOUT);
    }

    private boolean returnHeld() {
        Memory memory = held;
        if (memory == null) {
            return true;
        }
        int sent = send(memory.address() + heldFrom, heldTo - heldFrom);
        if (sent < 0) {
            if (!ServerLoop.wouldBlock(sent)) {
                close();
            }
            return false;
        }
        heldFrom += sent;
        if (heldFrom < heldTo) {
            return false;
        }
        loop.reactor.modify(fd, Epoll.EPOLLIN);
        return true;
    }

    @Override
    void close() {
        super.close();
        if (held != null) {
            held.close();
            held = null;
        }
    }
}

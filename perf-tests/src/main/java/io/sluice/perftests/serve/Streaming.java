package io.sluice.perftests.serve;

import io.sluice.ringbuffers.syscall.Epoll;

/** Discards what comes, or sends the payload stream without end, or both. */
final class Streaming extends ServedConnection {
    private static final int PIECE_BYTES = 128 << 10;

    private final boolean sends;
    private final boolean receives;
    private long sentPosition;

    Streaming(ServerLoop loop, int fd, ServerStatistics statistics, boolean sends, boolean receives) {
        super(loop, fd, statistics);
        this.sends = sends;
        this.receives = receives;
    }

    @Override
    void open() {
        loop.reactor.add(fd, (sends ? Epoll.EPOLLOUT : 0) | Epoll.EPOLLIN | Epoll.EPOLLRDHUP, this);
    }

    @Override
    public void ready(int events) {
        if ((events & (Epoll.EPOLLERR | Epoll.EPOLLHUP)) != 0) {
            close();
            return;
        }
        if (sends && (events & Epoll.EPOLLOUT) != 0) {
            stream();
        }
        if (!closed() && (events & (Epoll.EPOLLIN | Epoll.EPOLLRDHUP)) != 0) {
            discard();
        }
    }

    private void stream() {
        for (int i = 0; i < PIECES_AT_ONCE; i++) {
            int sent = send(loop.payload.address(sentPosition), PIECE_BYTES);
            if (sent < 0) {
                if (!ServerLoop.wouldBlock(sent)) {
                    close();
                }
                return;
            }
            sentPosition += sent;
            if (sent < PIECE_BYTES) {
                return;
            }
        }
    }

    private void discard() {
        for (int i = 0; i < PIECES_AT_ONCE; i++) {
            int received = receive(receives);
            if (received == 0 || (received < 0 && !ServerLoop.wouldBlock(received))) {
                close();
                return;
            }
            if (received < ServerLoop.SCRATCH_BYTES) {
                return;
            }
        }
    }
}

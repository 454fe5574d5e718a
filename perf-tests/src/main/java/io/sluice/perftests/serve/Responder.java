package io.sluice.perftests.serve;

import io.sluice.perftests.net.Payload;
import io.sluice.ringbuffers.syscall.Epoll;

/** Answers every whole request with a response of fixed size; or the first one only, and closes. */
final class Responder extends ServedConnection {
    private final boolean closes;
    private int missingBytes;
    private long unsentBytes;
    private long sentPosition;
    private boolean awaitsRoom;
    private boolean watched;
    private boolean closing;

    Responder(ServerLoop loop, int fd, ServerStatistics statistics, boolean closes) {
        super(loop, fd, statistics);
        this.closes = closes;
        missingBytes = loop.options.requestBytes();
    }

    @Override
    void open() {
        // the request is often here already: answering at once saves a turn of the loop
        if (closes) {
            receive();
        }
        if (!closed()) {
            loop.reactor.add(fd, awaitsRoom ? Epoll.EPOLLIN | Epoll.EPOLLOUT : Epoll.EPOLLIN, this);
            watched = true;
        }
    }

    @Override
    public void ready(int events) {
        if ((events & Epoll.EPOLLOUT) != 0) {
            send();
        }
        if (!closed() && (events & ~Epoll.EPOLLOUT) != 0) {
            receive();
        }
    }

    private void receive() {
        int received = receive(true);
        if (received <= 0) {
            if (!ServerLoop.wouldBlock(received)) {
                close();
            }
            return;
        }
        for (int left = received; left > 0;) {
            int taken = Math.min(left, missingBytes);
            left -= taken;
            missingBytes -= taken;
            if (missingBytes == 0) {
                missingBytes = loop.options.requestBytes();
                unsentBytes += loop.options.responseBytes();
                ServerStatistics.add(statistics.requests, 1);
                if (closes) {
                    missingBytes = Integer.MAX_VALUE; // one response only
                    closing = true;
                }
            }
        }
        send();
    }

    private void send() {
        while (unsentBytes > 0) {
            int sent = send(loop.payload.address(sentPosition), (int) Math.min(unsentBytes, Payload.MOST_BYTES));
            if (sent < 0) {
                if (ServerLoop.wouldBlock(sent)) {
                    awaitRoom(true);
                } else {
                    close();
                }
                return;
            }
            sentPosition += sent;
            unsentBytes -= sent;
        }
        if (closing) {
            close();
        } else {
            awaitRoom(false);
        }
    }

    private void awaitRoom(boolean wants) {
        if (wants != awaitsRoom) {
            awaitsRoom = wants;
            if (watched) {
                loop.reactor.modify(fd, wants ? Epoll.EPOLLIN | Epoll.EPOLLOUT : Epoll.EPOLLIN);
            }
        }
    }
}

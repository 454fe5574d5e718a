package io.sluice.perftests.serve;

import io.sluice.perftests.net.Handler;
import io.sluice.ringbuffers.syscall.Sockets;

/** An accepted connection of a target; owned by its server loop. */
abstract class ServedConnection implements Handler {
    static final int MSG_TRUNC = 0x20;
    /** Pieces per event, so that one quick connection does not starve the others. */
    static final int PIECES_AT_ONCE = 4;

    final ServerLoop loop;
    final ServerStatistics statistics;
    final int fd;
    private boolean closed;
    private long receivedPosition;

    ServedConnection(ServerLoop loop, int fd, ServerStatistics statistics) {
        this.loop = loop;
        this.fd = fd;
        this.statistics = statistics;
    }

    /** Starts watching the connection. */
    abstract void open();

    /** Receives into the loop's scratch memory, counted and checked; 0 is the end of the stream. */
    final int receive(boolean discard) {
        boolean verify = loop.options.verify();
        int received = Sockets.recv(fd, loop.scratch.address(), ServerLoop.SCRATCH_BYTES,
                discard && !verify ? MSG_TRUNC : 0);
        if (received > 0) {
            ServerStatistics.add(statistics.bytesReceived, received);
            if (verify && !(this instanceof Echo)
                    && !loop.payload.matches(loop.scratch, 0, received, receivedPosition)) {
                ServerStatistics.add(statistics.mismatches, 1);
                close();
                return 0;
            }
            receivedPosition += received;
        }
        return received;
    }

    final int send(long address, int lengthBytes) {
        int sent = Sockets.send(fd, address, lengthBytes, Sockets.MSG_NOSIGNAL);
        if (sent > 0) {
            ServerStatistics.add(statistics.bytesSent, sent);
        }
        return sent;
    }

    final boolean closed() {
        return closed;
    }

    void close() {
        if (!closed) {
            closed = true;
            ServerStatistics.add(statistics.open, -1);
            loop.reactor.closeDescriptor(fd);
        }
    }
}

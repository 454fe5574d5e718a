package io.sluice.perftests.load;

import io.sluice.perftests.net.DatagramBatch;
import io.sluice.perftests.net.Payload;
import io.sluice.perftests.net.SocketFailure;
import io.sluice.ringbuffers.syscall.Datagrams;
import io.sluice.ringbuffers.syscall.Epoll;
import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.Memory;
import io.sluice.ringbuffers.syscall.Sockets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams one way, at a rate or as fast as this core makes them, from many sockets in turn. Each carries its sequence
 * number and its socket's number, by which the target counts what was lost or came out of order. Owned by one driver
 * thread.
 */
final class DatagramStream extends Driver {
    private int[] sockets = new int[0];
    private long[] sequences = new long[0];
    private int turn;
    private final DatagramBatch batch;
    private @Nullable Arrivals arrivals;
    private boolean started;

    DatagramStream(LoadPlan plan, int thread) {
        super(plan, thread);
        batch = new DatagramBatch(plan.batch(), plan.requestBytes(), false);
        try (Memory piece = new Memory(plan.requestBytes()); Payload source = new Payload()) {
            source.copyTo(piece);
            for (int i = 0; i < plan.batch(); i++) {
                Memory.copy(piece, 0, batch.data(), batch.offset(i), plan.requestBytes());
                batch.length(i, plan.requestBytes());
            }
        }
    }

    @Override
    boolean prepare(long nowNs) {
        int wanted = connectionsWanted(nowNs);
        while (sockets.length < wanted) {
            int fd = endpoints.connect();
            if (fd < 0) {
                tally.increment(Endpoints.failure(fd));
                break;
            }
            reactor.add(fd, Epoll.EPOLLET, events -> {
            }); // the reactor closes it at the end
            sockets = Arrays.copyOf(sockets, sockets.length + 1);
            sequences = Arrays.copyOf(sequences, sockets.length);
            sockets[sockets.length - 1] = fd;
            cutInKernel(fd);
            tally.openConnections(sockets.length);
            tally.increment(Count.CONNECTED);
        }
        return true;
    }

    private void cutInKernel(int fd) {
        if (!plan.gso()) {
            return;
        }
        int result = Sockets.setsockopt(fd, Datagrams.SOL_UDP, Datagrams.UDP_SEGMENT, plan.requestBytes());
        if (result < 0) {
            throw new SocketFailure("UDP_SEGMENT", result);
        }
    }

    @Override
    void start(long nowNs) {
        super.start(nowNs);
        started = sockets.length > 0;
        arrivals = plan.openLoop() ? arrivals(nowNs) : null;
    }

    @Override
    long work(long nowNs) {
        if (!started) {
            return Long.MAX_VALUE;
        }
        if (arrivals == null) {
            send(plan.batch());
            return nowNs;
        }
        int due = 0;
        long nextNs = arrivals.nextNs();
        for (; nextNs <= nowNs && due < plan.batch(); nextNs = arrivals.nextNs()) {
            tally.increment(Count.ARRIVALS);
            if (nowNs - nextNs > plan.lateAfterNs()) {
                tally.increment(Count.LATE);
            }
            due++;
            arrivals.advance();
        }
        if (due > 0) {
            tally.add(Count.DROPPED, due - send(due));
        }
        return nextNs;
    }

    /** How many of them went out; the others found no room in the socket's buffer. */
    private int send(int count) {
        int index = turn++ % sockets.length;
        if (plan.requestBytes() >= 12) {
            Memory data = batch.data();
            for (int i = 0; i < count; i++) {
                data.longAt(batch.offset(i), sequences[index] + i);
                data.intAt(batch.offset(i) + 8, index + (thread << 20));
            }
        }
        int sent = plan.gso() ? batch.sendAsOne(sockets[index], count) : batch.send(sockets[index], count);
        if (sent > 0) {
            sequences[index] += sent;
            tally.add(Count.OPERATIONS, sent);
            tally.add(Count.BYTES_SENT, (long) sent * plan.requestBytes());
        } else if (sent != -Errno.EAGAIN) {
            // an ICMP error of an earlier datagram is reported once and leaves the socket usable
            Sockets.getsockopt(sockets[index], Sockets.SOL_SOCKET, Sockets.SO_ERROR);
            tally.increment(Endpoints.failure(sent));
        }
        return Math.max(0, sent);
    }

    @Override
    int unfinished() {
        return 0;
    }

    @Override
    public void close() {
        super.close();
        batch.close();
    }
}

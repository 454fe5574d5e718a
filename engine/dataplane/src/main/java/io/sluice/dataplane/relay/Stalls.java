package io.sluice.dataplane.relay;

import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.WorkerColumn;
import io.sluice.ringbuffers.counters.CounterRow;
import io.sluice.ringbuffers.syscall.Files;
import io.sluice.ringbuffers.syscall.SocketAddress;
import io.sluice.ringbuffers.syscall.SocketMemory;
import io.sluice.ringbuffers.syscall.Sockets;
import java.util.ArrayList;
import java.util.List;

/**
 * Directions whose sink takes nothing: TCP's memory is the machine's, so what each of them holds of it is bounded, and
 * what all do together. A bound is set once, when a direction has moved its first bytes: what the kernel has accepted
 * it cannot give back. One worker's thread.
 */
final class Stalls {
    /** A direction that has moved less costs what the kernel's first buffers hold. */
    static final int FIRST_LOOK_BYTES = 64 << 10;
    /** A bound is looked at again after so many further bytes, where it could not be set at once. */
    private static final int NEXT_LOOK_BYTES = 128 << 10;
    /** Less than this the kernel's first buffers hold already. */
    private static final int LEAST_BYTES = 256 << 10;
    /** Of what is left for all, one direction gets at most one part in so many. */
    private static final int PARTS = 64;
    /** Who has taken nothing for so long may have to go. */
    private static final long PATIENCE_NS = 2_000_000_000L;
    /** Ticks between two measurements of one direction. */
    private static final int MEASURED_EVERY = 8;
    private static final int SOCK_RCVBUF_LOCK = 2;

    /** How a receive buffer is bounded. */
    private enum Means {
        /** To its full size at once: by right, or as net.core.rmem_max allows it. */
        FORCE, SET,
        /** Only by stopping the kernel's growing of it, once it is large enough. */
        LOCK
    }

    private final int directionBytes;
    private final long totalBytes;
    private final CounterRow row;
    private final Means means;
    private final SocketMemory memory = new SocketMemory();
    private final List<Direction> watched = new ArrayList<>();
    private long stalledBytes;
    /** Promised since the last tick. */
    private long promisedBytes;
    private int ticks;

    /**
     * Makes a worker's.
     *
     * @param row the worker's own: see {@link WorkerColumn}
     */
    Stalls(RelaySettings settings, CounterRow row) {
        directionBytes = settings.stalledBytes();
        totalBytes = settings.allStalledBytes();
        this.row = row;
        means = probe(directionBytes / 4);
    }

    private static Means probe(int wantedBytes) {
        int fd = Sockets.socket(SocketAddress.AF_INET, Sockets.SOCK_STREAM | Sockets.SOCK_CLOEXEC, 0);
        try {
            if (Sockets.setsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_RCVBUFFORCE, wantedBytes) == 0) {
                return Means.FORCE;
            }
            Sockets.setsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_RCVBUF, wantedBytes);
            int granted = Sockets.getsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_RCVBUF);
            return granted >= 2 * wantedBytes ? Means.SET : Means.LOCK; // the kernel doubles it (socket(7))
        } finally {
            Files.close(fd);
        }
    }

    /** What a direction that begins to be worth it may hold, if it is to stall. */
    private int share() {
        long left = totalBytes / 2 - stalledBytes - promisedBytes; // the other half is for those who get the least
        return Math.clamp(left / PARTS, Math.min(LEAST_BYTES, directionBytes), directionBytes);
    }

    /**
     * Bounds what a direction may hold: half of its share unread in the source's socket, a sixth in a pipe, a sixth
     * unsent in the sink's socket, where what has been sent and not acknowledged yet comes on top.
     *
     * @return after how many bytes of the direction it is to be looked at again
     */
    long bound(Direction direction, int source, int sink, long bytes) {
        int share = share();
        promisedBytes += share;
        direction.pipeLimitBytes = share / 6;
        Sockets.setsockopt(sink, Sockets.IPPROTO_TCP, Sockets.TCP_NOTSENT_LOWAT, share / 6);
        return boundReceiveBuffer(source, share) ? Long.MAX_VALUE : bytes + NEXT_LOOK_BYTES;
    }

    /** False where it is to grow first. */
    private boolean boundReceiveBuffer(int source, int share) {
        if (means == Means.LOCK) {
            if (memory.read(source) && memory.receiveBufferBytes() < share / 4) {
                return false;
            }
            Sockets.setsockopt(source, Sockets.SOL_SOCKET, Sockets.SO_BUF_LOCK, SOCK_RCVBUF_LOCK);
            if (memory.receiveBufferBytes() > share / 2) { // in one leap, as on loopback: then less is enough
                Sockets.setsockopt(source, Sockets.SOL_SOCKET, Sockets.SO_RCVBUF, share / 4);
            }
        } else {
            int option = means == Means.FORCE ? Sockets.SO_RCVBUFFORCE : Sockets.SO_RCVBUF;
            Sockets.setsockopt(source, Sockets.SOL_SOCKET, option, share / 4);
            // else the window stays what the first buffer allowed (tcp_rcvbuf_grow() in net/ipv4/tcp_input.c)
            Sockets.setsockopt(source, Sockets.IPPROTO_TCP, Sockets.TCP_WINDOW_CLAMP, share / 2);
        }
        return true;
    }

    /** The direction's sink takes nothing for now, as happens all the time: the next tick looks whether that lasts. */
    void add(Direction direction) {
        watched.add(direction);
    }

    /** Looks after those that stall; about every 100 ms. */
    void onTick(long nowNs) {
        promisedBytes = 0;
        if (watched.isEmpty() && stalledBytes == 0) {
            return;
        }
        ticks++;
        long sum = 0;
        int stalled = 0;
        int kept = 0;
        for (int i = 0; i < watched.size(); i++) {
            Direction direction = watched.get(i);
            if (direction.standsStill(nowNs)) {
                watched.set(kept++, direction);
                if (direction.isStalled()) {
                    if (direction.stalledKernelBytes < 0 || (ticks + i) % MEASURED_EVERY == 0) {
                        direction.giveUpHeld(memory, directionBytes / 4);
                        direction.stalledKernelBytes = direction.kernelBytes(memory);
                    }
                    sum += direction.stalledKernelBytes;
                    stalled++;
                }
            }
        }
        watched.subList(kept, watched.size()).clear();
        stalledBytes = endLongest(sum, nowNs);
        row.set(WorkerColumn.STALLED, stalled);
        row.set(WorkerColumn.STALLED_BYTES, stalledBytes);
    }

    /** Those who came first have waited longest. */
    private long endLongest(long sum, long nowNs) {
        long left = sum;
        for (int i = 0; i < watched.size() && left > totalBytes; i++) {
            Direction direction = watched.get(i);
            if (direction.isStalled() && direction.stillSince(nowNs) >= PATIENCE_NS) {
                left -= direction.stalledKernelBytes;
                direction.connection().end(EndReason.RESOURCES, true);
            }
        }
        return left;
    }

    void close() {
        memory.close();
    }
}

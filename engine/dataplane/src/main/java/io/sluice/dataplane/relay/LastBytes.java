package io.sluice.dataplane.relay;

import io.sluice.ringbuffers.syscall.Ioctl;
import io.sluice.ringbuffers.syscall.TcpInfo;
import java.util.ArrayDeque;

/**
 * Sides of connections that are over by a reset, but for bytes that the kernel has not brought to them yet: those
 * arrive first, then the reset, as a close in order would pass for a whole stream. One worker's thread.
 */
final class LastBytes {
    /** More than this wait for no one: the longest waiting is reset at once. */
    private static final int MOST = 4096;

    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

    /** A side, and how it gets on. */
    private static final class Waiting {
        private final Endpoint side;
        private final long patienceNs;
        private int unsentBytes;
        private long movedNs;

        Waiting(Endpoint side, int unsentBytes, long patienceNs, long nowNs) {
            this.side = side;
            this.unsentBytes = unsentBytes;
            this.patienceNs = patienceNs;
            movedNs = nowNs;
        }

        /** Whether nothing is left for it, it is gone itself, or it takes nothing. */
        boolean isOver(long nowNs) {
            int now = Ioctl.unsentBytes(side.fd);
            if (now != unsentBytes) {
                unsentBytes = now;
                movedNs = nowNs;
            }
            return now == 0 || nowNs - movedNs >= patienceNs || TcpInfo.state(side.fd) == TcpInfo.TCP_CLOSE;
        }
    }

    /**
     * Takes a side over, or resets it where nothing is on the way to it.
     *
     * @param patienceNs how long it may take nothing
     */
    void reset(Endpoint side, long patienceNs, long nowNs) {
        int unsent = Ioctl.unsentBytes(side.fd);
        if (unsent == 0 || TcpInfo.state(side.fd) == TcpInfo.TCP_CLOSE) {
            side.close(true);
            return;
        }
        side.forgetEncryption();
        waiting.addLast(new Waiting(side, unsent, patienceNs, nowNs));
        if (waiting.size() > MOST) {
            waiting.removeFirst().side.close(true);
        }
    }

    /** Resets those that have what they were to get; about every 100 ms. */
    void onTick(long nowNs) {
        if (!waiting.isEmpty()) {
            waiting.removeIf(each -> {
                boolean over = each.isOver(nowNs);
                if (over) {
                    each.side.close(true);
                }
                return over;
            });
        }
    }

    /** Sides that wait. */
    int size() {
        return waiting.size();
    }

    /** Resets everyone. */
    void close() {
        for (Waiting each = waiting.poll(); each != null; each = waiting.poll()) {
            each.side.close(true);
        }
    }
}

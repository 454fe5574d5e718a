package io.sluice.dataplane.udp;

import io.sluice.ringbuffers.syscall.Memory;
import io.sluice.ringbuffers.syscall.Sockets;

/** How much of its receive buffer a socket has in use (SO_MEMINFO); one worker's thread. */
final class Backlog {
    // linux/sock_diag.h: SK_MEMINFO_RMEM_ALLOC and SK_MEMINFO_RCVBUF come first of nine 32-bit numbers
    private static final int REPORT_BYTES = 36;
    private static final int IN_USE = 0;
    private static final int BUFFER = 4;

    private final Memory report = new Memory(REPORT_BYTES);

    /** Whether less than half of it is left; false where the kernel does not tell. */
    boolean isPastHalf(int fd) {
        return Sockets.getsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_MEMINFO, report.address(), REPORT_BYTES) >= 0
                && report.intAt(IN_USE) > report.intAt(BUFFER) / 2;
    }

    void close() {
        report.close();
    }
}

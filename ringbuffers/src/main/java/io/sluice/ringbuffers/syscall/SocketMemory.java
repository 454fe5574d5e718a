package io.sluice.ringbuffers.syscall;

/** What of the kernel's memory a socket's buffers hold (SO_MEMINFO, linux/sock_diag.h); reused, one thread. */
public final class SocketMemory implements AutoCloseable {
    private static final int BYTES = 36;
    private static final int SK_MEMINFO_RMEM_ALLOC = 0;
    private static final int SK_MEMINFO_RCVBUF = 4;
    private static final int SK_MEMINFO_SNDBUF = 12;
    private static final int SK_MEMINFO_WMEM_QUEUED = 20;

    private final Memory report = new Memory(BYTES);

    /** Asks; false where the kernel does not tell. */
    public boolean read(int fd) {
        return Sockets.getsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_MEMINFO, report.address(), BYTES) >= BYTES;
    }

    /** Bytes that wait to be read, by the memory that they take. */
    public int unreadBytes() {
        return report.intAt(SK_MEMINFO_RMEM_ALLOC);
    }

    /** How much those may become. */
    public int receiveBufferBytes() {
        return report.intAt(SK_MEMINFO_RCVBUF);
    }

    /** Bytes that are to be sent, or may have to be sent again. */
    public int unsentBytes() {
        return report.intAt(SK_MEMINFO_WMEM_QUEUED);
    }

    /** How much those may become. */
    public int sendBufferBytes() {
        return report.intAt(SK_MEMINFO_SNDBUF);
    }

    @Override
    public void close() {
        report.close();
    }
}

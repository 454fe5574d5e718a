package io.sluice.ringbuffers.syscall;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** What the kernel knows of a TCP connection: {@code struct tcp_info} (linux/tcp.h); any thread. */
public final class TcpInfo {
    private static final int TCPI_RTT = 68;
    private static final int BYTES = 104;
    private static final ThreadLocal<MemorySegment> INFO = ThreadLocal
            .withInitial(() -> Arena.ofAuto().allocate(BYTES, 8));

    private TcpInfo() {
    }

    /** The smoothed round-trip time in microseconds; 0 where there is none. */
    public static int rttMicros(int fd) {
        MemorySegment info = INFO.get();
        int length = Sockets.getsockopt(fd, Sockets.IPPROTO_TCP, Sockets.TCP_INFO, info.address(), BYTES);
        return length < TCPI_RTT + 4 ? 0 : info.get(ValueLayout.JAVA_INT, TCPI_RTT);
    }
}

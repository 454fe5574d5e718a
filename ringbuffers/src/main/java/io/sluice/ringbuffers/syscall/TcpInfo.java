package io.sluice.ringbuffers.syscall;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** What the kernel knows of a TCP connection: {@code struct tcp_info} (linux/tcp.h); any thread. */
public final class TcpInfo {
    /** No connection any more (net/tcp_states.h). */
    public static final int TCP_CLOSE = 7;
    private static final int TCPI_STATE = 0;
    private static final int TCPI_RTT = 68;
    private static final int BYTES = 104;
    private static final ThreadLocal<MemorySegment> INFO = ThreadLocal
            .withInitial(() -> Arena.ofAuto().allocate(BYTES, 8));

    private TcpInfo() {
    }

    /** The state as net/tcp_states.h numbers it; {@link #TCP_CLOSE} where that cannot be told. */
    public static int state(int fd) {
        MemorySegment info = INFO.get();
        int length = Sockets.getsockopt(fd, Sockets.IPPROTO_TCP, Sockets.TCP_INFO, info.address(), BYTES);
        return length <= TCPI_STATE ? TCP_CLOSE : info.get(ValueLayout.JAVA_BYTE, TCPI_STATE);
    }

    /** The smoothed round-trip time in microseconds; 0 where there is none. */
    public static int rttMicros(int fd) {
        MemorySegment info = INFO.get();
        int length = Sockets.getsockopt(fd, Sockets.IPPROTO_TCP, Sockets.TCP_INFO, info.address(), BYTES);
        return length < TCPI_RTT + 4 ? 0 : info.get(ValueLayout.JAVA_INT, TCPI_RTT);
    }
}

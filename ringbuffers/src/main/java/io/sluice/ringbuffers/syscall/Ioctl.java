package io.sluice.ringbuffers.syscall;

import static io.sluice.ringbuffers.syscall.Libc.INT;
import static io.sluice.ringbuffers.syscall.Libc.LONG;
import static io.sluice.ringbuffers.syscall.Libc.returning;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** ioctl(2) on sockets (linux/sockios.h); any thread. */
public final class Ioctl {
    /** Bytes in the send queue that the peer has not acknowledged. */
    private static final long SIOCOUTQ = 0x5411;
    private static final MethodHandle IOCTL = Libc.downcallVariadic("ioctl", returning(INT, INT, LONG, LONG), 2);
    private static final ThreadLocal<MemorySegment> VALUE = ThreadLocal
            .withInitial(() -> Arena.ofAuto().allocate(8, 8));

    private Ioctl() {
    }

    /** Bytes written to the socket that its peer has not acknowledged yet; 0 where that cannot be told. */
    public static int unsentBytes(int fd) {
        MemorySegment capture = Libc.capture();
        MemorySegment value = VALUE.get();
        try {
            int result = (int) IOCTL.invokeExact(capture, fd, SIOCOUTQ, value.address());
            return result < 0 ? 0 : value.get(ValueLayout.JAVA_INT, 0);
        } catch (Throwable fault) {
            throw Libc.broken(fault);
        }
    }
}

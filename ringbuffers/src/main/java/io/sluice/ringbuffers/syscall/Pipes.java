package io.sluice.ringbuffers.syscall;

import static io.sluice.ringbuffers.syscall.Libc.INT;
import static io.sluice.ringbuffers.syscall.Libc.LONG;
import static io.sluice.ringbuffers.syscall.Libc.downcall;
import static io.sluice.ringbuffers.syscall.Libc.returning;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Pipes and splice(2), which moves pages between a pipe and a socket without copying them; any thread. */
public final class Pipes {
    public static final int SPLICE_F_MOVE = 1;
    public static final int SPLICE_F_NONBLOCK = 2;
    public static final int SPLICE_F_MORE = 4;
    public static final int O_NONBLOCK = 0x800;
    public static final int O_CLOEXEC = 0x80000;
    public static final int F_SETPIPE_SZ = 1031;
    public static final int F_GETPIPE_SZ = 1032;

    private static final MethodHandle PIPE2 = downcall("pipe2", returning(INT, LONG, INT));
    private static final MethodHandle FCNTL = Libc.downcallVariadic("fcntl", returning(INT, INT, INT, INT), 2);
    private static final MethodHandle SPLICE = downcall("splice", returning(LONG, INT, LONG, INT, LONG, LONG, INT));

    private Pipes() {
    }

    /** Makes a pipe; both descriptors (read end, write end) are written as two ints at {@code address}. */
    public static int pipe2(long address, int flags) {
        MemorySegment capture = Libc.capture();
        try {
            return Libc.answer((int) PIPE2.invokeExact(capture, address, flags), capture);
        } catch (Throwable fault) {
            throw Libc.broken(fault);
        }
    }

    /** F_SETPIPE_SZ: asks for a capacity in bytes; answers the capacity granted. */
    public static int setPipeSize(int fd, int bytes) {
        MemorySegment capture = Libc.capture();
        try {
            return Libc.answer((int) FCNTL.invokeExact(capture, fd, F_SETPIPE_SZ, bytes), capture);
        } catch (Throwable fault) {
            throw Libc.broken(fault);
        }
    }

    /** Moves up to {@code lengthBytes} from one descriptor to the other, one of which is a pipe. */
    public static int splice(int fdIn, int fdOut, long lengthBytes, int flags) {
        MemorySegment capture = Libc.capture();
        try {
            return (int) Libc
                    .answer((long) SPLICE.invokeExact(capture, fdIn, 0L, fdOut, 0L, lengthBytes, flags), capture);
        } catch (Throwable fault) {
            throw Libc.broken(fault);
        }
    }
}

package io.sluice.ringbuffers.syscall;

import static io.sluice.ringbuffers.syscall.Libc.INT;
import static io.sluice.ringbuffers.syscall.Libc.LONG;
import static io.sluice.ringbuffers.syscall.Libc.downcall;
import static io.sluice.ringbuffers.syscall.Libc.returning;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Descriptors: read(2), write(2), close(2); any thread. */
public final class Files {
    private static final MethodHandle READ = downcall("read", returning(LONG, INT, LONG, LONG));
    private static final MethodHandle WRITE = downcall("write", returning(LONG, INT, LONG, LONG));
    private static final MethodHandle CLOSE = downcall("close", returning(INT, INT));

    private Files() {
    }

    public static int read(int fd, long address, long lengthBytes) {
        MemorySegment capture = Libc.capture();
        try {
            return (int) Libc.answer((long) READ.invokeExact(capture, fd, address, lengthBytes), capture);
        } catch (Throwable fault) {
            throw Libc.broken(fault);
        }
    }

    public static int write(int fd, long address, long lengthBytes) {
        MemorySegment capture = Libc.capture();
        try {
            return (int) Libc.answer((long) WRITE.invokeExact(capture, fd, address, lengthBytes), capture);
        } catch (Throwable fault) {
            throw Libc.broken(fault);
        }
    }

    public static int close(int fd) {
        MemorySegment capture = Libc.capture();
        try {
            return Libc.answer((int) CLOSE.invokeExact(capture, fd), capture);
        } catch (Throwable fault) {
            throw Libc.broken(fault);
        }
    }
}

package io.sluice.ringbuffers.syscall;

import static io.sluice.ringbuffers.syscall.Libc.INT;
import static io.sluice.ringbuffers.syscall.Libc.LONG;
import static io.sluice.ringbuffers.syscall.Libc.downcall;
import static io.sluice.ringbuffers.syscall.Libc.returning;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Descriptors: open(2), read(2), write(2), close(2), fcntl(2), memfd_create(2), fallocate(2); any thread. */
public final class Files {
    private static final MethodHandle READ = downcall("read", returning(LONG, INT, LONG, LONG));
    private static final MethodHandle WRITE = downcall("write", returning(LONG, INT, LONG, LONG));
    private static final MethodHandle CLOSE = downcall("close", returning(INT, INT));
    private static final MethodHandle FCNTL = Libc.downcallVariadic("fcntl", returning(INT, INT, INT, INT), 2);
    private static final MethodHandle OPEN = Libc.downcallVariadic("open", returning(INT, LONG, INT, INT), 2);
    private static final MethodHandle MEMFD_CREATE = downcall("memfd_create", returning(INT, LONG, INT));
    private static final MethodHandle FALLOCATE = downcall("fallocate", returning(INT, INT, INT, LONG, LONG));
    private static final int O_RDWR = 2;
    private static final int O_CREAT = 0x40;
    private static final int O_EXCL = 0x80;
    private static final int O_CLOEXEC = 0x80000;
    private static final int MFD_CLOEXEC = 1;
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int O_NONBLOCK = 0x800;

    private Files() {
    }

    /** Opens for reading and writing, closed on exec. */
    public static int open(String path) {
        return open(path, O_RDWR | O_CLOEXEC, 0);
    }

    /** The same with a file that is not there yet. */
    public static int create(String path, int permissions) {
        return open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, permissions);
    }

    private static int open(String path, int flags, int permissions) {
        MemorySegment capture = Libc.capture();
        try (Arena arena = Arena.ofConfined()) {
            long address = arena.allocateFrom(path).address();
            return Libc.answer((int) OPEN.invokeExact(capture, address, flags, permissions), capture);
        } catch (Throwable fault) {
            throw Libc.broken(fault);
        }
    }

    /** An empty file that lies in memory alone and has no name; {@code name} is shown in /proc. */
    public static int createInMemory(String name) {
        MemorySegment capture = Libc.capture();
        try (Arena arena = Arena.ofConfined()) {
            long address = arena.allocateFrom(name).address();
            return Libc.answer((int) MEMFD_CREATE.invokeExact(capture, address, MFD_CLOEXEC), capture);
        } catch (Throwable fault) {
            throw Libc.broken(fault);
        }
    }

    /** Takes the blocks of a part of the file and changes nothing in it; the file grows where that is beyond it. */
    public static int reserve(int fd, long offset, long lengthBytes) {
        MemorySegment capture = Libc.capture();
        try {
            return Libc.answer((int) FALLOCATE.invokeExact(capture, fd, 0, offset, lengthBytes), capture);
        } catch (Throwable fault) {
            throw Libc.broken(fault);
        }
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

    /** Another descriptor of the same open file, closed on exec; flags and position are shared with the first. */
    public static int duplicate(int fd) {
        return fcntl(fd, F_DUPFD_CLOEXEC, 0);
    }

    /** Makes reads and writes answer EAGAIN rather than wait: for every descriptor of the same open file. */
    public static int setNonBlocking(int fd) {
        int flags = fcntl(fd, F_GETFL, 0);
        return flags < 0 ? flags : fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    }

    private static int fcntl(int fd, int command, int argument) {
        MemorySegment capture = Libc.capture();
        try {
            return Libc.answer((int) FCNTL.invokeExact(capture, fd, command, argument), capture);
        } catch (Throwable fault) {
            throw Libc.broken(fault);
        }
    }
}

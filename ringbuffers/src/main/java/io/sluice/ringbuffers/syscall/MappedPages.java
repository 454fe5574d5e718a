package io.sluice.ringbuffers.syscall;

import static io.sluice.ringbuffers.syscall.Libc.INT;
import static io.sluice.ringbuffers.syscall.Libc.LONG;
import static io.sluice.ringbuffers.syscall.Libc.returning;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Anonymous pages of mmap(2), which the kernel backs with memory when they are first written; any thread. */
public record MappedPages(Arena arena, MemorySegment segment) {
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
    private static final MethodHandle MMAP = Libc.downcall("mmap",
            returning(LONG, LONG, LONG, INT, INT, INT, LONG));
    private static final int MAP_SHARED_FIXED = 0x11;
    private static final MethodHandle MUNMAP = Libc.downcall("munmap", returning(INT, LONG, LONG));

    /** Pages of zeros; closing the arena gives them back. */
    public static MappedPages of(long lengthBytes) {
        MemorySegment capture = Libc.capture();
        try {
            long address = (long) MMAP.invokeExact(capture, 0L, lengthBytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS,
                    -1, 0L);
            if (address == -1) {
                throw new OutOfMemoryError("mmap of " + lengthBytes + " bytes: "
                        + Errno.describe((int) Libc.answer(address, capture)));
            }
            Arena arena = Arena.ofShared();
            MemorySegment segment = MemorySegment.ofAddress(address)
                    .reinterpret(lengthBytes, arena, MappedPages::unmap);
            return new MappedPages(arena, segment);
        } catch (OutOfMemoryError noRoom) {
            throw noRoom;
        } catch (Throwable fault) {
            throw Libc.broken(fault);
        }
    }

    /**
     * Puts a file's pages in the place of what is mapped there, in one step for all threads. They belong to whoever
     * owned that place.
     *
     * @return 0 or a negated errno
     */
    public static int replace(long place, long lengthBytes, int fd) {
        MemorySegment capture = Libc.capture();
        try {
            long address = (long) MMAP.invokeExact(capture, place, lengthBytes, PROT_READ_WRITE, MAP_SHARED_FIXED, fd,
                    0L);
            return address == place ? 0 : (int) Libc.answer(address, capture);
        } catch (Throwable fault) {
            throw Libc.broken(fault);
        }
    }

    private static void unmap(MemorySegment segment) {
        try {
            int ignored = (int) MUNMAP.invokeExact(Libc.capture(), segment.address(), segment.byteSize());
        } catch (Throwable fault) {
            throw Libc.broken(fault);
        }
    }
}

package io.sluice.ringbuffers.syscall;

import static io.sluice.ringbuffers.syscall.Libc.INT;
import static io.sluice.ringbuffers.syscall.Libc.LONG;
import static io.sluice.ringbuffers.syscall.Libc.downcall;
import static io.sluice.ringbuffers.syscall.Libc.returning;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * An array of {@code struct pollfd} (poll.h) and poll(2) over its first entries; one thread. For the control plane and
 * its handful of descriptors: workers have their event loops.
 */
public final class Poll implements AutoCloseable {
    public static final int POLLIN = 0x1;
    public static final int POLLOUT = 0x4;
    public static final int POLLERR = 0x8;
    public static final int POLLHUP = 0x10;

    private static final int ENTRY_BYTES = 8;
    private static final int EVENTS = 4;
    private static final int REVENTS = 6;
    private static final MethodHandle POLL = downcall("poll", returning(INT, LONG, LONG, INT));

    private Memory entries;

    public Poll(int capacity) {
        entries = new Memory((long) capacity * ENTRY_BYTES);
    }

    /** Watches a descriptor; the array grows when the index lies behind its end. */
    public void watch(int index, int fd, int events) {
        long offset = (long) index * ENTRY_BYTES;
        if (offset >= entries.lengthBytes()) {
            grow(offset);
        }
        entries.intAt(offset, fd);
        entries.shortAt(offset + EVENTS, (short) events);
        entries.shortAt(offset + REVENTS, (short) 0);
    }

    private void grow(long offset) {
        Memory old = entries;
        entries = new Memory(Math.max(2 * old.lengthBytes(), offset + ENTRY_BYTES));
        Memory.copy(old, 0, entries, 0, old.lengthBytes());
        old.close();
    }

    /** What happened on the descriptor at this index; 0 for nothing. */
    public int happened(int index) {
        return entries.shortAt((long) index * ENTRY_BYTES + REVENTS) & 0xFFFF;
    }

    /**
     * Waits for the first {@code count} entries.
     *
     * @param timeoutMs negative: for ever
     * @return how many entries have something to tell, or the negated errno
     */
    public int poll(int count, int timeoutMs) {
        MemorySegment capture = Libc.capture();
        try {
            return Libc.answer((int) POLL.invokeExact(capture, entries.address(), (long) count, timeoutMs), capture);
        } catch (Throwable fault) {
            throw Libc.broken(fault);
        }
    }

    @Override
    public void close() {
        entries.close();
    }
}

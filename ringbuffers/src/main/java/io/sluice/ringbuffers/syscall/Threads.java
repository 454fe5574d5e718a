package io.sluice.ringbuffers.syscall;

import static io.sluice.ringbuffers.syscall.Libc.INT;
import static io.sluice.ringbuffers.syscall.Libc.LONG;
import static io.sluice.ringbuffers.syscall.Libc.downcall;
import static io.sluice.ringbuffers.syscall.Libc.returning;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The calling thread: its processor (sched_setaffinity(2)). */
public final class Threads {
    private static final int CPU_SET_BYTES = 128;
    private static final MethodHandle SCHED_SETAFFINITY = downcall("sched_setaffinity",
            returning(INT, INT, LONG, LONG));

    private Threads() {
    }

    /** Pins the calling thread to one processor. */
    public static int pinToProcessor(int processor) {
        try (Memory set = new Memory(CPU_SET_BYTES)) {
            set.byteAt(processor / 8, (byte) (1 << processor % 8));
            MemorySegment capture = Libc.capture();
            return Libc.answer((int) SCHED_SETAFFINITY.invokeExact(capture, 0, (long) CPU_SET_BYTES, set.address()),
                    capture);
        } catch (Throwable fault) {
            throw Libc.broken(fault);
        }
    }
}

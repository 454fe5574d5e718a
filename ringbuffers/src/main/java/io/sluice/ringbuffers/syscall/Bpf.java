package io.sluice.ringbuffers.syscall;

import static io.sluice.ringbuffers.syscall.Libc.LONG;
import static io.sluice.ringbuffers.syscall.Libc.returning;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** bpf(2), for which the C library has no function; any thread. Commands and attributes: linux/bpf.h. */
public final class Bpf {
    private static final MethodHandle SYSCALL = Libc.downcallVariadic("syscall",
            returning(LONG, LONG, LONG, LONG, LONG), 1);
    private static final long NUMBER = System.getProperty("os.arch").equals("aarch64") ? 280 : 321;

    private Bpf() {
    }

    /** @param attributes a {@code union bpf_attr}; what the kernel answers beside the result stands there too */
    public static int bpf(int command, Memory attributes) {
        MemorySegment capture = Libc.capture();
        try {
            return (int) Libc.answer((long) SYSCALL.invokeExact(capture, NUMBER, (long) command, attributes.address(),
                    attributes.lengthBytes()), capture);
        } catch (Throwable fault) {
            throw Libc.broken(fault);
        }
    }
}

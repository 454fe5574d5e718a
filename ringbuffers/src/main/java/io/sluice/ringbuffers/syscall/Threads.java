package io.sluice.ringbuffers.syscall;

import static io.sluice.ringbuffers.syscall.Libc.INT;
import static io.sluice.ringbuffers.syscall.Libc.LONG;
import static io.sluice.ringbuffers.syscall.Libc.downcall;
import static io.sluice.ringbuffers.syscall.Libc.returning;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/**
 * The calling thread: its processor (sched_setaffinity(2)), its network namespace (setns(2)), its timers (prctl(2)).
 */
public final class Threads {
    private static final int CPU_SET_BYTES = 128;
    private static final int CLONE_NEWNET = 0x40000000;
    private static final int O_CLOEXEC = 0x80000;
    private static final int PR_SET_TIMERSLACK = 29;
    private static final MethodHandle SETNS = downcall("setns", returning(INT, INT, INT));
    private static final MethodHandle OPEN = variadic("open", returning(INT, LONG, INT), 2);
    private static final MethodHandle PRCTL = variadic("prctl", returning(INT, INT, LONG), 1);
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

    /**
     * Moves the calling thread into a named network namespace ({@code ip netns}); sockets it makes from now on belong
     * there, those it has stay where they are.
     */
    public static int enterNetworkNamespace(String name) {
        byte[] path = ("/run/netns/" + name + "\0").getBytes(StandardCharsets.UTF_8);
        try (Memory text = new Memory(path.length)) {
            text.put(0, path);
            MemorySegment capture = Libc.capture();
            int fd = Libc.answer((int) OPEN.invokeExact(capture, text.address(), O_CLOEXEC), capture);
            if (fd < 0) {
                return fd;
            }
            int result = Libc.answer((int) SETNS.invokeExact(capture, fd, CLONE_NEWNET), capture);
            Files.close(fd);
            return result;
        } catch (Throwable fault) {
            throw Libc.broken(fault);
        }
    }

    /** How late the kernel may wake the calling thread to save power; 50 µs unless set. */
    public static int timerSlackNs(long ns) {
        MemorySegment capture = Libc.capture();
        try {
            return Libc.answer((int) PRCTL.invokeExact(capture, PR_SET_TIMERSLACK, ns), capture);
        } catch (Throwable fault) {
            throw Libc.broken(fault);
        }
    }

    private static MethodHandle variadic(String name, FunctionDescriptor signature, int fixedArguments) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), signature,
                Linker.Option.captureCallState("errno"), Linker.Option.firstVariadicArg(fixedArguments));
    }
}

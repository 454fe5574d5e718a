package io.sluice.ringbuffers.syscall;

import static io.sluice.ringbuffers.syscall.Libc.INT;
import static io.sluice.ringbuffers.syscall.Libc.LONG;
import static io.sluice.ringbuffers.syscall.Libc.downcall;
import static io.sluice.ringbuffers.syscall.Libc.returning;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * What this process does on a signal: sigaction(2) and signal(2); any thread. Handlers are the JVM's business, which
 * installs none for SIGHUP, SIGINT and SIGTERM where the signal was ignored when the process started.
 */
public final class SignalActions {
    /** The same number on every architecture, signal(7). */
    public static final int SIGHUP = 1;

    private static final long SIG_DFL = 0;
    private static final long SIG_IGN = 1;
    /** More than any struct sigaction has; its handler comes first wherever the JDK runs on Linux. */
    private static final int SIGACTION_BYTES = 256;

    private static final MethodHandle SIGACTION = downcall("sigaction", returning(INT, INT, LONG, LONG));
    private static final MethodHandle SIGNAL = downcall("signal", returning(LONG, INT, LONG));

    private SignalActions() {
    }

    /** Whether the signal is ignored, as {@code nohup} has it for SIGHUP; false also for a number that is no signal. */
    public static boolean isIgnored(int signal) {
        MemorySegment capture = Libc.capture();
        try (Memory action = Memory.ofThisThread(SIGACTION_BYTES)) {
            int result = (int) SIGACTION.invokeExact(capture, signal, 0L, action.address());
            return result == 0 && action.longAt(0) == SIG_IGN;
        } catch (Throwable fault) {
            throw Libc.broken(fault);
        }
    }

    /** Gives the signal the action that it has in a new process: 0, or a negated errno. */
    public static int setDefault(int signal) {
        return set(signal, SIG_DFL);
    }

    /** Ignores the signal from now on: 0, or a negated errno. */
    public static int ignore(int signal) {
        return set(signal, SIG_IGN);
    }

    private static int set(int signal, long action) {
        MemorySegment capture = Libc.capture();
        try {
            long former = (long) SIGNAL.invokeExact(capture, signal, action);
            return former == -1 ? (int) Libc.answer(former, capture) : 0; // SIG_ERR
        } catch (Throwable fault) {
            throw Libc.broken(fault);
        }
    }
}

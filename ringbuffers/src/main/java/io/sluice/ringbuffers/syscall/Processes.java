package io.sluice.ringbuffers.syscall;

import static io.sluice.ringbuffers.syscall.Libc.INT;
import static io.sluice.ringbuffers.syscall.Libc.downcall;
import static io.sluice.ringbuffers.syscall.Libc.returning;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Processes: kill(2), of which the JDK offers only the end of a single process; any thread. */
public final class Processes {
    public static final int SIGKILL = 9;
    public static final int SIGTERM = 15;
    public static final int SIGCONT = 18;
    public static final int SIGSTOP = 19;

    private static final MethodHandle KILL = downcall("kill", returning(INT, INT, INT));

    private Processes() {
    }

    /**
     * Sends a signal to every process of a group.
     *
     * @param group the process id of its leader, above 1: kill(2) gives 0 and 1 other meanings
     * @param signal 0 only asks whether the group still has a member
     */
    public static int killGroup(int group, int signal) {
        if (group <= 1) {
            throw new IllegalArgumentException("no process group to kill: " + group);
        }
        return send(-group, signal);
    }

    /** Sends a signal to one process, whose id is above 1. */
    public static int kill(int process, int signal) {
        if (process <= 1) {
            throw new IllegalArgumentException("no process to signal: " + process);
        }
        return send(process, signal);
    }

    private static int send(int target, int signal) {
        MemorySegment capture = Libc.capture();
        try {
            return Libc.answer((int) KILL.invokeExact(capture, target, signal), capture);
        } catch (Throwable fault) {
            throw Libc.broken(fault);
        }
    }
}

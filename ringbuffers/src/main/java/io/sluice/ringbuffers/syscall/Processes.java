package io.sluice.ringbuffers.syscall;

import static io.sluice.ringbuffers.syscall.Libc.INT;
import static io.sluice.ringbuffers.syscall.Libc.downcall;
import static io.sluice.ringbuffers.syscall.Libc.returning;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Processes: kill(2), which the JDK offers for single processes only; any thread. */
public final class Processes {
    public static final int SIGKILL = 9;
    public static final int SIGTERM = 15;

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
        MemorySegment capture = Libc.capture();
        try {
            return Libc.answer((int) KILL.invokeExact(capture, -group, signal), capture);
        } catch (Throwable fault) {
            throw Libc.broken(fault);
        }
    }
}

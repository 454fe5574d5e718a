package io.sluice.control.health;

import java.util.ArrayList;
import java.util.List;

/**
 * One run of one probe. The probe's own thread works; the {@code health} thread ends it at the deadline by closing what
 * the probe waits on, so that no peer can hold a probe longer, whatever it sends.
 */
final class Attempt {
    private final long startNs = System.nanoTime();
    private final long timeoutNs;
    private final List<Runnable> enders = new ArrayList<>(2);
    private boolean expired;
    private volatile String awaited = "answer";

    Attempt(long timeoutNs) {
        this.timeoutNs = timeoutNs;
    }

    long startNs() {
        return startNs;
    }

    long elapsedNs() {
        return System.nanoTime() - startNs;
    }

    long deadlineNs() {
        return startNs + timeoutNs;
    }

    /** For calls that take a timeout; at least 1, which such calls do not mistake for "no timeout". */
    int remainingMs() {
        return Math.clamp((deadlineNs() - System.nanoTime()) / 1_000_000, 1, Integer.MAX_VALUE);
    }

    /** Registers how to wake the probe at the deadline; at once when that has passed. */
    void atDeadline(Runnable ender) {
        synchronized (enders) {
            if (!expired) {
                enders.add(ender);
                return;
            }
        }
        ender.run();
    }

    /** Ends the attempt. */
    void expire() {
        List<Runnable> due;
        synchronized (enders) {
            expired = true;
            due = List.copyOf(enders);
            enders.clear();
        }
        due.forEach(Runnable::run);
    }

    boolean expired() {
        synchronized (enders) {
            return expired;
        }
    }

    /** Says what the probe waits for from now on: the words of a timeout. */
    void await(String what) {
        awaited = what;
    }

    /** The outcome when the deadline came first. */
    Outcome timedOut() {
        return Outcome.failed("timed out: no " + awaited + " within " + Words.duration(timeoutNs));
    }
}

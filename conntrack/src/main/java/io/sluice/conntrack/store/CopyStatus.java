package io.sluice.conntrack.store;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * How the durable copy is.
 *
 * @param state what its thread does
 * @param file where it is
 * @param affinity affinity entries in it, as of the last comparison
 * @param sessions sessions in it, as of the last comparison
 * @param lagMs age of the oldest change that it may not have yet
 * @param recoveries how often this process had to repair it
 * @param loaded entries and sessions that this process has taken from it
 * @param problem what is wrong with it; null: nothing
 */
public record CopyStatus(State state, Path file, long affinity, long sessions, long lagMs, long recoveries,
        long loaded, @Nullable String problem) {
    /** What the store's thread does. */
    public enum State {
        /** Another process still has it. */
        WAITING,
        /** It is being opened, repaired or loaded. */
        OPENING,
        /** It follows the tables. */
        FOLLOWING,
        /** It was given up; {@link #problem} says why. */
        FAILED,
        /** It was closed, in step with the tables. */
        CLOSED
    }
}

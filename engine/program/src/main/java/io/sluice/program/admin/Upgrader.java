package io.sluice.program.admin;

import io.sluice.control.api.Outcome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Lets another process take over from this daemon. Any thread may ask; a call waits until it is done or has failed. */
@FunctionalInterface
public interface Upgrader {
    /** Of a daemon that is part of another program. */
    Upgrader IMPOSSIBLE = (program, patience) -> new Outcome.Refused(
            "this daemon is part of another program: start one with 'sluice run' to upgrade it");

    /**
     * Starts the next process and gives way to it; after any other outcome than {@link Outcome.Done} this one goes on.
     *
     * @param program the launcher to start; null: the one that started this daemon
     * @param patience how long the next process may take to get prepared
     */
    Outcome upgrade(@Nullable String program, Duration patience);
}

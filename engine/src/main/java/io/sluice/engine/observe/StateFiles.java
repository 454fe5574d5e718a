package io.sluice.engine.observe;

import io.sluice.engine.config.StateDirectory;
import java.nio.file.Path;

/** Names of the files in a state directory that the daemon writes and everyone may read. */
public final class StateFiles {
    private StateFiles() {
    }

    /** The counters file ({@code io.sluice.ringbuffers.counters}). */
    public static Path counters(Path stateDirectory) {
        return StateDirectory.counters(stateDirectory);
    }

    /** The affinity table ({@code io.sluice.conntrack.AffinityReader}). */
    public static Path affinity(Path stateDirectory) {
        return StateDirectory.affinity(stateDirectory);
    }
}

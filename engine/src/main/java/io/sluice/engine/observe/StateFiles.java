package io.sluice.engine.observe;

import java.nio.file.Path;

/** Names of the files in a state directory that the daemon writes and everyone may read. */
public final class StateFiles {
    private StateFiles() {
    }

    /** The counters file ({@code io.sluice.ringbuffers.counters}). */
    public static Path counters(Path stateDirectory) {
        return stateDirectory.resolve("counters.sluice");
    }

    /** The affinity table ({@code io.sluice.conntrack.AffinityReader}). */
    public static Path affinity(Path stateDirectory) {
        return stateDirectory.resolve("affinity.sluice");
    }
}

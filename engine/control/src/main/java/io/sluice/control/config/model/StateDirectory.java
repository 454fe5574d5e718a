package io.sluice.control.config.model;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Where state lives, when the file does not say; and what is called how in there. */
public final class StateDirectory {
    private static final Path SYSTEM = Path.of("/var/lib/sluice");

    private StateDirectory() {
    }

    /** {@code /var/lib/sluice} when this user can write it, else {@code $XDG_STATE_HOME/sluice}. */
    public static Path standard() {
        return standard(SYSTEM, System.getenv());
    }

    /** The counters file in a state directory. */
    public static Path counters(Path stateDirectory) {
        return stateDirectory.resolve("counters");
    }

    /** Where the counters of a process lie that does not listen yet, or that gives way to another one. */
    public static Path counters(Path stateDirectory, long pid) {
        return stateDirectory.resolve("counters-" + pid);
    }

    /** The affinity table in a state directory. */
    public static Path affinity(Path stateDirectory) {
        return stateDirectory.resolve("affinity");
    }

    /** What the one daemon of a state directory holds. */
    public static Path lock(Path stateDirectory) {
        return stateDirectory.resolve("daemon.lock");
    }

    public static Path standard(Path system, Map<String, String> environment) {
        Path there = Files.exists(system) ? system : system.getParent();
        if (there != null && Files.isDirectory(there) && Files.isWritable(there)) {
            return system;
        }
        String state = environment.getOrDefault("XDG_STATE_HOME", "");
        // The XDG base directory specification: relative paths are invalid and to be ignored.
        return state.startsWith("/")
                ? Path.of(state, "sluice")
                : Path.of(environment.getOrDefault("HOME", System.getProperty("user.home", "/")), ".local", "state",
                        "sluice");
    }
}

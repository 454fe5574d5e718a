package io.sluice.perftests.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the laboratory keeps what outlives a run: noise floors, history, builds. $SLUICE_PERF_STATE, else
 * $XDG_STATE_HOME/sluice/perf. Any thread.
 */
public final class StateFolder {
    private StateFolder() {
    }

    public static Path path() throws IOException {
        String own = System.getenv("SLUICE_PERF_STATE");
        if (own != null) {
            return Files.createDirectories(Path.of(own));
        }
        String state = System.getenv("XDG_STATE_HOME");
        Path base = state != null && !state.isEmpty()
                ? Path.of(state)
                : Path.of(System.getProperty("user.home"), ".local/state");
        return Files.createDirectories(base.resolve("sluice/perf"));
    }

    public static Path builds() throws IOException {
        return Files.createDirectories(path().resolve("builds"));
    }

    public static Path history() throws IOException {
        return path().resolve("history.jsonl");
    }
}

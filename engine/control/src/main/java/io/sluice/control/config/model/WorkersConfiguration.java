package io.sluice.control.config.model;

import java.time.Duration;
import java.util.List;

/**
 * The threads of the data plane.
 *
 * @param count 0: one per core that the process may use
 * @param spin how long an idle worker polls before it sleeps; zero: not at all
 * @param pin whether each worker stays on one core
 * @param cores the cores to pin to, in order; empty: every core that the process may use
 */
public record WorkersConfiguration(int count, Duration spin, boolean pin, List<Integer> cores) {
    public static final WorkersConfiguration AUTO = new WorkersConfiguration(0, Duration.ZERO, false, List.of());

    public WorkersConfiguration {
        cores = List.copyOf(cores);
    }

    /** The number of workers to start. */
    public int effectiveCount() {
        return count > 0 ? count : Runtime.getRuntime().availableProcessors();
    }
}

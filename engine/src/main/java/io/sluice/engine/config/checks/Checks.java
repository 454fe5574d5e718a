package io.sluice.engine.config.checks;

import io.sluice.engine.config.Configuration;
import io.sluice.engine.config.yaml.Problems;
import io.sluice.engine.config.yaml.Source;

/** Runs every check over a configuration that could be read. */
public final class Checks {
    private Checks() {
    }

    public static void run(Configuration configuration, Source source, Problems problems) {
    }
}

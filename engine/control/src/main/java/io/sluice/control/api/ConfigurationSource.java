package io.sluice.control.api;

import io.sluice.control.config.model.Configuration;
import java.nio.file.Path;
import java.util.List;

/** Reads a configuration file; the conductor asks on its own thread. */
@FunctionalInterface
public interface ConfigurationSource {
    Reading read(Path file);

    /** What came of it. */
    sealed interface Reading {
        /** @param warnings each as {@code file:line:column: text} */
        record Valid(Configuration configuration, List<String> warnings) implements Reading {
        }

        /** @param problems each as {@code file:line:column: text} */
        record Invalid(List<String> problems) implements Reading {
        }
    }
}

package io.sluice.engine;

import io.sluice.engine.conductor.ConfigurationSource;
import io.sluice.engine.config.ConfigurationFile;
import io.sluice.engine.config.Problem;
import java.nio.file.Path;

/** Reads configurations from files; any thread. */
final class FileSource implements ConfigurationSource {
    @Override
    public Reading read(Path file) {
        return switch (ConfigurationFile.read(file)) {
            case ConfigurationFile.Valid valid -> new Reading.Valid(valid.configuration(),
                    valid.problems().stream().map(Problem::toString).toList());
            case ConfigurationFile.Invalid invalid -> new Reading.Invalid(
                    invalid.problems().stream().map(Problem::toString).toList());
        };
    }
}

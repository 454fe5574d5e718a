package io.sluice.program.daemon;

import io.sluice.control.api.ConfigurationSource;
import io.sluice.control.config.file.ConfigurationFile;
import io.sluice.control.config.yaml.Problem;
import io.sluice.program.observe.HostFit;
import java.nio.file.Path;

/** Reads configurations from files; any thread. */
final class FileSource implements ConfigurationSource {
    @Override
    public Reading read(Path file) {
        return switch (ConfigurationFile.read(file, new HostFit())) {
            case ConfigurationFile.Valid valid -> new Reading.Valid(valid.configuration(),
                    valid.problems().stream().map(Problem::toString).toList());
            case ConfigurationFile.Invalid invalid -> new Reading.Invalid(
                    invalid.problems().stream().map(Problem::toString).toList());
        };
    }
}

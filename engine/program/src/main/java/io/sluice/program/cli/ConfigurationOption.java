package io.sluice.program.cli;

import io.sluice.control.config.file.ConfigurationBytes;
import io.sluice.control.config.file.ConfigurationFile;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code -c FILE}, mixed into commands that look at a configuration file; {@code -} is standard input. */
final class ConfigurationOption {
    private static final String STANDARD_INPUT = "-";

    @Option(names = {"-c",
        "--config"}, paramLabel = "FILE", description = "The configuration file; - reads standard input (default: /etc/sluice/sluice.yaml).")
    private @Nullable String file;

    /** How messages call it. */
    String name() {
        return isStandardInput() ? "<stdin>" : path().toString();
    }

    boolean isStandardInput() {
        return STANDARD_INPUT.equals(file);
    }

    /** Where it is; not for standard input. */
    Path path() {
        return file == null ? ConfigurationFile.STANDARD : Path.of(file);
    }

    /** Reads and checks it. Relative paths in standard input start at the working directory. */
    ConfigurationFile.Result read() throws IOException {
        if (!isStandardInput()) {
            return ConfigurationFile.read(path());
        }
        try {
            return ConfigurationFile.parse(text(), name());
        } catch (ConfigurationBytes.Unreadable e) {
            return ConfigurationFile.unreadable(name(), e.getMessage());
        }
    }

    /** Its text as it stands. */
    String text() throws IOException {
        return isStandardInput() ? ConfigurationBytes.of(System.in) : ConfigurationBytes.of(path());
    }
}

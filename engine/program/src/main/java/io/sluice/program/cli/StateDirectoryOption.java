package io.sluice.program.cli;

import io.sluice.control.config.file.ConfigurationFile;
import io.sluice.control.config.file.FileReason;
import io.sluice.control.config.model.StateDirectory;
import io.sluice.control.config.yaml.Problems;
import io.sluice.control.config.yaml.Source;
import io.sluice.program.admin.http.UsersFile;
import io.sluice.program.build.ExitCode;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import picocli.CommandLine.Option;

/**
 * Which daemon a command is about: {@code -c FILE} or {@code --state-directory DIR}, mixed into commands that ask one.
 */
public final class StateDirectoryOption {
    private static final Path SYSTEM = Path.of("/var/lib/sluice");
    private static final String KEY = "state-directory";

    @Option(names = {"-c",
        "--config"}, paramLabel = "FILE", description = "The daemon's configuration file, which says where its state is (default: /etc/sluice/sluice.yaml).")
    private @Nullable Path file;

    @Option(names = "--state-directory", paramLabel = "DIR", description = "Where the daemon's state is; -c is not read then.")
    private @Nullable Path directory;

    /** The state directory: as given, else as the file says, else the standard one that a daemon has used. */
    Path find() {
        if (directory != null) {
            return directory;
        }
        if (file == null && !Files.exists(ConfigurationFile.STANDARD)) {
            return used();
        }
        Path stated = stated(configurationFile(), KEY);
        return stated == null ? used() : stated;
    }

    /** The configuration file named, or the standard one. */
    Path configurationFile() {
        return file == null ? ConfigurationFile.STANDARD : file;
    }

    /** The users file of the admin API: as the configuration file says, else in the state directory. */
    Path usersFile() {
        Path configuration = configurationFile();
        Path stated = file == null && !Files.exists(configuration)
                ? null
                : stated(configuration, "admin", "users-file");
        return stated == null ? UsersFile.standard(find()) : stated;
    }

    /** Arguments that lead another command to the same place, for messages. */
    String arguments() {
        if (directory != null) {
            return " --state-directory " + directory;
        }
        return file == null ? "" : " -c " + file;
    }

    /** How to start the daemon that is not there. */
    String startCommand() {
        return "sluice run -c " + configurationFile();
    }

    /** Only this path is read: the file may be in the middle of an edit, and commands should start quickly. */
    private static @Nullable Path stated(Path file, String... keys) {
        String key = keys[keys.length - 1];
        try {
            String text = Files.readString(file);
            if (!text.contains(key)) {
                return null;
            }
            Path absolute = file.toAbsolutePath().normalize();
            var problems = new Problems(file.toString());
            Source source = Source.parse(text, absolute.resolveSibling(""), problems);
            if (source == null) {
                throw new Failure(ExitCode.INVALID_CONFIGURATION, "cannot learn the " + key + " from " + file + ": "
                        + problems.sorted().getFirst() + "; mend it, or give --" + key);
            }
            return source.has(keys) && source.nearest(keys).value() instanceof ScalarNode value
                    ? source.resolve(value.getValue())
                    : null;
        } catch (AccessDeniedException e) {
            throw Failure.unreachable("permission denied: " + file
                    + "\n  It belongs to the user that runs the daemon: use sudo, or that user");
        } catch (IOException e) {
            throw Failure.usage("cannot read the configuration file " + file + ": " + FileReason.of(e)
                    + "; name another with -c, or give --" + key);
        }
    }

    /** A user who may not write the system's state directory may still ask about the daemon that uses it. */
    private static Path used() {
        Path standard = StateDirectory.standard();
        boolean elsewhere = !Files.exists(StateDirectory.counters(standard)) && Files.exists(SYSTEM);
        return elsewhere ? SYSTEM : standard;
    }
}

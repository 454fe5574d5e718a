package io.sluice.program.daemon;

import io.sluice.control.api.Caller;
import io.sluice.control.api.Command;
import io.sluice.control.api.Control;
import io.sluice.control.api.Outcome;
import io.sluice.control.api.Status;
import io.sluice.control.config.file.ConfigurationFile;
import io.sluice.control.config.model.Configuration;
import io.sluice.program.admin.http.AdminServer;
import io.sluice.testbed.TemporaryDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A whole daemon in this process, on a state directory of its own. */
public final class RunningDaemon implements AutoCloseable {
    public final Path directory;
    public final Path file;
    final Daemon daemon;
    private final @Nullable TemporaryDirectory own;

    /** @param yaml without state-directory */
    public RunningDaemon(String yaml) throws Exception {
        this(new TemporaryDirectory("daemon"), yaml);
    }

    /** In a directory that goes with it. */
    public RunningDaemon(TemporaryDirectory own, String yaml) throws Exception {
        this(own.path(), yaml, own);
    }

    public RunningDaemon(Path directory, String yaml) throws Exception {
        this(directory, yaml, null);
    }

    private RunningDaemon(Path directory, String yaml, @Nullable TemporaryDirectory own) throws Exception {
        this.directory = directory;
        this.own = own;
        file = directory.resolve("sluice.yaml");
        try {
            daemon = Daemon.start(configuration(directory, yaml), file);
        } catch (Exception e) {
            if (own != null) {
                own.close();
            }
            throw e;
        }
    }

    /** Writes the file and reads it. */
    static Configuration configuration(Path directory, String yaml) throws IOException {
        Path file = directory.resolve("sluice.yaml");
        Files.writeString(file, withState(directory, yaml));
        return switch (ConfigurationFile.read(file)) {
            case ConfigurationFile.Valid valid -> valid.configuration();
            case ConfigurationFile.Invalid invalid -> throw new AssertionError(invalid.problems().toString());
        };
    }

    private static String withState(Path directory, String yaml) {
        return "state-directory: " + directory.resolve("state") + "\nworkers: 2\n" + yaml;
    }

    public Control control() {
        return daemon.control();
    }

    /** Null unless the configuration names admin.listen. */
    public @Nullable AdminServer admin() {
        return daemon.admin();
    }

    public Outcome reload(String yaml) throws IOException {
        Files.writeString(file, withState(directory, yaml));
        return control().tell(new Command.Reload(), Caller.DAEMON);
    }

    Status.ServerStatus server(String service, String server) {
        return control().status().services().stream().filter(one -> one.name().equals(service))
                .flatMap(one -> one.servers().stream()).filter(one -> one.name().equals(server)).findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        daemon.close();
        if (own != null) {
            own.close();
        }
    }
}

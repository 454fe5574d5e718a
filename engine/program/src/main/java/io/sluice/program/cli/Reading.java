package io.sluice.program.cli;

import io.sluice.control.api.Question;
import io.sluice.control.api.Status;
import io.sluice.control.api.StatusFile;
import io.sluice.program.admin.Answer;
import io.sluice.program.admin.ControlClient;
import io.sluice.program.admin.Wire;
import io.sluice.program.observe.DaemonReport;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Reads what the daemon shows in its files, and says clearly where there is nothing to read. */
final class Reading {
    /** How long a daemon that has only just started is asked for what it has not written down yet. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final StateDirectoryOption place;

    Reading(StateDirectoryOption place) {
        this.place = place;
    }

    DaemonReport report() {
        return read(directory -> DaemonReport.read(directory, status(directory)));
    }

    /** Names and ids of what is, or was, in force. */
    Status status() {
        return read(Reading::status);
    }

    /** Reads from the state directory. */
    <T> T read(Source<T> source) {
        Path directory = place.find();
        try {
            return source.from(directory);
        } catch (NoSuchFileException e) {
            throw Failure.unreachable("no daemon has run here yet.\n  Looked in " + directory + "\n  Start it: "
                    + place.startCommand() + "\n  If it runs with another configuration or state directory, name it:"
                    + " -c FILE or --state-directory DIR");
        } catch (AccessDeniedException e) {
            throw Failure.unreachable("permission denied: " + e.getFile()
                    + "\n  It belongs to the user that runs the daemon: use sudo, or that user");
        } catch (IOException e) {
            throw Failure.unreachable("cannot read the daemon's state in " + directory + ": " + e.getMessage());
        }
    }

    /** The file, where it is of the daemon that made the counters; else its answer; else the file all the same. */
    private static Status status(Path directory) throws IOException {
        try {
            Status written = StatusFile.read(directory);
            return written.pid() == DaemonReport.pid(directory) ? written : answered(directory).orElse(written);
        } catch (NoSuchFileException notYet) {
            return answered(directory).orElseThrow(() -> notYet);
        }
    }

    private static Optional<Status> answered(Path directory) {
        try (ControlClient client = ControlClient.connect(directory, PATIENCE)) {
            Answer answer = client.ask(new Question.InForce());
            return Optional.ofNullable(answer.value()).map(value -> Wire.json().treeToValue(value, Status.class));
        } catch (ControlClient.Unreachable nobody) {
            return Optional.empty();
        }
    }

    /** Something in a state directory. */
    @FunctionalInterface
    interface Source<T> {
        T from(Path stateDirectory) throws IOException;
    }
}

package io.sluice.engine.cli;

import io.sluice.engine.conductor.Status;
import io.sluice.engine.conductor.StatusFile;
import io.sluice.engine.observe.DaemonReport;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads what the daemon shows in its files, and says clearly where there is nothing to read. */
final class Reading {
    private final StatePlace place;

    Reading(StatePlace place) {
        this.place = place;
    }

    DaemonReport report() {
        return read(DaemonReport::read);
    }

    /** Names and ids as the conductor last wrote them down. */
    Status status() {
        return read(StatusFile::read);
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

    /** Something in a state directory. */
    @FunctionalInterface
    interface Source<T> {
        T from(Path stateDirectory) throws IOException;
    }
}

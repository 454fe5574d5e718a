package io.sluice.program.daemon;

import io.sluice.control.config.file.FileReason;
import io.sluice.control.config.model.StateDirectory;
import io.sluice.program.admin.ControlSocket;
import io.sluice.program.admin.Wire;
import io.sluice.ringbuffers.mapped.LostPages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What only one process may have in a state directory: its lock and the place of the counters file. During an upgrade
 * it goes from one process to the next. Main thread, or the upgrade's.
 */
final class StateFiles implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StateFiles.class);
    private static final long LOCK_PATIENCE_NS = 5_000_000_000L;
    private static final long LOOK_NS = 1_000_000;

    private final Path directory;
    private final Path counters;
    /** This process's counters while they are not in their place. */
    private final Path countersAside;
    private @Nullable StateLock lock;

    private StateFiles(Path directory) {
        this.directory = directory;
        counters = StateDirectory.counters(directory);
        countersAside = StateDirectory.counters(directory, ProcessHandle.current().pid());
    }

    /**
     * Takes the directory, making it where there is none.
     *
     * @throws StartFailure when another daemon has it, or this user cannot use it
     */
    static StateFiles take(Path directory) throws StartFailure {
        StateFiles files = new StateFiles(directory);
        StateLock lock = StateLock.take(directory);
        try {
            ControlSocket.requireNobodyAnswers(Wire.socketIn(directory)); // the lock may have been deleted
        } catch (IOException e) {
            lock.close();
            throw new StartFailure(String.valueOf(e.getMessage()));
        }
        files.lock = lock;
        Leftovers.remove(directory);
        return files;
    }

    /** The files of a process that waits for {@link #takeOver}. */
    static StateFiles later(Path directory) {
        return new StateFiles(directory);
    }

    /** Where this process makes its counters file. */
    Path counters() {
        return lock == null ? countersAside : counters;
    }

    /** The process before this one has given them up: takes the lock and puts the counters in their place. */
    void takeOver() throws StartFailure, IOException {
        long deadlineNs = System.nanoTime() + LOCK_PATIENCE_NS;
        while (lock == null) {
            try {
                lock = StateLock.take(directory);
            } catch (StartFailure held) {
                if (System.nanoTime() - deadlineNs > 0) {
                    throw held;
                }
                LockSupport.parkNanos(LOOK_NS);
            }
        }
        Files.move(countersAside, counters, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Gives the lock up, and keeps a name of the counters file for {@link #takeBack}. */
    void giveUp() throws IOException {
        Files.deleteIfExists(countersAside);
        Files.createLink(countersAside, counters);
        close();
    }

    /** The process after this one has failed. */
    void takeBack() throws StartFailure, IOException {
        if (lock != null) {
            return; // it could not be given up
        }
        lock = StateLock.take(directory);
        Files.move(countersAside, counters, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        forget(countersAside); // rename(2) leaves both names where they mean the same file
        LostPages.linkAgain();
    }

    /** The process after this one serves. */
    void gone() {
        forget(countersAside);
    }

    @Override
    public void close() {
        StateLock held = lock;
        lock = null;
        if (held != null) {
            held.close();
        }
        if (Files.exists(countersAside) && !sameAsInPlace()) {
            forget(countersAside); // of an upgrade that failed
        }
    }

    private boolean sameAsInPlace() {
        try {
            return Files.isSameFile(countersAside, counters);
        } catch (IOException gone) {
            return false;
        }
    }

    private static void forget(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("{} stays behind: {}", file, FileReason.of(e));
        }
    }
}

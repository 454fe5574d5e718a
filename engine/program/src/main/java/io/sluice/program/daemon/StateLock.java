package io.sluice.program.daemon;

import io.sluice.control.config.model.StateDirectory;
import io.sluice.ringbuffers.mapped.ProcessLock;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One daemon per state directory: two would write the same tables. Main thread. */
final class StateLock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StateLock.class);

    private final ProcessLock lock;

    private StateLock(ProcessLock lock) {
        this.lock = lock;
    }

    /**
     * Takes the directory, making it where there is none.
     *
     * @throws StartFailure when another daemon has it, or this user cannot use it
     */
    static StateLock take(Path stateDirectory) throws StartFailure {
        Path file = StateDirectory.lock(stateDirectory);
        Path pid = stateDirectory.resolve("daemon.pid");
        try {
            Files.createDirectories(stateDirectory);
            if (Files.exists(file) && !Files.isRegularFile(file)) { // opening a pipe may never end
                throw new FileAlreadyExistsException(file.toString());
            }
            ProcessLock lock = ProcessLock.tryTake(file);
            if (lock == null) {
                String holder = holder(pid);
                throw new StartFailure("another daemon" + holder + " uses the state directory " + stateDirectory
                        + ": stop that one, or give this one a state-directory of its own");
            }
            try {
                Files.deleteIfExists(pid);
                Files.writeString(pid, ProcessHandle.current().pid() + "\n");
            } catch (IOException e) { // a full disk, say: only the next one's refusal is poorer without it
                LOG.debug("{} cannot be written: {}", pid, e.toString());
            }
            return new StateLock(lock);
        } catch (IOException e) {
            throw new StartFailure(StateTrouble.words(stateDirectory, e));
        }
    }

    private static String holder(Path pid) {
        try {
            String text = Files.readString(pid).strip();
            return text.isEmpty() ? "" : " (pid " + text + ")";
        } catch (IOException unknown) {
            return "";
        }
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}

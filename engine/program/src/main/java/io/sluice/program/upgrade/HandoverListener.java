package io.sluice.program.upgrade;

import io.sluice.control.config.file.FileReason;
import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.SocketAddress;
import io.sluice.ringbuffers.syscall.Sockets;
import io.sluice.ringbuffers.syscall.UnixSockets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the next process connects: a socket in a directory that only this user may enter. One thread. */
final class HandoverListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HandoverListener.class);
    private static final Duration LOOK = Duration.ofMillis(100);

    private final Path directory;
    private final int listening;

    private HandoverListener(Path directory, int listening) {
        this.directory = directory;
        this.listening = listening;
    }

    static HandoverListener open(Path stateDirectory) throws IOException {
        Path directory = Files.createTempDirectory(stateDirectory.toAbsolutePath(), ".u",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        int fd = -1;
        try {
            fd = Errno.check(Sockets.socket(UnixSockets.AF_UNIX, UnixSockets.SOCK_SEQPACKET | Sockets.SOCK_CLOEXEC, 0),
                    "socket");
            HandoverListener doorway = new HandoverListener(directory, fd);
            Errno.check(UnixSockets.bind(fd, doorway.path()), "bind " + doorway.path());
            Errno.check(Sockets.listen(fd, 1), "listen");
            return doorway;
        } catch (IOException e) {
            if (fd >= 0) {
                io.sluice.ringbuffers.syscall.Files.close(fd);
            }
            Files.deleteIfExists(directory.resolve("s"));
            Files.delete(directory);
            throw e;
        }
    }

    String path() {
        return directory.resolve("s").toString();
    }

    /**
     * Waits for the process that was started.
     *
     * @throws IOException when it ends, or does not connect in time
     */
    HandoverChannel accept(Process child, Duration patience) throws IOException {
        long deadlineNs = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() - deadlineNs < 0) {
            boolean ended = !child.isAlive();
            if (HandoverChannel.await(listening, LOOK)) {
                try (SocketAddress peer = new SocketAddress()) {
                    return new HandoverChannel(
                            Errno.check(Sockets.accept4(listening, peer, Sockets.SOCK_CLOEXEC), "accept"));
                }
            }
            if (ended) { // and had not connected before that
                throw new IOException(
                        "it ended with exit code " + child.exitValue() + "; what it printed is in the log");
            }
        }
        throw new IOException("it did not come up within " + patience.toSeconds() + " s");
    }

    /** What cannot be removed stays: by then another process may serve already. */
    @Override
    public void close() {
        io.sluice.ringbuffers.syscall.Files.close(listening);
        try {
            Files.deleteIfExists(directory.resolve("s"));
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            LOG.warn("upgrade: {} stays behind: {}", directory, FileReason.of(e));
        }
    }
}

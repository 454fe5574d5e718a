package io.sluice.ringbuffers.mapped;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * Says that a living process holds something; the kernel takes it back when the process ends, however it ends. Control
 * plane, any thread. The lock file is used for nothing else: with {@code fcntl(2)} locks, closing any other channel of
 * the same file would give the lock away.
 */
public final class ProcessLock implements AutoCloseable {
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel channel;

    private ProcessLock(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Takes the lock, or answers null when this or another process has it. Makes the file where there is none.
     *
     * @throws IOException when the file cannot be opened
     */
    public static @Nullable ProcessLock tryTake(Path file) throws IOException {
        Path path = file.toAbsolutePath().normalize();
        if (!HELD_HERE.add(path)) {
            return null;
        }
        FileLock lock = null;
        FileChannel channel = null;
        try {
            channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            lock = channel.tryLock();
            return lock == null ? null : new ProcessLock(path, channel);
        } finally {
            if (lock == null) {
                if (channel != null) {
                    channel.close();
                }
                HELD_HERE.remove(path);
            }
        }
    }

    /** Gives the lock back; the file stays. */
    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            channel.close();
            HELD_HERE.remove(path);
        }
    }
}

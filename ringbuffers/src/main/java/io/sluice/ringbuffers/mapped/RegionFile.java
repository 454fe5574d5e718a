package io.sluice.ringbuffers.mapped;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

import io.sluice.ringbuffers.syscall.Errno;

/**
 * An open file behind a region that is written: in its directory, or in memory alone where that has no room. Control
 * plane, or the thread that met a lost page.
 */
final class RegionFile implements AutoCloseable {
    private static final int OWNER_WRITES_GROUP_READS = 0640;

    private final int fd;
    private final FileChannel channel;

    /** The file system is full, or its user's share is. */
    static final class NoRoom extends IOException {
        private static final long serialVersionUID = 1;

        NoRoom(String message) {
            super(message);
        }
    }

    private RegionFile(int fd) throws IOException {
        this.fd = fd;
        try {
            channel = FileChannel.open(Path.of("/proc/self/fd/" + fd), StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
        } catch (IOException e) {
            io.sluice.ringbuffers.syscall.Files.close(fd);
            throw e;
        }
    }

    static RegionFile open(Path path) throws IOException {
        return new RegionFile(check(io.sluice.ringbuffers.syscall.Files.open(path.toString()), path));
    }

    /** @throws NoRoom when there is none */
    static RegionFile create(Path path) throws IOException {
        return new RegionFile(check(
                io.sluice.ringbuffers.syscall.Files.create(path.toString(), OWNER_WRITES_GROUP_READS), path));
    }

    /** One in memory, of zeros, which takes as much of it as is written. */
    static RegionFile inMemory(String name, long sizeBytes) throws IOException {
        RegionFile file = new RegionFile(
                Errno.check(io.sluice.ringbuffers.syscall.Files.createInMemory(name), "memfd_create"));
        file.channel.write(ByteBuffer.allocate(1), sizeBytes - 1);
        return file;
    }

    int descriptor() {
        return fd;
    }

    FileChannel channel() {
        return channel;
    }

    /**
     * Takes blocks, so that no full disk can take them away later.
     *
     * @return false: the file system cannot do that, blocks are taken when they are written
     * @throws NoRoom when there is none
     */
    boolean reserve(long offset, long lengthBytes) throws NoRoom {
        int result = io.sluice.ringbuffers.syscall.Files.reserve(fd, offset, lengthBytes);
        if (isFull(result)) {
            throw new NoRoom(Errno.describe(result));
        }
        return result >= 0;
    }

    /** Puts a link to this file, which has no name of its own, in that place, for readers in any process. */
    void linkFrom(Path place) throws IOException {
        Path unfinished = RegionFiles.unfinished(place);
        Files.deleteIfExists(unfinished);
        Files.createSymbolicLink(unfinished, Path.of("/proc/" + ProcessHandle.current().pid() + "/fd/" + fd));
        Files.move(unfinished, place, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            channel.close();
            io.sluice.ringbuffers.syscall.Files.close(fd);
        }
    }

    private static boolean isFull(int result) {
        return result == -Errno.ENOSPC || result == -Errno.EDQUOT;
    }

    private static int check(int result, Path path) throws IOException {
        if (result >= 0) {
            return result;
        }
        if (isFull(result)) {
            throw new NoRoom(Errno.describe(result));
        }
        throw switch (-result) {
            case Errno.EACCES, Errno.EPERM -> new AccessDeniedException(path.toString());
            case Errno.ENOENT -> new NoSuchFileException(path.toString());
            default -> new FileSystemException(path.toString(), null, Errno.describe(result));
        };
    }
}

package io.sluice.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system of its own (tmpfs) on a directory, to be filled to the brim; as root. One thread. */
public final class SmallDisk implements AutoCloseable {
    private final Path directory;

    /**
     * Mounts it.
     *
     * @param directory made where it is not there
     */
    public SmallDisk(Path directory, int mebibytes) throws IOException {
        this.directory = Files.createDirectories(directory);
        run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "sluice-test", directory.toString());
    }

    /** Leaves no room on it, not for a byte. */
    public void fill() throws IOException {
        run("sh", "-c", "dd if=/dev/zero of=" + ballast() + " bs=4k 2>/dev/null || true");
    }

    /** Takes back what {@link #fill} has put there. */
    public void free() throws IOException {
        Files.delete(ballast());
    }

    /** From now on nobody writes there. */
    public void readOnly() throws IOException {
        run("mount", "-o", "remount,ro", directory.toString());
    }

    private Path ballast() {
        return directory.resolve("ballast");
    }

    private static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException(String.join(" ", command) + ": exit code " + process.exitValue());
        }
    }

    @Override
    public void close() throws IOException {
        run("umount", "-l", directory.toString());
    }
}

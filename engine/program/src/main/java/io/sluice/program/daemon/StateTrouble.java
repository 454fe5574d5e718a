package io.sluice.program.daemon;

import io.sluice.control.config.file.FileReason;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What to tell of a state directory that cannot be used: what, why, and the command that mends it. Any thread. */
final class StateTrouble {
    private StateTrouble() {
    }

    /** A sentence for the user. */
    static String words(Path directory, IOException e) {
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            return "cannot use the state directory " + directory
                    + ": it is a file: move it away, or set state-directory";
        }
        String named = e instanceof FileSystemException known ? known.getFile() : null;
        String file = named == null || Path.of(named).equals(directory) ? "" : named + ": ";
        return "cannot use the state directory " + directory + ": " + file + FileReason.of(e) + ": "
                + remedy(directory, e);
    }

    private static String remedy(Path directory, IOException e) {
        if (e instanceof AccessDeniedException) {
            return "give it and all that is in it to this user ('sudo chown -R " + System.getProperty("user.name")
                    + ": " + directory + "'), or set state-directory";
        }
        return isReadOnly(directory)
                ? "make it writable ('sudo mount -o remount,rw " + mountPoint(directory)
                        + "'; under systemd StateDirectory= or ReadWritePaths= in the unit), or set state-directory"
                : "mend that, or set state-directory";
    }

    private static boolean isReadOnly(Path directory) {
        try {
            return Files.getFileStore(existing(directory)).isReadOnly();
        } catch (IOException unknown) {
            return false;
        }
    }

    private static Path mountPoint(Path directory) {
        Path here = existing(directory);
        try {
            for (Path above = here.getParent(); above != null
                    && Files.getFileStore(above).equals(Files.getFileStore(here)); above = above.getParent()) {
                here = above;
            }
        } catch (IOException unknown) {
            return here;
        }
        return here;
    }

    private static Path existing(Path directory) {
        Path here = directory.toAbsolutePath();
        while (!Files.exists(here) && here.getParent() != null) {
            here = here.getParent();
        }
        return here;
    }
}

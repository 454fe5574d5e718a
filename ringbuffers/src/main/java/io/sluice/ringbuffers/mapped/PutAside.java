package io.sluice.ringbuffers.mapped;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Gives a file that cannot be used another name, so that nothing is lost and a new one can be made. Control plane. */
public final class PutAside {
    private PutAside() {
    }

    /** Where it lies then: its name with {@code .old}, in the place of what lay there before if files are concerned. */
    public static Path move(Path path) throws IOException {
        Path old = path.resolveSibling(path.getFileName() + ".old");
        if (Files.exists(old, LinkOption.NOFOLLOW_LINKS) && (isDirectory(path) || isDirectory(old))) {
            old = path.resolveSibling(path.getFileName() + ".old." + System.currentTimeMillis());
        }
        return Files.move(path, old, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    static boolean isDirectory(Path path) {
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }
}

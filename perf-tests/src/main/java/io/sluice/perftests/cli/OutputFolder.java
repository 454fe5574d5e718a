package io.sluice.perftests.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where a command of the laboratory leaves its files. Stateless. */
final class OutputFolder {
    private OutputFolder() {
    }

    /**
     * The folder, made where there is none. Absolute: contenders do not run in this process's directory.
     *
     * @param wanted null: a new one in the temporary folder, its name beginning with the prefix
     */
    static Path open(@Nullable Path wanted, String prefix) throws IOException {
        return wanted != null
                ? Files.createDirectories(wanted.toAbsolutePath())
                : Files.createTempDirectory(prefix);
    }
}

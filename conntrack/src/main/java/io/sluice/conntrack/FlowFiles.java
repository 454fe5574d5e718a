package io.sluice.conntrack;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Names of the flow tables in a state directory: each process has its own, {@code flows-START-PID.sluice}, and a lock
 * beside it that is held as long as the process lives. So during an upgrade two tables are there, and a table whose
 * lock is free was left by a process that is gone.
 */
final class FlowFiles {
    private static final String SUFFIX = ".sluice";

    private FlowFiles() {
    }

    static Path ofThisProcess(Path directory) {
        return directory.resolve("flows-" + System.currentTimeMillis() + "-" + ProcessHandle.current().pid() + SUFFIX);
    }

    static Path lockOf(Path table) {
        String name = String.valueOf(table.getFileName());
        return table.resolveSibling(name.substring(0, name.length() - SUFFIX.length()) + ".lock");
    }

    /** All flow tables in the directory, oldest first. */
    static List<Path> in(Path directory) throws IOException {
        List<Path> tables = new ArrayList<>();
        if (Files.isDirectory(directory)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "flows-*" + SUFFIX)) {
                files.forEach(tables::add);
            }
        }
        tables.sort(null);
        return tables;
    }
}

package io.sluice.program.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How many descriptors this process may have (RLIMIT_NOFILE); any thread. */
final class OpenFiles {
    private static final String LINE = "Max open files";
    /** What most systems allow at least. */
    private static final long USUAL = 1024;

    private OpenFiles() {
    }

    /** The limit in force; the JVM has raised it to the hard limit at its start. */
    static long limit() {
        try (var lines = Files.lines(Path.of("/proc/self/limits"))) {
            return lines.filter(line -> line.startsWith(LINE))
                    .map(line -> line.substring(LINE.length()).trim().split(" +")[0])
                    .mapToLong(soft -> soft.equals("unlimited") ? Long.MAX_VALUE / 4 : Long.parseLong(soft)).findFirst()
                    .orElse(USUAL);
        } catch (IOException | NumberFormatException unknown) {
            return USUAL;
        }
    }
}

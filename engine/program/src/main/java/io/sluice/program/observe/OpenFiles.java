package io.sluice.program.observe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How many descriptors this process has and may have (RLIMIT_NOFILE); any thread. */
public final class OpenFiles {
    private static final String LINE = "Max open files";
    /** What most systems allow at least. */
    private static final long USUAL = 1024;

    private OpenFiles() {
    }

    /** How many are open now; takes none to find out where the kernel counts them itself (6.2 and later). */
    public static long used() throws IOException {
        Path open = Path.of("/proc/self/fd");
        long counted = Files.size(open);
        if (counted > 0) {
            return counted;
        }
        try (var listed = Files.list(open)) {
            return listed.count() - 1; // the one that lists
        }
    }

    /** As many as something beside the data plane may have: a part of the limit, and never more than this. */
    public static int share(int part, int most) {
        return Math.clamp(limit() / part, 8, most);
    }

    /** The limit in force; the JVM has raised it to the hard limit at its start. */
    public static long limit() {
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

package io.sluice.conntrack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What of a mapped file is resident in this process, from /proc/self/smaps. */
final class Smaps {
    private Smaps() {
    }

    static long residentKib(Path file) throws IOException {
        long residentKib = 0;
        boolean inside = false;
        for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
            if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                inside = line.endsWith(file.toRealPath().toString());
            } else if (inside && line.startsWith("Rss:")) {
                residentKib += Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return residentKib;
    }
}

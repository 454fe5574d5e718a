package io.sluice.perftests.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a HotSpot log made with `-Xlog:gc,safepoint:file=F:timenanos,tags`: when it paused, for how long, and how much
 * was allocated. timenanos is System.nanoTime's clock, which all processes of a Linux host share. Stateless.
 */
final class JvmLog {
    /** A pause of the whole JVM. {@code endNs} is on System.nanoTime's scale. */
    record Pause(long endNs, double milliseconds, String what) {
    }

    private static final Pattern LINE = Pattern.compile("\\[(\\d+)ns\\]\\[([a-z,]+)\\s*\\] (.*)");
    private static final Pattern COLLECTION = Pattern
            .compile("GC\\(\\d+\\) (Pause [^0-9]*?) (\\d+)M->(\\d+)M\\(\\d+M\\) ([0-9.]+)ms");
    private static final Pattern SAFEPOINT = Pattern.compile("Safepoint \"([^\"]+)\",.* Total:\\s+(\\d+) ns");

    private JvmLog() {
    }

    /** Pauses in the order they ended; a collection's own safepoint is not told twice. */
    static List<Pause> pauses(Path log) throws IOException {
        List<Pause> pauses = new ArrayList<>();
        for (String line : Files.readAllLines(log)) {
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches()) {
                continue;
            }
            long endNs = Long.parseLong(matcher.group(1));
            Matcher collection = COLLECTION.matcher(matcher.group(3));
            Matcher safepoint = SAFEPOINT.matcher(matcher.group(3));
            if (collection.find()) {
                pauses.add(new Pause(endNs, Double.parseDouble(collection.group(4)), collection.group(1).strip()));
            } else if (safepoint.find() && !collects(safepoint.group(1))) {
                pauses.add(
                        new Pause(endNs, Long.parseLong(safepoint.group(2)) / 1e6, "safepoint " + safepoint.group(1)));
            }
        }
        return pauses;
    }

    private static boolean collects(String operation) {
        return operation.contains("Collect") || operation.contains("GC");
    }
}

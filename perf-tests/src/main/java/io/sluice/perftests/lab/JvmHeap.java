package io.sluice.perftests.lab;

import io.sluice.perftests.host.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much a running JVM has allocated, asked from outside: what its heap holds now, and what its collections took
 * away. Stateless.
 */
final class JvmHeap {
    private static final Pattern USED = Pattern
            .compile("(?m)^\\s*(?:.*generation|garbage-first heap|.*ZHeap|Shenandoah).*?used\\s+(\\d+)K");
    private static final Pattern COLLECTION = Pattern.compile("GC\\(\\d+\\) Pause .* (\\d+)M->(\\d+)M\\(");
    private static final long KIB = 1 << 10;
    private static final long MIB = 1 << 20;

    private JvmHeap() {
    }

    /** Bytes allocated since the JVM started (its collections' shares to the MiB). Empty where it cannot be asked. */
    static Optional<Long> allocatedBytes(ProcessHandle process, Path gcLog) throws IOException {
        Optional<Path> jcmd = process.info().command().map(java -> Path.of(java).resolveSibling("jcmd"))
                .filter(Files::isExecutable);
        if (jcmd.isEmpty()) {
            return Optional.empty();
        }
        Matcher used = USED.matcher(Shell.run(jcmd.get().toString(), Long.toString(process.pid()), "GC.heap_info"));
        long heap = 0;
        while (used.find()) {
            heap += Long.parseLong(used.group(1)) * KIB;
        }
        return Optional.of(heap + collected(gcLog));
    }

    private static long collected(Path gcLog) throws IOException {
        long bytes = 0;
        for (String line : Files.readAllLines(gcLog)) {
            Matcher collection = COLLECTION.matcher(line);
            if (collection.find()) {
                bytes += (Long.parseLong(collection.group(1)) - Long.parseLong(collection.group(2))) * MIB;
            }
        }
        return bytes;
    }
}

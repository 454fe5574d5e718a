package io.sluice.perftests.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the harness asks for itself: its processors, its descriptors. Any thread. */
public final class OwnProcess {
    private static final int DESCRIPTORS = 1_000_000;

    private OwnProcess() {
    }

    /** Moves every thread of this process, and those to come, to these processors. */
    public static void pin(List<Integer> cpus) throws IOException {
        String list = cpus.stream().map(String::valueOf).collect(Collectors.joining(","));
        Shell.run("taskset", "-a", "-c", "-p", list, Long.toString(ProcessHandle.current().pid()));
    }

    /** Raises the limit of open files, for this process and those it starts; the reason in words where it cannot. */
    public static Optional<String> raiseDescriptorLimit(long enough) {
        if (descriptorLimit() >= enough) {
            return Optional.empty();
        }
        try {
            Shell.run("prlimit", "--pid", Long.toString(ProcessHandle.current().pid()),
                    "--nofile=" + DESCRIPTORS + ":" + DESCRIPTORS);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("the limit of open files stays at " + descriptorLimit() + " ("
                    + String.valueOf(e.getMessage()).replaceFirst(".*prlimit: ", "")
                    + "): fewer connections can be held");
        }
    }

    /** How many files this process may hold open. */
    public static long descriptorLimit() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/limits"))) {
            return lines.filter(line -> line.startsWith("Max open files")).map(line -> line.split("\\s+")[3])
                    .mapToLong(number -> number.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(number))
                    .findFirst().orElse(1024);
        } catch (IOException e) {
            return 1024; // what every Linux grants
        }
    }
}

package io.sluice.perftests.host;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

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

    /** Raises the limit of open files; the reason in words where it cannot. */
    public static Optional<String> raiseDescriptorLimit() {
        try {
            Shell.run("prlimit", "--pid", Long.toString(ProcessHandle.current().pid()),
                    "--nofile=" + DESCRIPTORS + ":" + DESCRIPTORS);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("the limit of open files stays as it is: " + e.getMessage());
        }
    }
}

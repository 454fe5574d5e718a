package io.sluice.program.upgrade;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How to start the next daemon: by the launcher that started this one, which finds what is installed there now. */
record Program(List<String> command) {
    /** What the service manager said to this process and to no other. */
    private static final List<String> NOT_FOR_CHILDREN = List.of("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES",
            "WATCHDOG_PID");

    /** @param named the launcher to use, or null for this one's */
    static Program of(@Nullable String named, Path configurationFile) throws IOException {
        if (named != null) {
            return run(named, configurationFile);
        }
        Path launcher = Path.of(System.getProperty("sluice.home", "/nowhere"), "bin", "sluice");
        return Files.isExecutable(launcher) ? run(launcher.toString(), configurationFile) : asThisProcess();
    }

    private static Program run(String launcher, Path configurationFile) {
        return new Program(List.of(launcher, "run", "-c", configurationFile.toAbsolutePath().toString()));
    }

    /** Started without the launcher. */
    private static Program asThisProcess() throws IOException {
        try (var in = new FileInputStream("/proc/self/cmdline")) { // ProcessHandle reads a page of it only
            String line = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            List<String> command = new ArrayList<>(Arrays.asList(line.split("\0", -1)));
            command.removeLast();
            command.set(0, ProcessHandle.current().info().command().orElse(command.getFirst()));
            return new Program(List.copyOf(command));
        }
    }

    /** Starts it; it writes where this process writes. */
    Process start(String handoverPath) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        Map<String, String> environment = builder.environment();
        NOT_FOR_CHILDREN.forEach(environment::remove);
        environment.put(HandoverChannel.VARIABLE, handoverPath);
        return builder.start();
    }
}

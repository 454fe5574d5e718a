package io.sluice.control.health;

import io.sluice.control.config.model.HealthCheck;
import io.sluice.control.health.dialogue.Excerpt;
import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.syscall.Processes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A program exits with 0. It runs in a session of its own, so that everything it started can be killed with it: at the
 * deadline, and when it ends and leaves something behind.
 */
final class ScriptProbe implements Probe {
    private static final int OUTPUT_BYTES = 4096;
    private static final int OUTPUT_GRACE_MS = 200;
    private static final String STANDARD_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final List<String> command;
    private final Map<String, String> environment;

    ScriptProbe(HealthCheck.Script check, CheckTarget target) {
        command = check.command();
        Endpoint to = target.probeAddress();
        String path = System.getenv("PATH");
        environment = Map.of("PATH", path == null ? STANDARD_PATH : path, "SERVICE", target.service(), "SERVER",
                target.server(), "ADDRESS", to.address().toString(), "PORT", Integer.toString(to.port()));
    }

    @Override
    public String subject() {
        return "script " + Excerpt.of(Path.of(command.getFirst()).getFileName().toString());
    }

    @Override
    public Outcome run(Attempt attempt) throws IOException, InterruptedException {
        Path program = find(command.getFirst());
        if (program == null) {
            return Outcome.unable(command.getFirst() + " is not an executable file");
        }
        attempt.await("exit");
        Process process = start(program);
        attempt.atDeadline(() -> Thread.startVirtualThread(() -> kill(process))); // looking for children takes time
        CompletableFuture<String> output = firstLine(process.getInputStream());
        int exit = process.waitFor();
        // What is left of its group would pile up check by check. The group's id cannot be another's yet: that would
        // take a full round of process ids since the line above.
        Processes.killGroup((int) process.pid(), Processes.SIGKILL);
        if (attempt.expired()) {
            return Outcome.failed(attempt.timedOut().detail() + ": killed with everything it started");
        }
        String said = soon(output);
        String detail = "exit " + exit + (said.isEmpty() ? "" : ": " + said);
        return exit == 0 ? Outcome.passed(detail) : Outcome.failed(detail);
    }

    private Process start(Path program) throws IOException {
        var whole = new ArrayList<String>();
        Path setsid = find("setsid");
        if (setsid != null) {
            whole.add(setsid.toString());
        }
        whole.add(program.toString());
        whole.addAll(command.subList(1, command.size()));
        var builder = new ProcessBuilder(whole).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        return process;
    }

    /** As a shell finds it: a path as it is, a bare name on PATH. */
    private @Nullable Path find(String name) {
        if (name.contains("/")) {
            Path path = Path.of(name);
            return Files.isRegularFile(path) && Files.isExecutable(path) ? path : null;
        }
        for (String folder : String.valueOf(environment.get("PATH")).split(":")) {
            Path path = Path.of(folder, name);
            if (Files.isRegularFile(path) && Files.isExecutable(path)) {
                return path;
            }
        }
        return null;
    }

    private static void kill(Process process) {
        // what left the group by a session of its own is still a descendant
        List<ProcessHandle> descendants = process.descendants().toList();
        Processes.killGroup((int) process.pid(), Processes.SIGKILL);
        descendants.forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** Drains the output, which would block the program at 64 KiB otherwise, and keeps its first line. */
    private static CompletableFuture<String> firstLine(InputStream in) {
        var line = new CompletableFuture<String>();
        // a platform thread: a read from a pipe holds its carrier
        Thread.ofPlatform().name("health-script-output").daemon().start(() -> {
            try (in) {
                byte[] start = in.readNBytes(OUTPUT_BYTES);
                in.transferTo(OutputStream.nullOutputStream());
                line.complete(new String(start, StandardCharsets.UTF_8));
            } catch (IOException closed) {
                line.complete("");
            }
        });
        return line;
    }

    private static String soon(CompletableFuture<String> output) throws InterruptedException {
        try {
            String all = output.get(OUTPUT_GRACE_MS, TimeUnit.MILLISECONDS);
            return Excerpt.of(all.strip().lines().findFirst().orElse(""));
        } catch (TimeoutException | ExecutionException heldOpen) {
            return ""; // a process that escaped the group still holds the pipe
        }
    }
}

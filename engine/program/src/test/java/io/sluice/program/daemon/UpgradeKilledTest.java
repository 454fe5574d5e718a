package io.sluice.program.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.control.api.AdminState;
import io.sluice.control.api.Command;
import io.sluice.control.api.Question;
import io.sluice.control.api.Request;
import io.sluice.control.api.Status;
import io.sluice.program.admin.Answer;
import io.sluice.program.admin.ControlClient;
import io.sluice.program.admin.Wire;
import io.sluice.program.observe.DaemonReport;
import io.sluice.testbed.FreePort;
import io.sluice.testbed.LineClient;
import io.sluice.testbed.NamedServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The old process is killed in the middle of an upgrade: the new one serves. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class UpgradeKilledTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @AfterEach
    void end() throws Exception {
        long last = DaemonReport.pid(state());
        ProcessHandle.of(last).ifPresent(process -> {
            process.destroyForcibly();
            process.onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"before it handed anything over", "with its sockets handed over", "when it had given way"})
    void the_new_process_serves_whenever_the_old_one_is_killed(String moment) throws Exception {
        int port = FreePort.next();
        try (var a = new NamedServer("a"); var b = new NamedServer("b")) {
            String yaml = """
                    admin: off
                    services:
                      web:
                        listen: 127.0.0.1:%d
                        servers: { a: "127.0.0.1:%d", b: "127.0.0.1:%d" }
                    """.formatted(port, a.port(), b.port());
            try (var first = new ChildDaemon(directory, yaml)) {
                tell(new Command.Administer("web", "b", AdminState.DRAIN));
                await().atMost(PATIENCE).until(() -> LineClient.ask(port).equals("a"));
                Path started = directory.resolve("started");
                Path go = directory.resolve("go");
                String program = slowProgram(first.pid(), started, go);
                Thread.ofVirtual().start(() -> tellWhoDies(new Command.Upgrade(program, PATIENCE.toMillis())));
                await().atMost(PATIENCE).until(() -> Files.exists(started));
                if (moment.startsWith("before")) {
                    kill(first);
                    Files.createFile(go);
                } else {
                    Files.createFile(go);
                    await().pollInterval(Duration.ofMillis(1)).atMost(PATIENCE).until(moment.startsWith("with")
                            ? left("counters-\\d+")
                            : left("control-\\d+\\.sock"));
                    kill(first);
                }
                await().atMost(PATIENCE).ignoreExceptions().until(() -> status().pid() != first.pid());
                for (int i = 0; i < 10; i++) {
                    assertThat(LineClient.ask(port)).as("b is still drained").isEqualTo("a");
                }
                long second = status().pid();
                assertThat(DaemonReport.pid(state())).isEqualTo(second);
                assertThat(first.err()).doesNotContain("Exception");
                Answer answer = tell(new Command.Upgrade(slowProgram(second, started, go), PATIENCE.toMillis()));
                assertThat(answer.kind()).as(answer.toString()).isEqualTo(Answer.Kind.DONE);
                assertThat(LineClient.ask(port)).isEqualTo("a");
            }
        }
    }

    private static void kill(ChildDaemon daemon) throws Exception {
        daemon.signal("KILL");
        daemon.exitCode();
    }

    private Callable<Boolean> left(String name) {
        return () -> {
            try (Stream<Path> files = Files.list(state())) {
                return files.anyMatch(file -> file.getFileName().toString().matches(name));
            }
        };
    }

    /** Starts the same program as that process is, once it may. */
    private String slowProgram(long pid, Path started, Path go) throws IOException {
        String command = Stream.of(new String(Files.readAllBytes(Path.of("/proc/" + pid + "/cmdline")),
                StandardCharsets.UTF_8).split("\0")).map(word -> "'" + word + "'").collect(Collectors.joining(" "));
        Path script = Files.writeString(directory.resolve("program"), "#!/bin/sh\ntouch " + started
                + "\nwhile [ ! -e " + go + " ]; do sleep 0.05; done\nexec " + command + "\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        return script.toString();
    }

    private Path state() {
        return directory.resolve("state");
    }

    private Status status() throws Exception {
        return Wire.json().treeToValue(tell(new Question.InForce()).value(), Status.class);
    }

    private Answer tell(Request request) throws ControlClient.Unreachable {
        try (ControlClient client = ControlClient.connect(state(), PATIENCE.multipliedBy(2))) {
            return client.ask(request);
        }
    }

    private void tellWhoDies(Request request) {
        try {
            tell(request);
        } catch (ControlClient.Unreachable died) {
            // as it should
        }
    }
}

package io.sluice.program.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testbed.Crowd;
import io.sluice.testbed.FreePort;
import io.sluice.testbed.LineClient;
import io.sluice.testbed.NamedServer;
import io.sluice.testbed.Scrape;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A daemon in a process of its own whose stderr is a pipe that is full from the start and that nobody reads. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class LogStallTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @Test
    void checks_reload_and_the_end_go_on_and_lines_are_counted_as_dropped() throws Exception {
        int port = FreePort.next();
        int further = FreePort.next();
        int metrics = FreePort.next();
        Path pipe = directory.resolve("log");
        run("mkfifo", pipe.toString());
        try (var unread = new RandomAccessFile(pipe.toFile(), "rw"); // for writing too: its open does not wait
                var a = new NamedServer("a")) {
            run("sh", "-c", "dd if=/dev/zero of=" + pipe + " bs=4096 oflag=nonblock 2>/dev/null || true");
            assertThat(unread.getFD().valid()).isTrue();
            try (var b = new NamedServer("b");
                    var child = ChildDaemon.behind(List.of("sh", "-c", "exec \"$@\" 2>" + pipe, "sh"), directory,
                            yaml(metrics, port, port, a.port(), b.port()))) {
                await().atMost(PATIENCE).until(() -> child.out().startsWith("ready"));
                try (var crowd = new Crowd(port)) {
                    crowd.awaitMore(13_000);
                    assertThat(crowd.failures()).isEmpty();
                }
                await().atMost(PATIENCE).until(() -> Scrape.of(metrics).sum("sluice_log_lines_dropped_total") > 0);
                assertThat(Scrape.of(metrics).sum("sluice_server_up{server=\"b\"")).isEqualTo(1);
                b.close();
                await().atMost(PATIENCE).until(() -> Scrape.of(metrics).sum("sluice_server_up{server=\"b\"") == 0);

                child.write(yaml(metrics, port, further, a.port(), b.port()));
                child.signal("HUP");
                await().atMost(PATIENCE).ignoreExceptions().until(() -> LineClient.ask(further), "a"::equals);

                child.signal("TERM");
                assertThat(child.exitCode()).isZero();
            }
        }
    }

    @Test
    void a_line_ready_that_nobody_takes_keeps_no_process() throws Exception {
        int port = FreePort.next();
        int metrics = FreePort.next();
        Path pipe = directory.resolve("both");
        run("mkfifo", pipe.toString());
        try (var unread = new RandomAccessFile(pipe.toFile(), "rw");
                var a = new NamedServer("a");
                var b = new NamedServer("b")) {
            run("sh", "-c", "dd if=/dev/zero of=" + pipe + " bs=4096 oflag=nonblock 2>/dev/null || true");
            assertThat(unread.getFD().valid()).isTrue();
            try (var child = ChildDaemon.behind(List.of("sh", "-c", "exec \"$@\" >" + pipe + " 2>&1", "sh"), directory,
                    yaml(metrics, port, port, a.port(), b.port()))) {
                await().atMost(PATIENCE).ignoreExceptions().until(() -> !LineClient.ask(port).isEmpty());
                // signals are handled by then
                await().atMost(PATIENCE).ignoreExceptions().until(() -> saysReady(child.pid()));
                child.signal("TERM");
                assertThat(child.exitCode()).isZero();
            }
        }
    }

    /** Whether the thread that prints the line hangs in it. */
    private static boolean saysReady(long pid) throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
            for (Path thread : threads.toList()) {
                if (Files.readString(thread.resolve("comm")).startsWith("said")) {
                    return true;
                }
            }
        }
        return false;
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    private static String yaml(int metrics, int first, int second, int a, int b) {
        return """
                log: { connections: all }
                admin: off
                metrics: { listen: 127.0.0.1:%d }
                services:
                  web:
                    listen: 127.0.0.1:%d
                    health-check: { type: connect, interval: 100ms, timeout: 100ms }
                    servers: { a: "127.0.0.1:%d", b: "127.0.0.1:%d" }
                """.formatted(metrics, first, a, b) + (first == second ? "" : """
                  further:
                    listen: 127.0.0.1:%d
                    health-check: { type: none }
                    servers: { a: "127.0.0.1:%d" }
                """.formatted(second, a));
    }
}

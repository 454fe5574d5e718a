package io.sluice.program.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.control.api.ServerHealth;
import io.sluice.control.api.StatusFile;
import io.sluice.program.build.ExitCode;
import io.sluice.program.daemon.RunningDaemon;
import io.sluice.program.observe.DaemonReport;
import io.sluice.testbed.FreePort;
import io.sluice.testbed.Installation;
import io.sluice.testbed.LineClient;
import io.sluice.testbed.NamedServer;
import io.sluice.testbed.ProgramRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code sluice top}, in a real terminal that {@code script} makes, and without one. */
class TopTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String ENTER = "\u001B[?1049h\u001B[?25l";
    private static final String LEAVE = "\u001B[?25h\u001B[?1049l";
    private static final String HOME = "\u001B[H";

    private static NamedServer server;
    private static RunningDaemon daemon;
    private static Installation sluice;
    private static int web;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @BeforeAll
    static void start() throws Exception {
        server = new NamedServer("a");
        web = FreePort.next();
        daemon = new RunningDaemon("""
                admin: off
                services:
                  web:
                    listen: 127.0.0.1:%d
                    health-check: { interval: 100ms }
                    servers: { a: 127.0.0.1:%d }
                  empty:
                    listen: 127.0.0.1:%d
                    servers: { gone: 127.0.0.1:%d }
                """.formatted(web, server.port(), FreePort.next(), FreePort.next()));
        sluice = new Installation();
        await().atMost(PATIENCE).ignoreExceptions()
                .until(() -> health().equals(List.of(ServerHealth.UP, ServerHealth.DOWN)));
    }

    /** As the file has it, which is what the command reads. */
    private static List<ServerHealth> health() throws IOException {
        return StatusFile.read(daemon.directory.resolve("state")).services().stream()
                .map(service -> service.servers().getFirst().health()).toList();
    }

    private static long connections() throws IOException {
        return DaemonReport.read(daemon.directory.resolve("state"), daemon.control().status()).services().getFirst()
                .connections();
    }

    @AfterAll
    static void stop() throws Exception {
        daemon.close();
        server.close();
        sluice.close();
    }

    @Test
    void a_terminal_is_redrawn_in_place_with_rates_and_is_given_back() throws Exception {
        try (var client = new LineClient("127.0.0.1", web)) {
            Process terminal = terminal("", "top -i 200ms");
            await().atMost(PATIENCE).until(() -> {
                client.echo("some bytes to be counted");
                return Pattern.compile("web/a .* 1 +0 +[1-9][0-9.]* B +[1-9][0-9.]* B").matcher(words(shown())).find();
            });
            await().atMost(PATIENCE).until(() -> shown().split(Pattern.quote(HOME), -1).length > 4);
            assertThat(shown()).contains(ENTER).doesNotContain(LEAVE).contains("\u001B[32mup\u001B[0m").contains(
                    "\u001B[31mdown\u001B[0m");
            interrupt(terminal);
            assertThat(shown()).endsWith(LEAVE);
        }
    }

    @Test
    void a_small_terminal_shows_what_fits_and_says_so() throws Exception {
        Process terminal = terminal("stty rows 5 cols 100;", "top -i 200ms");
        await().atMost(PATIENCE).until(
                () -> shown().contains("more lines; a larger terminal shows them") && shown().contains("\u001B[J"));
        String screen = shown().substring(shown().indexOf(HOME));
        screen = screen.substring(HOME.length(), screen.indexOf("\u001B[J"));
        assertThat(screen.lines()).hasSize(5);
        interrupt(terminal);
    }

    @Test
    void no_color_is_respected() throws Exception {
        Process terminal = terminal("NO_COLOR=1", "status");
        assertThat(terminal.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(shown()).contains("web/a").doesNotContain("\u001B[3");
    }

    @Test
    void without_a_terminal_one_view_is_printed_without_colours() throws Exception {
        ProgramRun run = ProgramRun.of(sluice.launcher(), "top", "-i", "200ms", "-c", daemon.file.toString());
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).containsPattern("web +up +1/1").containsPattern("empty/gone +down").doesNotContain(
                "\u001B");
    }

    @Test
    void json_has_the_rates_as_numbers() throws Exception {
        try (var client = new LineClient("127.0.0.1", web)) {
            client.echo("so that the connection is there");
            await().atMost(PATIENCE).until(() -> connections() == 1); // those of other tests have gone
            var printed = CompletableFuture.supplyAsync(() -> Ran.sluice("top", "-i", "500ms", "-o", "json", "-c",
                    daemon.file.toString()));
            while (!printed.isDone()) {
                client.echo("some bytes to be counted");
            }
            JsonNode rates = Json.mapper().readTree(printed.join().out());
            assertThat(rates.path("seconds").doubleValue()).isGreaterThanOrEqualTo(0.5);
            JsonNode service = rates.path("services").get(0);
            assertThat(service.path("name").stringValue()).isEqualTo("web");
            assertThat(service.path("connections").intValue()).isEqualTo(1);
            assertThat(service.path("bytes-in-per-second").doubleValue()).isPositive();
            assertThat(rates.path("servers").get(1).path("health").stringValue()).isEqualTo("down");
        }
    }

    @Test
    void an_interval_too_short_is_a_usage_error() {
        assertThat(Ran.sluice("top", "-i", "1ms").exitCode()).isEqualTo(ExitCode.USAGE);
    }

    /**
     * Runs the command in a terminal of its own; what it shows goes into a file. Ctrl-C is heard even where these tests
     * run in a shell's background, which ignores it for all its children.
     */
    private Process terminal(String before, String command) throws Exception {
        Path shown = directory.resolve("shown");
        var builder = new ProcessBuilder("script", "-qfec",
                before + " exec env --default-signal=INT " + sluice.launcher() + " " + command
                        + " -c " + daemon.file,
                "/dev/null").redirectOutput(shown.toFile()).redirectErrorStream(true);
        builder.environment().putAll(Map.of("TERM", "xterm-256color", "SHELL", "/bin/sh"));
        List.of("NO_COLOR", "JAVA_TOOL_OPTIONS").forEach(builder.environment()::remove);
        return builder.start();
    }

    private String shown() throws Exception {
        // a character may be written half
        return new String(Files.readAllBytes(directory.resolve("shown")), StandardCharsets.UTF_8);
    }

    private static String words(String screen) {
        return screen.replaceAll("\u001B\\[[0-9;?]*[a-zA-Z]", "");
    }

    /** Ctrl-C. */
    private static void interrupt(Process terminal) throws Exception {
        terminal.getOutputStream().write(3);
        terminal.getOutputStream().flush();
        assertThat(terminal.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
}

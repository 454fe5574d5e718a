package io.sluice.program.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.sluice.program.build.ExitCode;
import io.sluice.program.daemon.ChildDaemon;
import io.sluice.program.daemon.RunningDaemon;
import io.sluice.testbed.FreePort;
import io.sluice.testbed.Installation;
import io.sluice.testbed.LineClient;
import io.sluice.testbed.NamedServer;
import io.sluice.testbed.ProgramRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What the commands say when the daemon is dead, stopped, somebody else's, or was never there. */
class DaemonTroubleTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Test
    void a_killed_daemon_left_what_status_and_connections_show() throws Exception {
        try (var server = new NamedServer("a"); var daemon = daemon(server)) {
            try (var client = new LineClient("127.0.0.71", port(daemon))) {
                client.echo("hello");
                await().atMost(Duration.ofSeconds(60)).until(() -> {
                    JsonNode now = status(daemon);
                    return now.at("/services/0/bytes-in").asLong() > 0
                            && now.at("/services/0/servers/0/health").stringValue().equals("up");
                });
                daemon.signal("KILL");
                daemon.exitCode();
                JsonNode status = status(daemon);
                assertThat(status.at("/daemon/running").asBoolean()).isFalse();
                assertThat(status.at("/services/0/total-connections").asLong()).isEqualTo(1);
                assertThat(status.at("/services/0/bytes-in").asLong()).isPositive();
                assertThat(status.at("/services/0/servers/0/health").stringValue()).isEqualTo("up");
                assertThat(sluice(daemon, "status").out()).startsWith("daemon not running since ").contains(
                        "This is what it left:", "web/a");
                assertThat(sluice(daemon, "connections").out()).contains("daemon not running", "127.0.0.71:");
            }
            Ran drain = sluice(daemon, "drain", "web/a");
            assertThat(drain.exitCode()).isEqualTo(ExitCode.DAEMON_UNREACHABLE);
            assertThat(drain.err()).contains("no daemon to talk to", "the daemon was killed", "Start it: sluice run -c "
                    + daemon.file);
        }
    }

    @Test
    void a_stopped_daemon_makes_a_change_time_out_and_shows_its_state_all_the_same() throws Exception {
        try (var server = new NamedServer("a"); var daemon = daemon(server)) {
            daemon.signal("STOP");
            Ran drain = sluice(daemon, "drain", "web/a");
            assertThat(drain.exitCode()).isEqualTo(ExitCode.DAEMON_UNREACHABLE);
            assertThat(drain.err()).contains("the daemon cannot be asked", "connected, but no answer within 10 s",
                    "'sluice status' does not need its answer").doesNotContain("Start it");
            Ran status = sluice(daemon, "status");
            assertThat(status.exitCode()).isZero();
            assertThat(status.out()).contains("stuck: ", "web/a");
            daemon.signal("CONT");
            assertThat(sluice(daemon, "drain", "web/a").exitCode()).isZero();
        }
    }

    @Tag("peer")
    @Test
    void another_user_is_told_whose_daemon_it_is() throws Exception {
        assumeThat(System.getProperty("user.name")).isEqualTo("root");
        try (var server = new NamedServer("a"); var daemon = daemon(server); var sluice = new Installation()) {
            for (List<String> command : List.of(List.of("drain", "web/a"), List.of("status"))) {
                ProgramRun run = asNobody(sluice, command, "--state-directory", daemon.directory + "/state");
                assertThat(run.exitCode()).as("%s", run).isEqualTo(ExitCode.DAEMON_UNREACHABLE);
                assertThat(run.err()).contains("permission denied").contains(
                        "belongs to the user that runs the daemon: use sudo, or that user").doesNotContain("Start it");
            }
            ProgramRun unreadable = asNobody(sluice, List.of("status"), "-c", daemon.file.toString());
            assertThat(unreadable.exitCode()).isEqualTo(ExitCode.DAEMON_UNREACHABLE);
            assertThat(unreadable.err()).contains("permission denied: " + daemon.file, "use sudo");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "services", "servers", "connections", "affinity", "events", "top", "reload",
        "drain web/a", "halt web/a", "online web/a", "weight web/a 5", "kick -s web", "explain 127.0.0.1 web"})
    void where_no_daemon_ever_ran_every_command_says_how_to_start_one(String command) throws Exception {
        Path file = Files.writeString(directory.resolve("sluice.yaml"), "state-directory: state\n");
        Ran ran = Ran.sluice((command + " -c " + file).split(" "));
        assertThat(ran.exitCode()).as(ran.err()).isEqualTo(ExitCode.DAEMON_UNREACHABLE);
        assertThat(ran.err()).contains("Start it: sluice run -c " + file);
    }

    @Test
    void an_invalid_configuration_does_not_start_and_says_where_it_is_wrong() throws Exception {
        Path file = Files.writeString(directory.resolve("sluice.yaml"), "servces: {}\n");
        for (String command : List.of("run", "check", "plan")) {
            Ran ran = Ran.sluice(command, "-c", file.toString());
            assertThat(ran.exitCode()).as(command).isEqualTo(ExitCode.INVALID_CONFIGURATION);
            assertThat(ran.out() + ran.err()).contains(file + ":1:1: ", "did you mean 'services'?");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ha", "cluster"})
    void pairs_and_clusters_are_refused_in_plain_words(String command) throws Exception {
        Path single = Files.writeString(directory.resolve("single.yaml"), "services: {}\n");
        Ran ran = Ran.sluice(command, "-c", single.toString());
        assertThat(ran.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).startsWith("sluice " + command + ": " + single + " has no section '").contains(
                "This version runs one node");
        assertThat(Ran.sluice(command, "-o", "json", "-c", single.toString()).exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(Ran.sluice(command, "-c", directory.resolve("none.yaml").toString()).err()).contains(
                "there is no configuration " + directory);
        Ran invalid = Ran.sluice(command, "-c", Files.writeString(directory.resolve("bad.yaml"), "servces: {}\n")
                .toString());
        assertThat(invalid.exitCode()).isEqualTo(ExitCode.INVALID_CONFIGURATION);
    }

    @Test
    void a_cluster_that_is_configured_is_said_to_do_nothing() {
        Ran ran = Ran.sluice("cluster", "-c", "examples/proget.yaml");
        assertThat(ran.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(ran.err()).contains("examples/proget.yaml has a section 'cluster', and nothing acts on it");
    }

    private ChildDaemon daemon(NamedServer server) throws Exception {
        return new ChildDaemon(directory, """
                admin: off
                services:
                  web:
                    listen: 127.0.0.1:%d
                    affinity: { by: source-ip, timeout: 6m }
                    health-check: { interval: 100ms }
                    servers: { a: 127.0.0.1:%d }
                """.formatted(FreePort.next(), server.port()));
    }

    private static int port(ChildDaemon daemon) {
        String listen = status(daemon).at("/services/0/listen").stringValue();
        return Integer.parseInt(listen.substring(listen.lastIndexOf(':') + 1));
    }

    private static JsonNode status(ChildDaemon daemon) {
        return Json.mapper().readTree(sluice(daemon, "status", "-o", "json").out());
    }

    private static Ran sluice(ChildDaemon daemon, String... command) {
        var arguments = new java.util.ArrayList<>(List.of(command));
        arguments.addAll(List.of("-c", daemon.file.toString()));
        return Ran.sluice(arguments.toArray(String[]::new));
    }

    private static ProgramRun asNobody(Installation sluice, List<String> command, String... more) throws Exception {
        var arguments = new java.util.ArrayList<>(List.of("setpriv", "--reuid=65534", "--regid=65534",
                "--clear-groups", sluice.launcher().toString()));
        arguments.addAll(command);
        arguments.addAll(List.of(more));
        return ProgramRun.of(Map.of(), arguments);
    }
}

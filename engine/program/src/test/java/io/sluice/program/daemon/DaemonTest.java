package io.sluice.program.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.control.api.AdminState;
import io.sluice.control.api.Caller;
import io.sluice.control.api.Command;
import io.sluice.control.api.Control;
import io.sluice.control.api.Explanation;
import io.sluice.control.api.Outcome;
import io.sluice.control.api.Question;
import io.sluice.control.api.ServerHealth;
import io.sluice.control.api.StatusFile;
import io.sluice.testbed.Crowd;
import io.sluice.testbed.FreePort;
import io.sluice.testbed.LineClient;
import io.sluice.testbed.NamedServer;
import io.sluice.testbed.TemporaryDirectory;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The daemon with real clients and servers: states, commands, reloads. */
class DaemonTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String CHECK = "{ type: connect, interval: 200ms, timeout: 5s, rise: 1, fall: 2 }";

    @Test
    void clients_reach_every_server_in_turn() throws Exception {
        int port = FreePort.next();
        try (var a = new NamedServer("a");
                var b = new NamedServer("b");
                var running = new RunningDaemon(twoServers(port, a.port(), b.port(), "scheduler: round-robin"))) {
            awaitUp(running, "a", "b");
            assertThat(shares(port, 40)).containsOnlyKeys("a", "b").allSatisfy(
                    (server, share) -> assertThat(share).isBetween(14, 26)); // two workers, each with its own turn
        }
    }

    @Test
    void a_drained_server_keeps_its_connections_and_its_affinity_clients_and_gets_no_others() throws Exception {
        int port = FreePort.next();
        try (var a = new NamedServer("a");
                var b = new NamedServer("b");
                var running = new RunningDaemon(
                        twoServers(port, a.port(), b.port(), "affinity: { by: source-ip }"))) {
            awaitUp(running, "a", "b");
            try (LineClient known = new LineClient("127.0.0.2", port)) {
                String home = known.server();
                assertThat(running.control().tell(new Command.Administer("web", home, AdminState.DRAIN), Caller.DAEMON))
                        .isInstanceOf(Outcome.Done.class);
                assertThat(known.echo("still here")).isEqualTo("still here");
                assertThat(LineClient.ask("127.0.0.2", port)).isEqualTo(home);
                for (int i = 10; i < 20; i++) {
                    assertThat(LineClient.ask("127.0.0." + i, port)).isNotEqualTo(home);
                }
                assertThat(
                        running.control().tell(new Command.Administer("web", home, AdminState.ONLINE), Caller.DAEMON))
                        .isInstanceOf(Outcome.Done.class);
                assertThat(LineClient.ask("127.0.0.2", port)).isEqualTo(home);
            }
        }
    }

    @Test
    void a_halted_server_loses_its_connections_and_its_affinity_clients() throws Exception {
        int port = FreePort.next();
        try (var a = new NamedServer("a");
                var b = new NamedServer("b");
                var running = new RunningDaemon(
                        twoServers(port, a.port(), b.port(), "affinity: { by: source-ip }"))) {
            awaitUp(running, "a", "b");
            try (LineClient known = new LineClient(port)) {
                String home = known.server();
                String other = home.equals("a") ? "b" : "a";
                assertThat(running.control().tell(new Command.Administer("web", home, AdminState.HALT), Caller.DAEMON))
                        .isInstanceOf(Outcome.Done.class);
                assertThat(known.isEnded()).isTrue();
                assertThat(LineClient.ask(port)).isEqualTo(other);
                running.control().tell(new Command.Administer("web", home, AdminState.ONLINE), Caller.DAEMON);
                assertThat(LineClient.ask(port)).as("the affinity has moved").isEqualTo(other);
            }
        }
    }

    @Test
    void weight_moves_the_shares_and_reset_moves_them_back() throws Exception {
        int port = FreePort.next();
        try (var a = new NamedServer("a");
                var b = new NamedServer("b");
                var running = new RunningDaemon(
                        twoServers(port, a.port(), b.port(), "scheduler: weighted-round-robin"))) {
            awaitUp(running, "a", "b");
            assertThat(running.control().tell(new Command.Weight("web", "a", 900), Caller.DAEMON))
                    .isInstanceOf(Outcome.Done.class);
            Map<String, Integer> shares = shares(port, 100);
            assertThat(shares.get("a")).isBetween(80, 98);
            running.control().tell(new Command.Weight("web", "a", 0), Caller.DAEMON);
            assertThat(shares(port, 20)).containsOnlyKeys("b");
            running.control().tell(new Command.Weight("web", "a", null), Caller.DAEMON);
            assertThat(shares(port, 40)).containsOnlyKeys("a", "b");
        }
    }

    @Test
    void when_every_server_is_down_the_fallback_serves() throws Exception {
        int port = FreePort.next();
        try (var a = new NamedServer("a");
                var sorry = new NamedServer("sorry");
                var running = new RunningDaemon("""
                        services:
                          web:
                            listen: 127.0.0.1:%d
                            health-check: %s
                            fallback: 127.0.0.1:%d
                            servers: { a: 127.0.0.1:%d }
                        """.formatted(port, CHECK, sorry.port(), a.port()))) {
            awaitUp(running, "a");
            assertThat(LineClient.ask(port)).isEqualTo("a");
            a.stopListening();
            await().atMost(PATIENCE).until(() -> running.server("web", "a").health() == ServerHealth.DOWN);
            assertThat(LineClient.ask(port)).isEqualTo("sorry");
            assertThat(running.control().ask(new Question.Explained("127.0.0.1", 0, "web")).because())
                    .isEqualTo(Explanation.Because.FALLBACK);
        }
    }

    @Test
    void kick_ends_the_connections_it_names_and_no_others() throws Exception {
        int port = FreePort.next();
        try (var a = new NamedServer("a");
                var running = new RunningDaemon("""
                        services:
                          web: { listen: "127.0.0.1:%d", health-check: { type: none }, servers: { a: "127.0.0.1:%d" } }
                        """.formatted(port, a.port()));
                LineClient one = new LineClient("127.0.0.2", port);
                LineClient other = new LineClient("127.0.0.3", port)) {
            assertThat(one.server() + other.server()).isEqualTo("aa");
            assertThat(running.control().tell(new Command.Kick("web", null, "127.0.0.2", 0), Caller.DAEMON))
                    .isInstanceOf(Outcome.Done.class);
            assertThat(one.isEnded()).isTrue();
            assertThat(other.echo("alive")).isEqualTo("alive");
            running.control().tell(new Command.Kick("web", "a", null, 0), Caller.DAEMON);
            assertThat(other.isEnded()).isTrue();
        }
    }

    @Test
    void explain_tells_the_server_that_the_client_then_gets() throws Exception {
        int port = FreePort.next();
        try (var a = new NamedServer("a");
                var b = new NamedServer("b");
                var running = new RunningDaemon(
                        twoServers(port, a.port(), b.port(), "scheduler: maglev, affinity: { by: source-ip }"))) {
            awaitUp(running, "a", "b");
            for (int i = 2; i < 10; i++) {
                String client = "127.0.0." + i;
                Explanation before = running.control().ask(new Question.Explained(client, 0, "web"));
                assertThat(before.because()).isEqualTo(Explanation.Because.HASH);
                assertThat(LineClient.ask("127.0.0." + i, port)).isEqualTo(before.server());
                Explanation after = running.control().ask(new Question.Explained(client, 0, "web"));
                assertThat(after.because()).isEqualTo(Explanation.Because.AFFINITY);
                assertThat(after.server()).isEqualTo(before.server());
                assertThat(after.ifItFails()).contains(before.server().equals("a") ? "b" : "a");
            }
        }
    }

    @Test
    void unknown_names_are_answered_with_the_nearest_known_one() throws Exception {
        try (var a = new NamedServer("a");
                var running = new RunningDaemon("""
                        services:
                          website: { listen: "127.0.0.1:%d", servers: { alpha: "127.0.0.1:%d" } }
                        """.formatted(FreePort.next(), a.port()))) {
            assertThat(
                    running.control().tell(new Command.Administer("webside", "alpha", AdminState.DRAIN), Caller.DAEMON))
                    .isEqualTo(new Outcome.Refused("no virtual service is called 'webside'; did you mean 'website'?"));
            assertThat(running.control().tell(new Command.Weight("website", "alfa", 1), Caller.DAEMON))
                    .isEqualTo(new Outcome.Refused(
                            "virtual service website has no server called 'alfa'; did you mean 'alpha'?"));
            assertThatThrownBy(() -> running.control().ask(new Question.Explained("127.0.0.1", 0, "x")))
                    .isInstanceOf(Control.UnknownName.class).hasMessageContaining("website");
        }
    }

    @Test
    void reloads_refuse_no_connection_and_touch_no_established_one() throws Exception {
        int port = FreePort.next();
        int second = FreePort.next();
        try (var a = new NamedServer("a");
                var b = new NamedServer("b");
                var running = new RunningDaemon(twoServers(port, a.port(), b.port(), "scheduler: round-robin"));
                LineClient lasting = new LineClient(port)) {
            awaitUp(running, "a", "b");
            lasting.server();
            try (var crowd = new Crowd(port)) {
                String one = "services:\n  web: { listen: '127.0.0.1:%d', health-check: %s, servers: { a: '127.0.0.1:%d' } }\n"
                        .formatted(port, CHECK, a.port());
                String more = "  more: { listen: '127.0.0.1:%d', health-check: %s, servers: { b: '127.0.0.1:%d' } }\n"
                        .formatted(second, CHECK, b.port());
                for (int round = 0; round < 6; round++) {
                    assertThat(running.reload(one + more)).isInstanceOf(Outcome.Done.class);
                    assertThat(LineClient.ask(second)).isEqualTo("b");
                    assertThat(running.reload(twoServers(port, a.port(), b.port(), "scheduler: maglev")))
                            .isInstanceOf(Outcome.Done.class);
                    assertThatThrownBy(() -> new Socket("127.0.0.1", second).close())
                            .isInstanceOf(IOException.class);
                    crowd.awaitMore(20);
                }
                assertThat(crowd.failures()).isEmpty();
            }
            assertThat(lasting.echo("untouched")).isEqualTo("untouched");
        }
    }

    @Test
    void a_renamed_service_keeps_its_sockets_and_refuses_nobody() throws Exception {
        int port = FreePort.next();
        try (var a = new NamedServer("a");
                var b = new NamedServer("b");
                var running = new RunningDaemon(twoServers(port, a.port(), b.port(), "scheduler: round-robin"));
                var crowd = new Crowd(port)) {
            awaitUp(running, "a", "b");
            String yaml = twoServers(port, a.port(), b.port(), "scheduler: round-robin");
            for (int round = 0; round < 10; round++) {
                String name = "web" + round;
                assertThat(running.reload(yaml.replace("  web:", "  " + name + ":"))).isInstanceOf(Outcome.Done.class);
                crowd.awaitMore(20);
            }
            assertThat(crowd.failures()).isEmpty();
        }
    }

    @Tag("peer")
    @Test
    void accept_queues_are_as_long_as_the_host_allows() throws Exception {
        int port = FreePort.next();
        try (var running = new RunningDaemon(
                "services: { web: { listen: '127.0.0.1:%d', servers: { a: '127.0.0.1:9' } } }\n".formatted(port))) {
            Process ss = new ProcessBuilder("ss", "-Hltn", "sport = :" + port).start();
            List<String> lines = new String(ss.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines()
                    .toList();
            String most = Files.readAllLines(Path.of("/proc/sys/net/core/somaxconn")).getFirst().strip();
            assertThat(lines).as("one socket per worker").hasSize(2)
                    .allSatisfy(line -> assertThat(line.split("\\s+")[2]).isEqualTo(most));
            assertThat(running.daemon.transport()).isNotNull();
        }
    }

    @Test
    void connections_to_a_removed_service_live_on_until_their_drain_timeout() throws Exception {
        int port = FreePort.next();
        try (var a = new NamedServer("a"); var running = new RunningDaemon("""
                services:
                  web:
                    listen: 127.0.0.1:%d
                    timeouts: { drain: 6s }
                    servers: { a: "127.0.0.1:%d" }
                """.formatted(port, a.port())); LineClient client = new LineClient(port)) {
            client.server();
            assertThat(running.reload("services: {}\n")).isInstanceOf(Outcome.Done.class);
            assertThat(client.echo("living on")).isEqualTo("living on");
            assertThat(client.isEnded()).isTrue();
        }
    }

    @Test
    void a_second_daemon_on_the_same_state_directory_is_refused_with_the_pid_of_the_first() throws Exception {
        try (var running = new RunningDaemon("services: {}\n")) {
            Path directory = running.directory;
            assertThatThrownBy(() -> new RunningDaemon(directory, "services: {}\n").close())
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining("pid " + ProcessHandle.current().pid());
        }
    }

    @Test
    void a_file_that_cannot_be_used_stops_the_start_with_the_reason() throws Exception {
        try (var directory = new TemporaryDirectory("daemon")) {
            Path lock = directory.path().resolve("state").resolve("daemon.lock");
            Files.createDirectories(lock.resolve("not-empty"));
            assertThatThrownBy(() -> new RunningDaemon(directory.path(), "services: {}\n").close())
                    .isInstanceOf(StartFailure.class).hasMessageContaining(
                            lock + ": something else with that name is there already");
        }
    }

    @Test
    void a_port_that_is_taken_stops_the_start_and_leaves_nothing_behind() throws Exception {
        try (var foreign = new NamedServer("foreign"); var directory = new TemporaryDirectory("daemon")) {
            String yaml = "services: { web: { listen: '127.0.0.1:%d', servers: { a: '127.0.0.1:9' } } }\n";
            assertThatThrownBy(() -> new RunningDaemon(directory.path(), yaml.formatted(foreign.port())).close())
                    .isInstanceOf(StartFailure.class).hasMessageContaining("already in use")
                    .hasMessageContaining("web");
            new RunningDaemon(directory.path(), yaml.formatted(FreePort.next())).close();
        }
    }

    @Test
    void the_status_file_says_what_was_in_force_after_the_daemon_has_gone() throws Exception {
        try (var a = new NamedServer("a"); var directory = new TemporaryDirectory("daemon")) {
            try (var running = new RunningDaemon(directory.path(), """
                    services:
                      web: { listen: '127.0.0.1:%d', health-check: %s, servers: { a: '127.0.0.1:%d' } }
                    """.formatted(FreePort.next(), CHECK, a.port()))) {
                awaitUp(running, "a");
                running.control().tell(new Command.Administer("web", "a", AdminState.DRAIN), Caller.DAEMON);
            }
            assertThat(StatusFile.read(directory.path().resolve("state")).services().getFirst().servers())
                    .singleElement().satisfies(server -> {
                        assertThat(server.admin()).isEqualTo(AdminState.DRAIN);
                        assertThat(server.health()).isEqualTo(ServerHealth.UP);
                    });
        }
    }

    @Test
    void the_status_file_tells_of_the_last_check_though_nothing_changes() throws Exception {
        try (var a = new NamedServer("a"); var running = new RunningDaemon("""
                services:
                  web: { listen: "127.0.0.1:%d", health-check: %s, servers: { a: "127.0.0.1:%d" } }
                """.formatted(FreePort.next(), CHECK, a.port()))) {
            awaitUp(running, "a");
            Path state = running.directory.resolve("state");
            Instant up = running.server("web", "a").check().changed();
            await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> assertThat(
                    StatusFile.read(state).services().getFirst().servers()).singleElement().satisfies(server -> {
                        assertThat(server.check().changed()).isEqualTo(up);
                        assertThat(server.check().last()).isAfter(up.plusSeconds(3));
                    }));
        }
    }

    private static String twoServers(int port, int a, int b, String more) {
        return """
                services:
                  web: { listen: "127.0.0.1:%d", health-check: %s, %s, servers: { a: "127.0.0.1:%d", b: "127.0.0.1:%d" } }
                """
                .formatted(port, CHECK, more, a, b);
    }

    private static void awaitUp(RunningDaemon running, String... servers) {
        for (String server : servers) {
            await().atMost(PATIENCE).until(() -> running.server("web", server).health() == ServerHealth.UP);
        }
    }

    private static Map<String, Integer> shares(int port, int connections) throws IOException {
        Map<String, Integer> shares = new TreeMap<>();
        for (int i = 0; i < connections; i++) {
            shares.merge(LineClient.ask(port), 1, Integer::sum);
        }
        return shares;
    }
}

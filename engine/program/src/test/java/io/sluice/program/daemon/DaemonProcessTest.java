package io.sluice.program.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.control.api.AdminState;
import io.sluice.control.api.Command;
import io.sluice.control.api.Question;
import io.sluice.control.api.Request;
import io.sluice.program.admin.Answer;
import io.sluice.program.admin.ControlClient;
import io.sluice.testbed.FreePort;
import io.sluice.testbed.LineClient;
import io.sluice.testbed.NamedServer;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process behind {@code sluice run}: its first line, its signals, its end, and what survives a kill. */
class DaemonProcessTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @Test
    void the_ready_line_tells_where_it_listens_and_stderr_stays_free_of_warnings() throws Exception {
        int port = FreePort.next();
        try (var a = new NamedServer("a");
                var child = new ChildDaemon(directory,
                        "admin: off\n" + service(port, a.port(), ""))) { // its standard port may be another daemon's
            assertThat(child.out()).startsWith("ready listening on tcp 127.0.0.1:" + port + " (web), ")
                    .hasLineCount(1);
            assertThat(LineClient.ask(port)).isEqualTo("a");
            child.awaitErr("web/a: up");
            assertThat(child.err().lines().filter(line -> !line.contains(" INFO "))).isEmpty();
        }
    }

    @Test
    void sigterm_lets_connections_end_refuses_new_ones_and_exits_0() throws Exception {
        int port = FreePort.next();
        try (var a = new NamedServer("a");
                var child = new ChildDaemon(directory, service(port, a.port(), ""));
                LineClient client = new LineClient(port)) {
            client.server();
            child.signal("TERM");
            await().atMost(PATIENCE).until(() -> refuses(port));
            assertThat(client.echo("draining")).isEqualTo("draining");
            assertThat(child.isAlive()).isTrue();
            client.close();
            assertThat(child.exitCode()).isZero();
        }
    }

    @Test
    void sigterm_waits_no_longer_than_the_drain_timeout() throws Exception {
        int port = FreePort.next();
        try (var a = new NamedServer("a");
                var child = new ChildDaemon(directory, service(port, a.port(), "timeouts: { drain: 1s }"));
                LineClient client = new LineClient(port)) {
            client.server();
            child.signal("TERM");
            assertThat(child.exitCode()).isZero();
            assertThat(client.isEnded()).isTrue();
        }
    }

    @Test
    void sigterm_gives_each_service_its_own_drain_timeout() throws Exception {
        int hasty = FreePort.next();
        int patient = FreePort.next();
        try (var a = new NamedServer("a");
                var child = new ChildDaemon(directory, service(hasty, a.port(), "timeouts: { drain: 1s }") + """
                          patient: { listen: "127.0.0.1:%d", servers: { a: "127.0.0.1:%d" } }
                        """.formatted(patient, a.port()));
                LineClient first = new LineClient(hasty);
                LineClient second = new LineClient(patient)) {
            first.server();
            second.server();
            child.signal("TERM");
            assertThat(first.isEnded()).isTrue();
            assertThat(second.echo("still here")).isEqualTo("still here");
            second.close();
            assertThat(child.exitCode()).isZero();
        }
    }

    @Test
    void a_second_sigterm_ends_it_at_once() throws Exception {
        int port = FreePort.next();
        try (var a = new NamedServer("a");
                var child = new ChildDaemon(directory, service(port, a.port(), ""));
                LineClient client = new LineClient(port)) {
            client.server();
            child.signal("TERM");
            await().atMost(PATIENCE).until(() -> refuses(port));
            child.signal("TERM");
            assertThat(child.exitCode()).isZero();
            assertThat(client.isEnded()).isTrue();
        }
    }

    @Test
    void sighup_reloads_also_under_nohup() throws Exception {
        int port = FreePort.next();
        try (var a = new NamedServer("a");
                var b = new NamedServer("b");
                var child = ChildDaemon.behind(List.of("nohup"), directory, service(port, a.port(), ""))) {
            await().atMost(PATIENCE).until(() -> child.out().contains("ready"));
            assertThat(LineClient.ask(port)).isEqualTo("a");
            child.write(service(port, b.port(), "").replace("a:", "b:"));
            child.signal("HUP");
            await().atMost(PATIENCE).until(() -> LineClient.ask(port).equals("b"));
            assertThat(child.err()).doesNotContain("SIGHUP");
        }
    }

    @Test
    void sighup_reloads_and_an_invalid_file_changes_nothing_and_is_told_in_the_log() throws Exception {
        int port = FreePort.next();
        try (var a = new NamedServer("a");
                var b = new NamedServer("b");
                var child = new ChildDaemon(directory, service(port, a.port(), ""))) {
            assertThat(LineClient.ask(port)).isEqualTo("a");
            child.write(service(port, b.port(), "").replace("a:", "b:"));
            child.signal("HUP");
            await().atMost(PATIENCE).until(() -> LineClient.ask(port), "b"::equals);
            child.write(service(port, a.port(), "scheduller: maglev"));
            child.signal("HUP");
            child.awaitErr("scheduller");
            assertThat(child.err()).contains(child.file + ":").contains("scheduler");
            assertThat(LineClient.ask(port)).isEqualTo("b");
        }
    }

    @Test
    void drained_servers_weights_and_affinity_survive_kill_minus_9() throws Exception {
        int port = FreePort.next();
        try (var a = new NamedServer("a"); var b = new NamedServer("b"); var c = new NamedServer("c")) {
            String yaml = """
                    services:
                      web:
                        listen: 127.0.0.1:%d
                        affinity: { by: source-ip }
                        health-check: { type: none }
                        servers: { a: "127.0.0.1:%d", b: "127.0.0.1:%d", c: "127.0.0.1:%d" }
                    """.formatted(port, a.port(), b.port(), c.port());
            String home;
            try (var first = new ChildDaemon(directory, yaml)) {
                home = LineClient.ask("127.0.0.5", port);
                String drained = home.equals("a") ? "b" : "a";
                tell(new Command.Administer("web", drained, AdminState.DRAIN));
                tell(new Command.Weight("web", "c", 7));
                first.signal("KILL");
                first.exitCode();
            }
            try (var second = new ChildDaemon(directory, yaml)) {
                for (int i = 0; i < 5; i++) {
                    assertThat(LineClient.ask("127.0.0.5", port)).isEqualTo(home);
                }
                String status = tell(new Question.InForce()).value() + "";
                assertThat(status).contains("\"drain\"").contains("\"weight\":7,\"configured-weight\":100");
                second.awaitErr("weight 7");
                assertThat(second.err()).contains("drain");
            }
        }
    }

    @Test
    void an_invalid_file_ends_it_with_code_3_and_every_problem() throws Exception {
        try (var child = ChildDaemon.failing(directory, "services:\n  web: { listn: 127.0.0.1:80 }\nlgo: {}\n")) {
            assertThat(child.exitCode()).isEqualTo(3);
            assertThat(child.err()).contains("listn").contains("lgo").contains(child.file + ":");
            assertThat(child.out()).isEmpty();
        }
    }

    private Answer tell(Request request) throws ControlClient.Unreachable {
        try (ControlClient client = ControlClient.connect(directory.resolve("state"), PATIENCE)) {
            return client.ask(request);
        }
    }

    private static boolean refuses(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return !socket.isConnected();
        } catch (IOException refused) {
            return true;
        }
    }

    private static String service(int port, int server, String more) {
        return """
                services:
                  web:
                    listen: 127.0.0.1:%d
                    %s
                    servers: { a: "127.0.0.1:%d" }
                """.formatted(port, more, server);
    }
}

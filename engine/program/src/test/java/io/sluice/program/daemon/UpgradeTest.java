package io.sluice.program.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.control.api.AdminState;
import io.sluice.control.api.Command;
import io.sluice.control.api.Question;
import io.sluice.control.api.Request;
import io.sluice.control.api.Status;
import io.sluice.control.api.StatusFile;
import io.sluice.control.config.model.StateDirectory;
import io.sluice.program.admin.Answer;
import io.sluice.program.admin.ControlClient;
import io.sluice.program.observe.DaemonReport;
import io.sluice.program.observe.ServiceReport;
import io.sluice.testbed.CheckedStream;
import io.sluice.testbed.Crowd;
import io.sluice.testbed.DelayedEcho;
import io.sluice.testbed.FreePort;
import io.sluice.testbed.LineClient;
import io.sluice.testbed.NamedServer;
import io.sluice.testbed.UdpExchange;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One process after another behind the same addresses, with real clients that must not notice. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class UpgradeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern SERVES = Pattern.compile("pid (\\d+) serves, pid (\\d+) drains");

    @TempDir
    Path directory;

    private final List<Long> successors = new ArrayList<>();

    @AfterEach
    void end() {
        successors.forEach(pid -> ProcessHandle.of(pid).ifPresent(successor -> {
            successor.destroyForcibly();
            successor.onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        }));
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "io_uring"})
    void upgrades_in_a_row_refuse_nobody_keep_affinity_and_established_connections(String transport) throws Exception {
        int port = FreePort.next();
        try (var a = new NamedServer("a"); var b = new NamedServer("b"); var c = new NamedServer("c")) {
            String yaml = "transport: " + transport + "\n" + """
                    services:
                      web:
                        listen: 127.0.0.1:%d
                        affinity: { by: source-ip }
                        servers: { a: "127.0.0.1:%d", b: "127.0.0.1:%d", c: "127.0.0.1:%d" }
                    """.formatted(port, a.port(), b.port(), c.port());
            try (var first = new ChildDaemon(directory, yaml); var held = new LineClient("127.0.0.9", port)) {
                String home = LineClient.ask("127.0.0.5", port);
                held.server();
                long before = service("web").totalConnections();
                try (var stream = new CheckedStream(port); var crowd = new Crowd(port)) {
                    for (int i = 0; i < 3; i++) {
                        crowd.awaitMore(50);
                        long pid = upgraded(upgrade(null));
                        crowd.awaitMore(50);
                        assertThat(crowd.failures()).isEmpty();
                        assertThat(pid()).isEqualTo(pid);
                        assertThat(LineClient.ask("127.0.0.5", port)).isEqualTo(home);
                        assertThat(held.echo("still here " + i)).isEqualTo("still here " + i);
                        await().atMost(PATIENCE).until(() -> service("web").totalConnections() >= before + 100);
                        await().atMost(PATIENCE).until(() -> service("web").connections() >= 2);
                    }
                    stream.finish();
                }
                assertThat(first.isAlive()).isTrue();
                held.close();
                assertThat(first.exitCode()).isZero();
                await().atMost(PATIENCE).until(() -> service("web").connections() == 0);
                assertThat(first.out().lines().filter(line -> line.startsWith("ready"))).hasSize(4);
                assertThat(first.err()).doesNotContain("Exception");
            }
        }
    }

    @Test
    void more_and_fewer_workers_serve_on_the_same_sockets() throws Exception {
        int port = FreePort.next();
        try (var a = new NamedServer("a")) {
            String yaml = web(port, a.port(), "");
            try (var first = new ChildDaemon(directory, yaml); var crowd = new Crowd(port)) {
                long version = status().configuration().version();
                for (int workers : new int[]{3, 1, 2}) {
                    crowd.awaitMore(30);
                    Files.writeString(first.file,
                            Files.readString(first.file).replaceAll("workers: \\d+", "workers: " + workers));
                    upgraded(upgrade(null));
                    crowd.awaitMore(100);
                    assertThat(status().workers()).isEqualTo(workers);
                    assertThat(status().configuration().version()).isEqualTo(++version);
                    assertThat(crowd.failures()).isEmpty();
                }
                upgraded(upgrade(null));
                assertThat(status().configuration().version()).as("nothing changed").isEqualTo(version);
            }
        }
    }

    @Test
    void an_invalid_file_fails_the_upgrade_and_the_old_process_goes_on() throws Exception {
        int port = FreePort.next();
        try (var a = new NamedServer("a");
                var first = new ChildDaemon(directory, web(port, a.port(), ""));
                var held = new LineClient(port)) {
            held.server();
            first.write(web(port, a.port(), "scheduller: maglev"));
            Answer answer = upgrade(null);
            assertThat(answer.kind()).isEqualTo(Answer.Kind.INVALID);
            assertThat(answer.message()).contains("goes on serving");
            assertThat(answer.details()).singleElement().asString().contains("scheduller").contains(":");
            servesAsBefore(first, held, port);
            first.write(web(port, a.port(), ""));
            upgraded(upgrade(null));
            assertThat(LineClient.ask(port)).isEqualTo("a");
            assertThat(held.echo("drains")).isEqualTo("drains");
        }
    }

    @Test
    void a_new_process_that_cannot_listen_or_dies_or_hangs_leaves_the_old_one_serving() throws Exception {
        int port = FreePort.next();
        try (var a = new NamedServer("a");
                var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var first = new ChildDaemon(directory, web(port, a.port(), ""));
                var held = new LineClient(port)) {
            held.server();
            first.write(web(port, a.port(), "").replace("127.0.0.1:" + port,
                    "[\"127.0.0.1:" + port + "\", \"127.0.0.1:" + taken.getLocalPort() + "\"]"));
            Answer cannotListen = upgrade(null);
            assertThat(cannotListen.kind()).isEqualTo(Answer.Kind.REFUSED);
            assertThat(cannotListen.message()).contains("already in use").contains("" + taken.getLocalPort());
            servesAsBefore(first, held, port);

            Answer dies = upgrade(script("exit 9"));
            assertThat(dies.kind()).isEqualTo(Answer.Kind.REFUSED);
            assertThat(dies.message()).contains("exit code 9");
            servesAsBefore(first, held, port);

            String sleep = "sleep 104." + ProcessHandle.current().pid();
            Answer hangs = ask(new Command.Upgrade(script(sleep + "; exit 1"), 1000));
            assertThat(hangs.kind()).isEqualTo(Answer.Kind.REFUSED);
            assertThat(hangs.message()).contains("within 1 s");
            await().atMost(PATIENCE).until(() -> ProcessHandle.allProcesses()
                    .noneMatch(process -> process.info().commandLine().orElse("").contains(sleep)));
            servesAsBefore(first, held, port);
            try (var left = Files.list(directory.resolve("state"))) {
                assertThat(left.map(file -> file.getFileName().toString()))
                        .noneMatch(name -> name.startsWith(".u") || name.startsWith("counters-"));
            }
        }
    }

    /** It has stopped to listen by then, and takes everything back. */
    @Test
    void a_new_process_that_fails_after_the_old_one_gave_way_costs_no_connection() throws Exception {
        int port = FreePort.next();
        int metrics = FreePort.next();
        try (var a = new NamedServer("a");
                var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var first = new ChildDaemon(directory,
                        "metrics: { listen: 127.0.0.1:" + metrics + " }\n" + web(port, a.port(), ""));
                var held = new LineClient(port)) {
            held.server();
            first.write("metrics: { listen: 127.0.0.1:" + taken.getLocalPort() + " }\n" + web(port, a.port(), ""));
            Answer answer = upgrade(null);
            assertThat(answer.kind()).isEqualTo(Answer.Kind.REFUSED);
            assertThat(answer.message()).contains("metrics.listen");
            servesAsBefore(first, held, port);
            try (Socket scrape = new Socket("127.0.0.1", metrics)) {
                assertThat(scrape.isConnected()).isTrue();
            }
            first.write("metrics: { listen: 127.0.0.1:" + metrics + " }\n" + web(port, a.port(), ""));
            upgraded(upgrade(null));
            assertThat(LineClient.ask(port)).isEqualTo("a");
            assertThat(held.echo("drains")).isEqualTo("drains");
        }
    }

    @Test
    void a_state_directory_that_cannot_be_given_up_stays_with_the_old_process() throws Exception {
        int port = FreePort.next();
        try (var a = new NamedServer("a");
                var first = new ChildDaemon(directory, web(port, a.port(), ""));
                var held = new LineClient(port)) {
            held.server();
            Path inTheWay = directory.resolve("state").resolve("counters-" + first.pid()).resolve("x");
            Files.createDirectories(inTheWay);
            assertThat(upgrade(null).kind()).isEqualTo(Answer.Kind.REFUSED);
            servesAsBefore(first, held, port);
            assertThat(first.err()).doesNotContain("another daemon");
            Files.delete(inTheWay);
            Files.delete(inTheWay.getParent());
            upgraded(upgrade(null));
            assertThat(LineClient.ask(port)).isEqualTo("a");
        }
    }

    @Test
    void a_daemon_that_drains_takes_no_upgrade_and_no_reload() throws Exception {
        int port = FreePort.next();
        try (var a = new NamedServer("a");
                var first = new ChildDaemon(directory, web(port, a.port(), ""));
                var held = new LineClient(port)) {
            held.server();
            first.signal("TERM");
            await().atMost(PATIENCE).until(() -> refuses(port));
            Answer upgrade = upgrade(null);
            assertThat(upgrade.kind()).isEqualTo(Answer.Kind.REFUSED);
            assertThat(upgrade.message()).contains("stopping");
            assertThat(ask(new Command.Reload()).kind()).isEqualTo(Answer.Kind.REFUSED);
            assertThat(refuses(port)).isTrue();
            held.close();
            assertThat(first.exitCode()).isZero();
        }
    }

    @Test
    void halt_and_kick_reach_connections_of_the_process_that_drains() throws Exception {
        int port = FreePort.next();
        try (var a = new NamedServer("a");
                var first = new ChildDaemon(directory, web(port, a.port(), ""));
                var one = new LineClient("127.0.0.7", port);
                var other = new LineClient("127.0.0.8", port)) {
            one.server();
            other.server();
            upgraded(upgrade(null));
            ask(new Command.Kick("web", null, "127.0.0.7", 0));
            assertThat(one.isEnded()).isTrue();
            assertThat(other.echo("not me")).isEqualTo("not me");
            ask(new Command.Administer("web", "a", AdminState.HALT));
            assertThat(other.isEnded()).isTrue();
            assertThat(first.exitCode()).isZero();
        }
    }

    @Test
    void limits_and_schedulers_count_what_the_old_process_still_has() throws Exception {
        int port = FreePort.next();
        try (var a = new NamedServer("a");
                var first = new ChildDaemon(directory, """
                        services:
                          web:
                            listen: 127.0.0.1:%d
                            servers: { a: { address: "127.0.0.1:%d", max-connections: 1 } }
                        """.formatted(port, a.port()));
                var held = new LineClient(port)) {
            held.server();
            upgraded(upgrade(null));
            try (var second = new LineClient(port)) {
                assertThat(second.isEnded()).isTrue();
            }
            held.close();
            assertThat(first.exitCode()).isZero();
            await().atMost(PATIENCE).ignoreExceptions().until(() -> LineClient.ask(port), "a"::equals);
            await().atMost(PATIENCE).untilAsserted(
                    () -> assertThat(service("web").ends()).containsEntry("closed", 2L));
        }
    }

    @Test
    void a_stop_waits_for_the_process_that_drains_and_a_second_one_ends_both() throws Exception {
        int port = FreePort.next();
        try (var a = new NamedServer("a");
                var first = new ChildDaemon(directory, web(port, a.port(), ""));
                var held = new LineClient(port)) {
            held.server();
            ProcessHandle next = ProcessHandle.of(upgraded(upgrade(null))).orElseThrow();
            terminate(next);
            await().atMost(PATIENCE).until(() -> refuses(port));
            assertThat(held.echo("draining")).isEqualTo("draining");
            assertThat(next.isAlive()).isTrue();
            terminate(next);
            assertThat(held.isEnded()).isTrue();
            assertThat(first.exitCode()).isZero();
            await().atMost(PATIENCE).until(() -> !next.isAlive());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "io_uring"})
    void datagrams_reach_the_same_server_and_late_answers_their_client(String transport) throws Exception {
        int port = FreePort.next();
        try (var a = new DelayedEcho("a");
                var b = new DelayedEcho("b");
                var first = new ChildDaemon(directory, "transport: " + transport + "\n" + """
                        services:
                          dns:
                            listen: 127.0.0.1:%d
                            protocol: udp
                            scheduler: round-robin
                            timeouts: { udp-session: 5m }
                            health-check: { type: none }
                            servers: { a: "127.0.0.1:%d", b: "127.0.0.1:%d" }
                        """.formatted(port, a.port(), b.port()))) {
            List<DatagramSocket> clients = new ArrayList<>();
            List<String> homes = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                DatagramSocket client = new DatagramSocket();
                client.connect(new InetSocketAddress("127.0.0.1", port));
                client.setSoTimeout((int) PATIENCE.toMillis());
                clients.add(client);
                homes.add(exchange(client, "hello " + i));
            }
            assertThat(homes).contains("a", "b");
            UdpExchange.send(clients.getFirst(), "late");
            upgraded(upgrade(null));
            for (int i = 0; i < clients.size(); i++) {
                assertThat(exchange(clients.get(i), "again " + i)).isEqualTo(homes.get(i));
            }
            a.answerLate();
            b.answerLate();
            assertThat(UdpExchange.receive(clients.getFirst())).endsWith(" late");
            assertThat(first.isAlive()).isTrue();
            ask(new Command.Administer("dns", "*", AdminState.HALT)); // ends the sessions it still has
            assertThat(first.exitCode()).isZero();
            for (DatagramSocket client : clients) {
                client.close();
            }
        }
    }

    // ---- what is asked ----

    private void servesAsBefore(ChildDaemon first, LineClient held, int port) throws Exception {
        assertThat(first.isAlive()).isTrue();
        assertThat(pid()).isEqualTo(first.pid());
        assertThat(LineClient.ask(port)).isEqualTo("a");
        assertThat(held.echo("untouched")).isEqualTo("untouched");
        long before = service("web").totalConnections();
        assertThat(LineClient.ask(port)).isEqualTo("a");
        assertThat(service("web").totalConnections()).isEqualTo(before + 1);
        assertThat(StatusFile.read(directory.resolve("state")).pid()).isEqualTo(first.pid());
    }

    private Answer upgrade(@Nullable String program) throws Exception {
        return ask(new Command.Upgrade(program, PATIENCE.toMillis()));
    }

    private long upgraded(Answer answer) {
        assertThat(answer.kind()).as(answer.toString()).isEqualTo(Answer.Kind.DONE);
        Matcher matcher = SERVES.matcher(answer.message());
        assertThat(matcher.find()).as(answer.message()).isTrue();
        long pid = Long.parseLong(matcher.group(1));
        successors.add(pid);
        return pid;
    }

    private Answer ask(Request request) throws ControlClient.Unreachable {
        try (ControlClient client = ControlClient.connect(directory.resolve("state"), PATIENCE.multipliedBy(2))) {
            return client.ask(request);
        }
    }

    private Status status() throws Exception {
        return io.sluice.program.admin.Wire.json().treeToValue(ask(new Question.InForce()).value(), Status.class);
    }

    private long pid() throws Exception {
        assertThat(DaemonReport.pid(directory.resolve("state"))).isEqualTo(status().pid());
        return status().pid();
    }

    private ServiceReport service(String name) throws Exception {
        assertThat(StateDirectory.counters(directory.resolve("state"))).exists();
        return DaemonReport.read(directory.resolve("state"), status()).service(name).orElseThrow();
    }

    private String script(String line) throws IOException {
        Path script = Files.writeString(directory.resolve("program"), "#!/bin/sh\n" + line + "\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        return script.toString();
    }

    private static void terminate(ProcessHandle process) throws Exception {
        assertThat(new ProcessBuilder("kill", "-TERM", Long.toString(process.pid())).start().waitFor()).isZero();
    }

    private static boolean refuses(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return !socket.isConnected();
        } catch (IOException refused) {
            return true;
        }
    }

    private static String web(int port, int server, String more) {
        return """
                services:
                  web:
                    listen: 127.0.0.1:%d
                    %s
                    servers: { a: "127.0.0.1:%d" }
                """.formatted(port, more, server);
    }

    // ---- peers ----

    /** Answers with the server's name. */
    private static String exchange(DatagramSocket client, String text) throws IOException {
        String answer = UdpExchange.ask(client, text);
        assertThat(answer).endsWith(" " + text);
        return answer.substring(0, 1);
    }

}

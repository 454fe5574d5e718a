package io.sluice.program.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.program.observe.DaemonReport;
import io.sluice.testbed.DatagramServer;
import io.sluice.testbed.FreePort;
import io.sluice.testbed.UdpExchange;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers of UDP services whose host lives and whose process does not: clients lose nothing, the server goes down. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class UdpRefusalTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @ParameterizedTest
    @ValueSource(strings = {"weighted-least-connections", "least-connections", "round-robin", "weighted-round-robin",
        "source-hash", "maglev", "random-of-two"})
    void one_shot_clients_are_all_answered_although_a_server_refuses_everything(String scheduler) throws Exception {
        int port = FreePort.next();
        try (var alive = new DatagramServer("alive"); var dead = new DatagramServer("dead")) {
            dead.leave();
            try (var running = new RunningDaemon(service(port, "scheduler: " + scheduler, alive, dead))) {
                awaitUp(running, "alive", "dead"); // its host answers pings
                for (int i = 0; i < 20; i++) {
                    assertThat(oneShot(port, "question " + i)).isEqualTo("alive question " + i);
                }
                assertThat(refused(running, "dead")).as("clients that tried the dead one")
                        .isLessThan(10);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1,''", "300,''", "1200,''", "9000,''", "300,'proxy-protocol: { send: v2 }'",
        "1200,'proxy-protocol: { send: v2 }'"})
    void what_the_icmp_error_does_not_quote_in_full_is_sent_again_in_full(int bytes, String more) throws Exception {
        int port = FreePort.next();
        try (var alive = new DatagramServer(""); var dead = new DatagramServer("")) {
            dead.leave();
            try (var running = new RunningDaemon(service(port, "scheduler: round-robin\n    " + more, alive, dead))) {
                awaitUp(running, "a", "dead");
                for (int i = 0; i < 6; i++) { // of two workers that go round, one has three
                    String text = (i + "x".repeat(bytes)).substring(0, bytes);
                    assertThat(oneShot(port, text)).endsWith(text).hasSizeLessThan(bytes + 53);
                }
                assertThat(refused(running, "dead")).isPositive();
            }
        }
    }

    @Test
    void of_several_datagrams_sent_at_once_each_is_answered_once_and_in_order() throws Exception {
        int port = FreePort.next();
        try (var alive = new DatagramServer("alive"); var dead = new DatagramServer("dead")) {
            dead.leave();
            try (var running = new RunningDaemon(service(port, "scheduler: round-robin", alive, dead))) {
                awaitUp(running, "alive", "dead");
                for (int client = 0; client < 6; client++) {
                    try (var socket = client(port)) {
                        List<String> expected = new ArrayList<>();
                        for (int i = 0; i < 5; i++) { // a resolver asks for A and AAAA from one socket
                            String text = "question " + client + "." + i;
                            UdpExchange.send(socket, text);
                            expected.add("alive " + text);
                        }
                        List<String> answers = new ArrayList<>();
                        for (int i = 0; i < 5; i++) {
                            answers.add(UdpExchange.receive(socket));
                        }
                        assertThat(answers).isEqualTo(expected);
                        socket.setSoTimeout(50);
                        assertThat(catchTimeout(socket)).as("nothing twice").isTrue();
                    }
                }
                assertThat(refused(running, "dead")).isPositive();
            }
        }
    }

    @Test
    void a_session_in_use_whose_server_dies_goes_on_with_the_very_datagram_that_met_the_error() throws Exception {
        int port = FreePort.next();
        try (var a = new DatagramServer("a");
                var b = new DatagramServer("b");
                var running = new RunningDaemon(service(port, "", a, b));
                var socket = client(port)) {
            String home = UdpExchange.ask(socket, "one").substring(0, 1);
            (home.equals("a") ? a : b).leave();
            assertThat(UdpExchange.ask(socket, "two")).isEqualTo((home.equals("a") ? "b" : "a") + " two");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "health-check: { type: none }",
        "health-check: { type: udp, send: x, accept-silence: true }", "health-check: { type: udp, send: x }",
        "scheduler: source-hash", "scheduler: round-robin"})
    void a_server_killed_under_one_datagram_clients_costs_at_most_two_of_them(String more) throws Exception {
        int port = FreePort.next();
        try (var a = new DatagramServer("a");
                var b = new DatagramServer("b");
                var running = new RunningDaemon(service(port, more, a, b))) {
            awaitUp(running, "a", "b");
            int lost = 0;
            String killed = "";
            String last = "";
            for (int i = 0; i < 80; i++) { // one each 50 ms where there is nothing to wait for
                long beganNs = System.nanoTime();
                if (i == 20) {
                    killed = last;
                    (killed.equals("a") ? a : b).leave();
                }
                try (var socket = client(port)) {
                    socket.setSoTimeout(2_000);
                    last = UdpExchange.ask(socket, "question").substring(0, 1);
                } catch (SocketTimeoutException nobody) {
                    lost++;
                }
                TimeUnit.NANOSECONDS.sleep(50_000_000 - (System.nanoTime() - beganNs));
            }
            assertThat(lost).isLessThanOrEqualTo(2);
            String dead = killed;
            await().atMost(PATIENCE).until(() -> health(running, dead).equals("down"));
            assertThat(health(running, dead.equals("a") ? "b" : "a")).isEqualTo("up");
        }
    }

    @Test
    void a_server_that_refuses_while_it_answers_pings_goes_down_and_comes_up_when_its_port_is_open_again()
            throws Exception {
        int port = FreePort.next();
        try (var alive = new DatagramServer("alive"); var dead = new DatagramServer("dead")) {
            dead.leave();
            try (var running = new RunningDaemon(service(port,
                    "health-check: { type: ping, interval: 200ms, timeout: 200ms }", alive, dead))) {
                await().atMost(PATIENCE).until(() -> {
                    oneShot(port, "question");
                    return health(running, "dead").equals("down");
                });
                assertThat(running.server("udp", "dead").check().detail()).contains("ping")
                        .contains("port unreachable");
                dead.comeBack();
                await().atMost(PATIENCE).until(() -> health(running, "dead").equals("up"));
                await().atMost(PATIENCE).until(() -> oneShot(port, "question").startsWith("dead"));
            }
        }
    }

    @Test
    void the_only_server_is_tried_all_the_same() throws Exception {
        int port = FreePort.next();
        try (var only = new DatagramServer("only")) {
            only.leave();
            try (var running = new RunningDaemon("""
                    services:
                      udp:
                        listen: 127.0.0.1:%d
                        protocol: udp
                        health-check: { type: none }
                        servers: { only: 127.0.0.1:%d }
                    """.formatted(port, only.port()));
                    var socket = client(port)) {
                UdpExchange.send(socket, "into the void");
                await().atMost(PATIENCE).until(() -> refused(running, "only") == 1);
                only.comeBack();
                assertThat(UdpExchange.ask(socket, "again")).isEqualTo("only again");
            }
        }
    }

    private static void awaitUp(RunningDaemon running, String... servers) {
        for (String server : servers) {
            await().atMost(PATIENCE).until(() -> health(running, server).equals("up"));
        }
    }

    private static boolean catchTimeout(DatagramSocket socket) throws IOException {
        try {
            socket.receive(new DatagramPacket(new byte[64], 64));
            return false;
        } catch (SocketTimeoutException nothing) {
            return true;
        }
    }

    private static String service(int port, String more, DatagramServer first, DatagramServer second) {
        return """
                services:
                  udp:
                    listen: 127.0.0.1:%d
                    protocol: udp
                    %s
                    servers:
                      %s: 127.0.0.1:%d
                      %s: 127.0.0.1:%d
                """.formatted(port, more, name(first, "a"), first.port(), name(second, "dead"), second.port());
    }

    private static String name(DatagramServer server, String other) {
        return server.name.isEmpty() ? other : server.name;
    }

    private static String health(RunningDaemon running, String server) {
        return running.server("udp", server).health().word();
    }

    private static long refused(RunningDaemon running, String server) throws IOException {
        return DaemonReport.read(running.directory.resolve("state"), running.control().status()).service("udp")
                .orElseThrow().servers().stream().filter(one -> one.name().equals(server)).findFirst().orElseThrow()
                .connectFailures();
    }

    private static DatagramSocket client(int port) throws IOException {
        var socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        socket.setSoTimeout((int) PATIENCE.toMillis() / 6);
        return socket;
    }

    private static String oneShot(int port, String text) throws IOException {
        try (var socket = client(port)) {
            socket.send(new DatagramPacket(text.getBytes(StandardCharsets.US_ASCII), text.length()));
            var answer = new DatagramPacket(new byte[65_536], 65_536);
            socket.receive(answer);
            return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.US_ASCII);
        }
    }
}

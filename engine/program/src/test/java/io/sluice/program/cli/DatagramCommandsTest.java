package io.sluice.program.cli;

import static io.sluice.testbed.UdpExchange.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.control.api.AdminState;
import io.sluice.control.api.Caller;
import io.sluice.control.api.Command;
import io.sluice.program.build.ExitCode;
import io.sluice.program.daemon.RunningDaemon;
import io.sluice.testbed.DatagramServer;
import io.sluice.testbed.FreePort;
import io.sluice.testbed.UdpExchange;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * UDP sessions are flows like TCP connections: to {@code connections}, {@code explain}, {@code kick}, {@code status}
 * and the metrics.
 */
class DatagramCommandsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void sessions_are_listed_counted_and_kicked() throws Exception {
        int port = FreePort.next();
        int metrics = FreePort.next();
        try (var a = new DatagramServer("a");
                var running = new RunningDaemon("""
                        admin: off
                        metrics: { listen: 127.0.0.1:%d }
                        services:
                          dns:
                            listen: 127.0.0.1:%d
                            protocol: udp
                            health-check: { type: none }
                            servers: { a: 127.0.0.1:%d }
                        """.formatted(metrics, port, a.port()));
                var one = client("127.0.0.21", port);
                var other = client("127.0.0.22", port)) {
            assertThat(ask(one, "12345")).isEqualTo("a 12345");
            assertThat(ask(other, "1")).isEqualTo("a 1");
            await().atMost(PATIENCE).untilAsserted(() -> {
                JsonNode found = json(running, "connections", "-s", "dns", "--client", "127.0.0.21");
                assertThat(found).hasSize(1);
                JsonNode it = found.get(0);
                assertThat(it.get("client").stringValue()).isEqualTo("127.0.0.21:" + one.getLocalPort());
                assertThat(it.get("server").stringValue()).isEqualTo("a");
                assertThat(it.get("bytes-in").asLong()).isEqualTo(5);
                assertThat(it.get("bytes-out").asLong()).isEqualTo(7);
                assertThat(it.get("relay-in").stringValue()).isEqualTo("datagram");
                assertThat(page(metrics)).contains("sluice_flows 2.0")
                        .contains("sluice_service_connections{service=\"dns\"} 2.0")
                        .contains("sluice_service_datagrams_total{direction=\"in\",service=\"dns\"} 2.0");
            });
            Ran explained = sluice(running, "explain", "127.0.0.21:" + one.getLocalPort(), "dns");
            assertThat(explained.out()).startsWith("127.0.0.21 on dns: a ").contains("the client has a session with a")
                    .contains("If it fails: ");
            assertThat(json(running, "explain", "127.0.0.21:" + one.getLocalPort(), "dns").get("because").stringValue())
                    .isEqualTo("flow");
            assertThat(json(running, "explain", "127.0.0.21:1", "dns").get("because").stringValue())
                    .isEqualTo("scheduler");
            String id = json(running, "connections", "--client", "127.0.0.21").at("/0/id").asString();
            assertThat(sluice(running, "kick", "--id", id).exitCode()).isEqualTo(ExitCode.OK);
            await().atMost(PATIENCE).until(() -> json(running, "connections").size() == 1);
            assertThat(json(running, "connections").at("/0/client").asString()).startsWith("127.0.0.22:");
            assertThat(sluice(running, "kick", "--client", "127.0.0.22").exitCode()).isEqualTo(ExitCode.OK);
            await().atMost(PATIENCE).until(() -> json(running, "connections").isEmpty());
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(json(running, "status").at("/services/0/connections").asLong()).isZero();
                assertThat(page(metrics))
                        .contains("sluice_connection_ends_total{reason=\"kicked\",service=\"dns\"} 2.0");
            });
        }
    }

    private static Ran sluice(RunningDaemon running, String... command) {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of("-c", running.file.toString()));
        return Ran.sluice(arguments.toArray(String[]::new));
    }

    private static JsonNode json(RunningDaemon running, String... command) {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of("-o", "json"));
        Ran ran = sluice(running, arguments.toArray(String[]::new));
        assertThat(ran.exitCode()).as(ran.err()).isEqualTo(ExitCode.OK);
        return Json.mapper().readTree(ran.out());
    }

    private static String page(int port) throws IOException {
        try (var in = URI.create("http://127.0.0.1:" + port + "/metrics").toURL().openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** As TFTP servers do by themselves. */
    @Test
    void a_server_that_answers_from_another_port_is_counted_and_named() throws Exception {
        int port = FreePort.next();
        int metrics = FreePort.next();
        try (var asked = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                var answering = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                var running = new RunningDaemon("""
                        admin: off
                        metrics: { listen: 127.0.0.1:%d }
                        services:
                          tftp:
                            listen: 127.0.0.1:%d
                            protocol: udp
                            health-check: { type: none }
                            servers: { a: 127.0.0.1:%d, b: 127.0.0.2:%d }
                        """.formatted(metrics, port, asked.getLocalPort(), FreePort.next()));
                var client = client("127.0.0.21", port)) {
            running.control().tell(new Command.Administer("tftp", "b", AdminState.HALT), Caller.DAEMON);
            UdpExchange.send(client, "read request");
            var question = new DatagramPacket(new byte[64], 64);
            asked.setSoTimeout((int) PATIENCE.toMillis());
            asked.receive(question);
            for (int i = 0; i < 3; i++) {
                answering.send(new DatagramPacket(new byte[1], 1, question.getSocketAddress()));
            }
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(json(running, "status").at("/services/0/servers/0/stray-answers").asLong()).isEqualTo(3);
                assertThat(sluice(running, "status").out())
                        .contains("tftp/a: 3 datagrams came from another port than the one asked")
                        .doesNotContain("tftp/b: ");
                assertThat(page(metrics))
                        .contains("sluice_server_stray_answers_total{server=\"a\",service=\"tftp\"} 3.0")
                        .contains("sluice_server_stray_answers_total{server=\"b\",service=\"tftp\"} 0.0");
            });
        }
    }

    private static DatagramSocket client(String from, int port) throws IOException {
        var socket = new DatagramSocket(new InetSocketAddress(from, 0));
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        return socket;
    }
}

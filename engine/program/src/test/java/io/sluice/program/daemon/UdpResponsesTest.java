package io.sluice.program.daemon;

import static io.sluice.testbed.UdpExchange.receive;
import static io.sluice.testbed.UdpExchange.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.testbed.DatagramServer;
import io.sluice.testbed.FreePort;
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
import org.junit.jupiter.params.provider.ValueSource;

/** How many answers a UDP session waits for: {@code udp: { responses }}. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class UdpResponsesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void so_many_answers_for_each_datagram_end_a_session_and_none_before(int each) throws Exception {
        int port = FreePort.next();
        try (var server = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                var running = new RunningDaemon(service(port, "udp: { responses: " + each + " }",
                        "one: 127.0.0.1:" + server.getLocalPort()));
                var socket = client(port)) {
            server.setSoTimeout((int) PATIENCE.toMillis());
            for (int round = 0; round < 5; round++) {
                List<DatagramPacket> questions = new ArrayList<>();
                for (String question : List.of("A", "AAAA")) { // as the resolver of glibc does
                    send(socket, question);
                    var packet = new DatagramPacket(new byte[16], 16);
                    server.receive(packet);
                    questions.add(packet);
                }
                List<String> expected = new ArrayList<>();
                for (DatagramPacket question : questions) {
                    for (int i = 0; i < each; i++) {
                        server.send(question);
                        String text = new String(question.getData(), 0, question.getLength(),
                                StandardCharsets.US_ASCII);
                        expected.add(text);
                        assertThat(receive(socket)).isEqualTo(text);
                    }
                }
                assertThat(expected).hasSize(2 * each);
                await().atMost(PATIENCE).until(() -> running.daemon.openConnections() == 0);
            }
        }
    }

    @Test
    void of_a_service_that_expects_none_each_datagram_finds_its_own_server_and_nothing_comes_back() throws Exception {
        int port = FreePort.next();
        try (var a = new DatagramServer("a");
                var b = new DatagramServer("b");
                var running = new RunningDaemon(service(port, """
                        udp: { responses: 0 }
                            scheduler: round-robin
                            max-connections-per-source: 2""",
                        "a: 127.0.0.1:" + a.port() + ", b: 127.0.0.1:" + b.port()));
                var socket = client(port)) {
            for (int i = 1; i <= 20; i++) {
                send(socket, "line");
                int sent = i;
                await().atMost(PATIENCE).until(() -> a.received() + b.received() == sent);
            }
            assertThat(a.received()).isEqualTo(10);
            assertThat(b.received()).isEqualTo(10);
            socket.setSoTimeout(300);
            assertThatThrownBy(() -> receive(socket)).isInstanceOf(SocketTimeoutException.class);
            await().atMost(PATIENCE).until(() -> running.daemon.openConnections() == 0);
        }
    }

    @Test
    void of_a_service_that_expects_none_no_datagram_holds_a_place_at_its_server() throws Exception {
        int port = FreePort.next();
        try (var one = new DatagramServer("one");
                var running = new RunningDaemon(service(port, "udp: { responses: 0 }",
                        "one: { address: \"127.0.0.1:" + one.port() + "\", max-connections: 1 }"));
                var socket = client(port)) {
            for (int i = 1; i <= 20; i++) {
                send(socket, "line " + i);
                int sent = i;
                await().atMost(PATIENCE).until(() -> one.received() == sent);
            }
            await().atMost(PATIENCE).until(() -> running.daemon.openConnections() == 0);
        }
    }

    @Test
    void what_a_dead_server_refused_of_it_goes_to_another() throws Exception {
        int port = FreePort.next();
        try (var alive = new DatagramServer("alive"); var dead = new DatagramServer("dead")) {
            dead.leave();
            try (var running = new RunningDaemon(service(port, """
                    udp: { responses: 0 }
                        scheduler: round-robin""",
                    "alive: 127.0.0.1:" + alive.port() + ", dead: 127.0.0.1:" + dead.port()));
                    var socket = client(port)) {
                for (int i = 1; i <= 10; i++) {
                    send(socket, "line " + i);
                    int sent = i;
                    await().atMost(PATIENCE).until(() -> alive.received() == sent);
                }
                await().atMost(PATIENCE).until(() -> running.daemon.openConnections() == 0);
            }
        }
    }

    private static String service(int port, String more, String servers) {
        return """
                services:
                  udp:
                    listen: 127.0.0.1:%d
                    protocol: udp
                    health-check: { type: none }
                    %s
                    servers: { %s }
                """.formatted(port, more, servers);
    }

    private static DatagramSocket client(int port) throws IOException {
        var socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        socket.setSoTimeout((int) PATIENCE.toMillis() / 6);
        return socket;
    }
}

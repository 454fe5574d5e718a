package io.sluice.program.daemon;

import static io.sluice.testbed.UdpExchange.ask;
import static io.sluice.testbed.UdpExchange.receive;
import static io.sluice.testbed.UdpExchange.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.control.api.AdminState;
import io.sluice.control.api.Caller;
import io.sluice.control.api.Command;
import io.sluice.testbed.DatagramServer;
import io.sluice.testbed.FreePort;
import io.sluice.testbed.LineClient;
import io.sluice.testbed.NamedServer;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** UDP services of a whole daemon, with real sockets. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class UdpServiceTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "io_uring"})
    void datagrams_arrive_whole_and_in_order_and_answers_come_from_the_service(String transport) throws Exception {
        int port = FreePort.next();
        try (var a = new DatagramServer("a");
                var b = new DatagramServer("b");
                var running = new RunningDaemon(
                        "transport: " + transport + "\n" + service("127.0.0.1:" + port, "", a, b))) {
            Map<String, Integer> shares = new TreeMap<>();
            // the kernel may give a closed client's port to a later one, whose session is then the same
            Set<Integer> sessions = new HashSet<>();
            for (int client = 0; client < 20; client++) {
                try (var socket = client("127.0.0.1", port)) {
                    sessions.add(socket.getLocalPort());
                    for (int i = 0; i < 50; i++) {
                        send(socket, "datagram %d of %d".formatted(i, client));
                    }
                    String server = null;
                    for (int i = 0; i < 50; i++) {
                        String answer = receive(socket);
                        assertThat(answer).endsWith(" datagram %d of %d".formatted(i, client));
                        server = server == null ? answer.substring(0, 1) : server;
                        assertThat(answer).startsWith(server);
                    }
                    shares.merge(server, 1, Integer::sum);
                }
            }
            assertThat(shares).containsOnlyKeys("a", "b");
            await().atMost(PATIENCE).until(() -> running.daemon.openConnections() == sessions.size());
        }
    }

    @Test
    void every_size_of_datagram_is_forwarded() throws Exception {
        int port = FreePort.next();
        try (var server = new DatagramServer("");
                var running = new RunningDaemon(service("127.0.0.1:" + port, "", server));
                var socket = client("127.0.0.1", port)) {
            assertThat(running.daemon.openConnections()).isZero();
            for (int size : new int[]{1, 512, 1200, 1472, 9000, 65_507}) {
                byte[] payload = new byte[size];
                Arrays.fill(payload, (byte) size);
                socket.send(new DatagramPacket(payload, size));
                var answer = new DatagramPacket(new byte[65_536], 65_536);
                socket.receive(answer);
                assertThat(Arrays.copyOf(answer.getData(), answer.getLength())).isEqualTo(payload);
            }
        }
    }

    @Test
    void bursts_of_interleaved_clients_arrive_whole_and_in_order() throws Exception {
        int port = FreePort.next();
        try (var server = new DatagramServer("");
                var running = new RunningDaemon(service("127.0.0.1:" + port, "", server));
                var one = client("127.0.0.1", port);
                var two = client("127.0.0.1", port)) {
            assertThat(running.daemon.openConnections()).isZero();
            for (int round = 0; round < 20; round++) {
                // runs of one length, which travel as one message, with shorter and longer ones between them
                int[] lengths = {64, 64, 64, 64, 10, 64, 64, 1200, 1200, 900, 2, 64, 1, 1, 1, 9000, 9000};
                for (int i = 0; i < lengths.length; i++) {
                    one.send(new DatagramPacket(numbered(lengths[i], i), lengths[i]));
                    two.send(new DatagramPacket(numbered(lengths[i], i + 100), lengths[i]));
                }
                for (int i = 0; i < lengths.length; i++) {
                    assertThat(receiveBytes(one)).isEqualTo(numbered(lengths[i], i));
                    assertThat(receiveBytes(two)).isEqualTo(numbered(lengths[i], i + 100));
                }
            }
        }
    }

    private static byte[] numbered(int length, int number) {
        byte[] payload = new byte[length];
        Arrays.fill(payload, (byte) number);
        return payload;
    }

    private static byte[] receiveBytes(DatagramSocket socket) throws IOException {
        var answer = new DatagramPacket(new byte[65_536], 65_536);
        socket.receive(answer);
        return Arrays.copyOf(answer.getData(), answer.getLength());
    }

    @Test
    void sessions_with_different_servers_share_a_socket_and_an_error_of_one_moves_only_that() throws Exception {
        int port = FreePort.next();
        try (var a = new DatagramServer("a");
                var b = new DatagramServer("b");
                var running = new RunningDaemon(service("127.0.0.1:" + port, "", a, b))) {
            assertThat(running.daemon.openConnections()).isZero();
            Map<DatagramSocket, String> servers = new java.util.LinkedHashMap<>();
            for (int i = 0; i < 12; i++) {
                DatagramSocket socket = client("127.0.0.1", port);
                servers.put(socket, ask(socket, "x").substring(0, 1));
            }
            assertThat(a.clients).containsAnyElementsOf(b.clients); // the port is the same, the server tells them apart
            b.leave();
            for (var entry : servers.entrySet()) {
                DatagramSocket socket = entry.getKey();
                socket.setSoTimeout(300);
                await().atMost(PATIENCE).ignoreException(SocketTimeoutException.class)
                        .untilAsserted(() -> assertThat(ask(socket, "y")).isEqualTo("a y"));
            }
            assertThat(a.clients).hasSizeGreaterThanOrEqualTo(servers.size());
            servers.keySet().forEach(DatagramSocket::close);
        }
    }

    @Test
    void an_answer_too_many_finds_nobody() throws Exception {
        int port = FreePort.next();
        try (var server = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                var running = new RunningDaemon("""
                        services:
                          udp:
                            listen: 127.0.0.1:%d
                            protocol: udp
                            udp: { responses: 1 }
                            health-check: { type: none }
                            servers: { one: "127.0.0.1:%d" }
                        """.formatted(port, server.getLocalPort()))) {
            server.setSoTimeout((int) PATIENCE.toMillis());
            for (int i = 0; i < 20; i++) {
                try (var socket = client("127.0.0.1", port)) {
                    send(socket, "q" + i);
                    var question = new DatagramPacket(new byte[100], 100);
                    server.receive(question);
                    server.send(new DatagramPacket(("r" + i).getBytes(StandardCharsets.US_ASCII), 2 + i / 10,
                            question.getSocketAddress()));
                    assertThat(receive(socket)).isEqualTo("r" + i);
                    server.send(new DatagramPacket("late".getBytes(StandardCharsets.US_ASCII), 4,
                            question.getSocketAddress()));
                }
            }
            await().atMost(PATIENCE).until(() -> running.daemon.openConnections() == 0);
        }
    }

    @Test
    void ipv6_clients_and_servers_work() throws Exception {
        int port = FreePort.next();
        try (var server = new DatagramServer("six", InetAddress.getByName("::1"));
                var running = new RunningDaemon(service("'[::1]:" + port + "'", "", server));
                var socket = client("::1", port)) {
            assertThat(running.daemon.openConnections()).isZero();
            assertThat(ask(socket, "hello")).isEqualTo("six hello");
        }
    }

    @Test
    void on_a_wildcard_address_answers_leave_from_where_the_client_sent_to() throws Exception {
        int port = FreePort.next();
        try (var server = new DatagramServer("a");
                var running = new RunningDaemon(service("0.0.0.0:" + port, "", server))) {
            assertThat(running.daemon.openConnections()).isZero();
            for (String address : List.of("127.0.0.1", "127.0.0.77", "127.9.9.9")) {
                try (var socket = client(address, port)) { // connected: takes answers from that address only
                    assertThat(ask(socket, address)).isEqualTo("a " + address);
                }
            }
        }
    }

    @Test
    void a_client_keeps_its_server_over_tcp_and_udp_of_one_affinity_group() throws Exception {
        int port = FreePort.next();
        try (var a = new DatagramServer("a");
                var b = new DatagramServer("b");
                var ta = new NamedServer("a");
                var tb = new NamedServer("b");
                var running = new RunningDaemon("""
                        services:
                          udp:
                            listen: 127.0.0.1:%1$d
                            protocol: udp
                            scheduler: round-robin
                            health-check: { type: none }
                            affinity: { by: source-ip, group: gateway }
                            servers: { a: "127.0.0.1:%2$d", b: "127.0.0.1:%3$d" }
                          tcp:
                            listen: 127.0.0.1:%1$d
                            scheduler: round-robin
                            health-check: { type: none }
                            affinity: { by: source-ip, group: gateway }
                            servers: { a: "127.0.0.1:%4$d", b: "127.0.0.1:%5$d" }
                        """.formatted(port, a.port(), b.port(), ta.port(), tb.port()))) {
            assertThat(running.daemon.openConnections()).isZero();
            for (int i = 1; i <= 8; i++) {
                String source = "127.0.20." + i;
                try (var socket = client(source, "127.0.0.1", port)) {
                    String byUdp = i % 2 == 0 ? ask(socket, "x").substring(0, 1) : null;
                    String byTcp = LineClient.ask(source, port);
                    assertThat(ask(socket, "x").substring(0, 1)).isEqualTo(byTcp);
                    assertThat(byUdp == null || byUdp.equals(byTcp)).isTrue();
                }
            }
        }
    }

    @Test
    void an_unreachable_server_moves_its_sessions_to_another() throws Exception {
        int port = FreePort.next();
        try (var a = new DatagramServer("a");
                var b = new DatagramServer("b");
                var running = new RunningDaemon(service("127.0.0.1:" + port, "", a, b));
                var socket = client("127.0.0.1", port)) {
            String first = ask(socket, "one").substring(0, 1);
            (first.equals("a") ? a : b).leave();
            String other = first.equals("a") ? "b" : "a";
            socket.setSoTimeout(300);
            await().atMost(PATIENCE).ignoreException(SocketTimeoutException.class)
                    .untilAsserted(() -> assertThat(ask(socket, "two")).isEqualTo(other + " two"));
            await().atMost(PATIENCE).until(() -> running.daemon.openConnections() == 1);
        }
    }

    @Test
    void expected_answers_end_the_session() throws Exception {
        int port = FreePort.next();
        try (var server = new DatagramServer("dns");
                var running = new RunningDaemon(service("127.0.0.1:" + port, "udp: { responses: 1 }", server))) {
            for (int i = 0; i < 10; i++) {
                try (var socket = client("127.0.0.1", port)) {
                    assertThat(ask(socket, "query")).isEqualTo("dns query");
                }
            }
            await().atMost(PATIENCE).until(() -> running.daemon.openConnections() == 0);
        }
    }

    @Test
    void a_silent_session_ends_with_its_timeout() throws Exception {
        int port = FreePort.next();
        try (var server = new DatagramServer("a");
                var running = new RunningDaemon(
                        service("127.0.0.1:" + port, "timeouts: { udp-session: 3s }", server));
                var socket = client("127.0.0.1", port)) {
            assertThat(ask(socket, "x")).isEqualTo("a x");
            await().atMost(PATIENCE).until(() -> running.daemon.openConnections() == 0);
            assertThat(ask(socket, "again")).isEqualTo("a again");
        }
    }

    @Test
    void drain_keeps_sessions_and_halt_moves_them() throws Exception {
        int port = FreePort.next();
        try (var a = new DatagramServer("a");
                var b = new DatagramServer("b");
                var running = new RunningDaemon(service("127.0.0.1:" + port, "", a, b));
                var socket = client("127.0.0.1", port)) {
            String first = ask(socket, "x").substring(0, 1);
            running.control().tell(new Command.Administer("udp", first, AdminState.DRAIN), Caller.DAEMON);
            assertThat(ask(socket, "y")).startsWith(first);
            running.control().tell(new Command.Administer("udp", first, AdminState.HALT), Caller.DAEMON);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(ask(socket, "z")).doesNotStartWith(first));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "affinity: { by: source-ip, timeout: 6m }"})
    void the_drain_of_a_server_whose_clients_never_pause_has_an_end(String affinity) throws Exception {
        int port = FreePort.next();
        try (var a = new DatagramServer("a");
                var b = new DatagramServer("b");
                var running = new RunningDaemon(
                        service("127.0.0.1:" + port, "timeouts: { drain: 3s }\n    " + affinity, a, b));
                var socket = client("127.0.0.1", port)) {
            String first = ask(socket, "x").substring(0, 1);
            running.control().tell(new Command.Administer("udp", first, AdminState.DRAIN), Caller.DAEMON);
            assertThat(ask(socket, "y")).startsWith(first);
            socket.setSoTimeout(500); // an answer under way while the session ends finds nobody
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).ignoreException(SocketTimeoutException.class)
                    .untilAsserted(() -> assertThat(ask(socket, "z")).doesNotStartWith(first));
            running.control().tell(new Command.Administer("udp", first, AdminState.ONLINE), Caller.DAEMON);
            await().atMost(PATIENCE).ignoreException(SocketTimeoutException.class).untilAsserted(() -> {
                try (var other = client("127.0.0.1", port)) {
                    assertThat(ask(other, "again")).startsWith(affinity.isEmpty() ? first : "");
                }
            });
        }
    }

    @Test
    void the_proxy_header_goes_in_front_of_every_datagram() throws Exception {
        int port = FreePort.next();
        try (var server = new DatagramServer("");
                var running = new RunningDaemon(service("127.0.0.1:" + port, "proxy-protocol: { send: v2 }", server));
                var socket = client("127.0.0.1", port)) {
            assertThat(running.daemon.openConnections()).isZero();
            for (int i = 0; i < 3; i++) {
                byte[] payload = "payload".getBytes(StandardCharsets.US_ASCII);
                socket.send(new DatagramPacket(payload, payload.length));
                var answer = new DatagramPacket(new byte[100], 100);
                socket.receive(answer);
                String expected = "0d0a0d0a000d0a515549540a2112000c7f0000017f000001%04x%04x"
                        .formatted(socket.getLocalPort(), port);
                assertThat(java.util.HexFormat.of().formatHex(answer.getData(), 0, 28)).isEqualTo(expected);
                assertThat(new String(answer.getData(), 28, answer.getLength() - 28, StandardCharsets.US_ASCII))
                        .isEqualTo("payload");
            }
        }
    }

    @Test
    void without_a_server_datagrams_are_dropped_and_no_session_stays() throws Exception {
        int port = FreePort.next();
        try (var server = new DatagramServer("a");
                var running = new RunningDaemon(service("127.0.0.1:" + port, "", server));
                var socket = client("127.0.0.1", port)) {
            running.control().tell(new Command.Administer("udp", "a", AdminState.HALT), Caller.DAEMON);
            socket.setSoTimeout(300);
            assertThatThrownBy(() -> ask(socket, "x")).isInstanceOf(SocketTimeoutException.class);
            await().atMost(PATIENCE).until(() -> running.daemon.openConnections() == 0);
            assertThat(server.received()).isZero();
        }
    }

    private static String service(String listen, String more, DatagramServer... servers) {
        var text = new StringBuilder("""
                services:
                  udp:
                    listen: %s
                    protocol: udp
                    scheduler: round-robin
                    health-check: { type: none }
                """.formatted(listen));
        if (!more.isEmpty()) {
            text.append("    ").append(more).append('\n');
        }
        text.append("    servers:")
                .append(servers.length == 0 ? " { none: 192.0.2.1:9 , backup: 192.0.2.2:9 }\n" : "\n");
        for (int i = 0; i < servers.length; i++) {
            DatagramServer server = servers[i];
            String name = server.name.isEmpty() || server.name.length() > 1 ? "s" + i : server.name;
            String address = server.socket.getLocalAddress() instanceof java.net.Inet6Address
                    ? "'[::1]:"
                    : "'127.0.0.1:";
            text.append("      ").append(name).append(": ").append(address).append(server.port()).append("'\n");
        }
        return text.toString();
    }

    private static DatagramSocket client(String to, int port) throws IOException {
        var socket = new DatagramSocket();
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.connect(new InetSocketAddress(to, port));
        return socket;
    }

    private static DatagramSocket client(String from, String to, int port) throws IOException {
        var socket = new DatagramSocket(new InetSocketAddress(from, 0));
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.connect(new InetSocketAddress(to, port));
        return socket;
    }
}

package io.sluice.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.Files;
import io.sluice.ringbuffers.syscall.Memory;
import io.sluice.ringbuffers.syscall.SocketAddress;
import io.sluice.ringbuffers.syscall.Sockets;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** UDP services of a whole daemon, with real sockets and real programs. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class UdpServiceTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "io_uring"})
    void datagrams_arrive_whole_and_in_order_and_answers_come_from_the_service(String transport) throws Exception {
        int port = freePort();
        try (var a = new EchoServer("a");
                var b = new EchoServer("b");
                var running = new RunningDaemon(
                        "transport: " + transport + "\n" + service("127.0.0.1:" + port, "", a, b))) {
            Map<String, Integer> shares = new TreeMap<>();
            for (int client = 0; client < 20; client++) {
                try (var socket = client("127.0.0.1", port)) {
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
            await().atMost(PATIENCE).until(() -> running.daemon.openConnections() == 20);
        }
    }

    @Test
    void every_size_of_datagram_is_forwarded() throws Exception {
        int port = freePort();
        try (var server = new EchoServer("");
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
    void ipv6_clients_and_servers_work() throws Exception {
        int port = freePort();
        try (var server = new EchoServer("six", InetAddress.getByName("::1"));
                var running = new RunningDaemon(service("'[::1]:" + port + "'", "", server));
                var socket = client("::1", port)) {
            assertThat(running.daemon.openConnections()).isZero();
            assertThat(ask(socket, "hello")).isEqualTo("six hello");
        }
    }

    @Test
    void on_a_wildcard_address_answers_leave_from_where_the_client_sent_to() throws Exception {
        int port = freePort();
        try (var server = new EchoServer("a");
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
        int port = freePort();
        try (var a = new EchoServer("a");
                var b = new EchoServer("b");
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
                    String byTcp = Client.ask(source, port);
                    assertThat(ask(socket, "x").substring(0, 1)).isEqualTo(byTcp);
                    assertThat(byUdp == null || byUdp.equals(byTcp)).isTrue();
                }
            }
        }
    }

    @Test
    void an_unreachable_server_moves_its_sessions_to_another() throws Exception {
        int port = freePort();
        try (var a = new EchoServer("a");
                var b = new EchoServer("b");
                var running = new RunningDaemon(service("127.0.0.1:" + port, "", a, b));
                var socket = client("127.0.0.1", port)) {
            String first = ask(socket, "one").substring(0, 1);
            (first.equals("a") ? a : b).close();
            String other = first.equals("a") ? "b" : "a";
            socket.setSoTimeout(300);
            await().atMost(PATIENCE).ignoreException(SocketTimeoutException.class)
                    .untilAsserted(() -> assertThat(ask(socket, "two")).isEqualTo(other + " two"));
            assertThat(running.daemon.openConnections()).isPositive();
        }
    }

    @Test
    void expected_answers_end_the_session() throws Exception {
        int port = freePort();
        try (var server = new EchoServer("dns");
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
        int port = freePort();
        try (var server = new EchoServer("a");
                var running = new RunningDaemon(
                        service("127.0.0.1:" + port, "timeouts: { udp-session: 300ms }", server));
                var socket = client("127.0.0.1", port)) {
            assertThat(ask(socket, "x")).isEqualTo("a x");
            await().atMost(PATIENCE).until(() -> running.daemon.openConnections() == 0);
            assertThat(ask(socket, "again")).isEqualTo("a again");
        }
    }

    @Test
    void drain_keeps_sessions_and_halt_moves_them() throws Exception {
        int port = freePort();
        try (var a = new EchoServer("a");
                var b = new EchoServer("b");
                var running = new RunningDaemon(service("127.0.0.1:" + port, "", a, b));
                var socket = client("127.0.0.1", port)) {
            String first = ask(socket, "x").substring(0, 1);
            running.control().administer("udp", first, io.sluice.engine.conductor.AdminState.DRAIN);
            assertThat(ask(socket, "y")).startsWith(first);
            running.control().administer("udp", first, io.sluice.engine.conductor.AdminState.HALT);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(ask(socket, "z")).doesNotStartWith(first));
        }
    }

    @Test
    void the_proxy_header_goes_in_front_of_every_datagram() throws Exception {
        int port = freePort();
        try (var server = new EchoServer("");
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
    void a_flood_of_spoofed_sources_neither_grows_the_table_nor_ends_living_sessions() throws Exception {
        int port = freePort();
        int limit = 2_000;
        try (var server = new EchoServer("a");
                var running = new RunningDaemon(
                        "tables: { connections: " + limit + " }\n" + service("127.0.0.1:" + port, "", server))) {
            List<DatagramSocket> living = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                DatagramSocket socket = client("127.0.0.1", port);
                assertThat(ask(socket, "one")).isEqualTo("a one");
                assertThat(ask(socket, "two")).isEqualTo("a two"); // answered and heard of again: no spoofed source
                living.add(socket);
            }
            int flood = 100_000;
            flood("127.0.0.1", port, flood);
            await().atMost(PATIENCE).until(() -> running.daemon.openConnections() > limit / 2);
            assertThat(running.daemon.openConnections()).isLessThanOrEqualTo(limit);
            long before = server.received();
            for (DatagramSocket socket : living) {
                socket.setSoTimeout(10_000);
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(ask(socket, "still")).isEqualTo("a still"));
                socket.close();
            }
            assertThat(server.received() - before).isGreaterThanOrEqualTo(living.size());
            // the living sessions were never ended: the server sees the same 50 source ports as before
            assertThat(server.sourcesOf("still")).isEqualTo(server.sourcesOf("two"));
        }
    }

    @Test
    void dig_gets_its_answers_from_dnsmasq_through_the_service(@TempDir Path directory) throws Exception {
        int port = freePort();
        int one = freePort();
        int two = freePort();
        try (var first = dnsmasq(directory, one, "192.0.2.1");
                var second = dnsmasq(directory, two, "192.0.2.2");
                var running = new RunningDaemon(
                        """
                                services:
                                  dns:
                                    listen: 127.0.0.1:%d
                                    protocol: udp
                                    scheduler: round-robin
                                    udp: { responses: 1 }
                                    health-check: { type: udp, send: { hex: "000101000001000000000000047465737407696e76616c69640000010001" }, expect: { hex: "0001" }, interval: 200ms, timeout: 5s, rise: 1 }
                                    servers: { one: "127.0.0.1:%d", two: "127.0.0.1:%d" }
                                """
                                .formatted(port, one, two))) {
            Map<String, Integer> answers = new TreeMap<>();
            await().atMost(PATIENCE).until(() -> running.server("dns", "one").health().toString().equalsIgnoreCase("up")
                    && running.server("dns", "two").health().toString().equalsIgnoreCase("up"));
            for (int i = 0; i < 20; i++) {
                answers.merge(run("dig", "+short", "+time=5", "@127.0.0.1", "-p", String.valueOf(port), "host.test"), 1,
                        Integer::sum);
            }
            assertThat(answers).containsOnlyKeys("192.0.2.1", "192.0.2.2");
        }
    }

    @Test
    void iperf3_measures_udp_through_the_service_without_loss() throws Exception {
        int port = freePort();
        int serverPort = freePort();
        Process server = new ProcessBuilder("iperf3", "-s", "-B", "127.0.0.1", "-p", String.valueOf(serverPort))
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        try (var running = new RunningDaemon("""
                services:
                  control:
                    listen: 127.0.0.1:%1$d
                    health-check: { type: none }
                    servers: { one: "127.0.0.1:%2$d" }
                  data:
                    listen: 127.0.0.1:%1$d
                    protocol: udp
                    health-check: { type: none }
                    servers: { one: "127.0.0.1:%2$d" }
                """.formatted(port, serverPort))) {
            String report = run("iperf3", "-c", "127.0.0.1", "-p", String.valueOf(port), "-u", "-b", "20M", "-t", "1",
                    "-l",
                    "1200", "-J");
            var lost = java.util.regex.Pattern.compile("\"lost_percent\":\\s*([0-9.e-]+)").matcher(report);
            assertThat(lost.find()).as(report).isTrue();
            assertThat(Double.parseDouble(lost.group(1))).isLessThan(5.0);
            assertThat(running.daemon.openConnections()).isNotNegative();
        } finally {
            server.destroyForcibly();
        }
    }

    @Test
    void without_a_server_datagrams_are_dropped_and_no_session_stays() throws Exception {
        int port = freePort();
        try (var server = new EchoServer("a");
                var running = new RunningDaemon(service("127.0.0.1:" + port, "", server));
                var socket = client("127.0.0.1", port)) {
            running.control().administer("udp", "a", io.sluice.engine.conductor.AdminState.HALT);
            socket.setSoTimeout(300);
            assertThatThrownBy(() -> ask(socket, "x")).isInstanceOf(SocketTimeoutException.class);
            await().atMost(PATIENCE).until(() -> running.daemon.openConnections() == 0);
            assertThat(server.received()).isZero();
        }
    }

    private static String service(String listen, String more, EchoServer... servers) {
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
            EchoServer server = servers[i];
            String name = server.name.isEmpty() || server.name.length() > 1 ? "s" + i : server.name;
            String address = server.socket.getLocalAddress() instanceof java.net.Inet6Address
                    ? "'[::1]:"
                    : "'127.0.0.1:";
            text.append("      ").append(name).append(": ").append(address).append(server.port()).append("'\n");
        }
        return text.toString();
    }

    private static int freePort() throws IOException {
        return RunningDaemon.freePort();
    }

    private static DatagramSocket client(String to, int port) throws IOException {
        var socket = new DatagramSocket();
        socket.setSoTimeout(20_000);
        socket.connect(new InetSocketAddress(to, port));
        return socket;
    }

    private static DatagramSocket client(String from, String to, int port) throws IOException {
        var socket = new DatagramSocket(new InetSocketAddress(from, 0));
        socket.setSoTimeout(20_000);
        socket.connect(new InetSocketAddress(to, port));
        return socket;
    }

    private static String ask(DatagramSocket socket, String text) throws IOException {
        send(socket, text);
        return receive(socket);
    }

    private static void send(DatagramSocket socket, String text) throws IOException {
        byte[] payload = text.getBytes(StandardCharsets.US_ASCII);
        socket.send(new DatagramPacket(payload, payload.length));
    }

    private static String receive(DatagramSocket socket) throws IOException {
        var answer = new DatagramPacket(new byte[2048], 2048);
        socket.receive(answer);
        return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.US_ASCII);
    }

    /** One datagram each from so many different addresses of 127.0.0.0/8. */
    private static void flood(String to, int port, int count) throws IOException {
        try (var local = new SocketAddress(); var remote = new SocketAddress(); var payload = new Memory(16)) {
            remote.set(new InetSocketAddress(to, port));
            for (int i = 0; i < count; i++) {
                int fd = Errno.check(Sockets.socket(SocketAddress.AF_INET, Sockets.SOCK_DGRAM, 0), "socket");
                Sockets.bind(fd, local.set(0, SocketAddress.mapped(0x7F40_0000 + i), 0));
                Sockets.connect(fd, remote);
                Sockets.send(fd, payload.address(), 16, Sockets.MSG_DONTWAIT);
                Files.close(fd);
            }
        }
    }

    private static AutoCloseable dnsmasq(Path directory, int port, String answer) throws IOException {
        Process process = new ProcessBuilder("dnsmasq", "--keep-in-foreground", "--no-resolv", "--no-hosts",
                "--conf-file=/dev/null", "--listen-address=127.0.0.1", "--bind-interfaces", "--port=" + port,
                "--address=/host.test/" + answer, "--address=/test.invalid/" + answer, "--user=root",
                "--pid-file=" + directory.resolve("dnsmasq-" + port)).redirectErrorStream(true)
                .redirectOutput(directory.resolve("dnsmasq-" + port + ".log").toFile()).start();
        return process::destroyForcibly;
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    /** Answers every datagram with its name, a space and what it got; or with the same bytes where it has no name. */
    private static final class EchoServer implements AutoCloseable {
        final String name;
        final DatagramSocket socket;
        private final List<String> log = new CopyOnWriteArrayList<>();
        private final Map<String, java.util.Set<Integer>> sources = new java.util.concurrent.ConcurrentHashMap<>();
        private volatile long received;

        EchoServer(String name) throws IOException {
            this(name, InetAddress.getLoopbackAddress());
        }

        EchoServer(String name, InetAddress address) throws IOException {
            this.name = name;
            socket = new DatagramSocket(new InetSocketAddress(address, 0));
            socket.setReceiveBufferSize(4 << 20);
            Thread.ofPlatform().daemon().start(this::serve);
        }

        private void serve() {
            byte[] buffer = new byte[65_536];
            while (!socket.isClosed()) {
                try {
                    var packet = new DatagramPacket(buffer, buffer.length);
                    socket.receive(packet);
                    received++;
                    byte[] got = Arrays.copyOf(buffer, packet.getLength());
                    String text = new String(got, 0, Math.min(got.length, 20), StandardCharsets.US_ASCII);
                    if (text.equals("two") || text.equals("still")) {
                        sources.computeIfAbsent(text, key -> java.util.concurrent.ConcurrentHashMap.newKeySet())
                                .add(packet.getPort());
                    }
                    byte[] answer = name.isEmpty()
                            ? got
                            : (name + " " + new String(got, StandardCharsets.US_ASCII))
                                    .getBytes(StandardCharsets.US_ASCII);
                    socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                } catch (IOException closed) {
                    log.add(closed.toString());
                }
            }
        }

        int port() {
            return socket.getLocalPort();
        }

        long received() {
            return received;
        }

        java.util.Set<Integer> sourcesOf(String text) {
            return sources.getOrDefault(text, java.util.Set.of());
        }

        @Override
        public void close() {
            socket.close();
        }
    }
}

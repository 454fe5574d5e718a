package io.sluice.program.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.program.admin.Wire;
import io.sluice.testbed.Crowd;
import io.sluice.testbed.DatagramServer;
import io.sluice.testbed.FreePort;
import io.sluice.testbed.LineClient;
import io.sluice.testbed.NamedServer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code log.connections} of a real daemon: what stands in its log after real connections and sessions. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class ConnectionLogTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @Test
    void every_connection_leaves_one_line_with_its_times_bytes_end_and_counts() throws Exception {
        int port = FreePort.next();
        try (var a = new NamedServer("a");
                var child = new ChildDaemon(directory, "log: { connections: all }\n" + web(port, a.port()));
                var open = new LineClient(port)) {
            open.server();
            long startNs = System.nanoTime();
            try (var client = new LineClient("127.0.0.7", port)) {
                client.server();
                client.echo("12345");
            }
            String line = records(child, 1).getFirst();
            double testMs = (System.nanoTime() - startNs) / 1e6;
            assertThat(line).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}\\S+ CONN  protocol=tcp"
                    + " client=127\\.0\\.0\\.7:\\d+ service=\"the web\" port=" + port + " server=a wait-ms=[\\d.]+"
                    + " connect-ms=[\\d.]+ total-ms=[\\d.]+ bytes-in=6 bytes-out=8 end=closed retries=0"
                    + " service-connections=1 server-connections=1");
            double total = Double.parseDouble(line.replaceAll(".* total-ms=([\\d.]+) .*", "$1"));
            double connect = Double.parseDouble(line.replaceAll(".* connect-ms=([\\d.]+) .*", "$1"));
            assertThat(total).isBetween(connect, testMs);
            assertThat(connect).as("even a near server takes its time").isPositive();
        }
    }

    @Test
    void errors_leave_out_what_ended_in_order_and_json_has_the_same_fields() throws Exception {
        int port = FreePort.next();
        int refused = FreePort.next();
        Instant started = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        try (var a = new NamedServer("a");
                var child = new ChildDaemon(directory,
                        "log: { connections: errors, format: json }\n" + web(port, a.port())
                                + "  dead: { listen: \"127.0.0.1:" + refused
                                + "\", health-check: { type: none }, retries: 1, servers: { x: \"127.0.0.1:9\", y: \"127.0.0.2:9\" } }\n")) {
            assertThat(LineClient.ask(port)).isEqualTo("a");
            assertThatThrownBy(() -> LineClient.ask(refused)).isInstanceOf(IOException.class);
            try (var reset = new Socket("127.0.0.1", port)) {
                assertThat(reset.getInputStream().read()).isEqualTo('a');
                reset.setSoLinger(true, 0);
            }
            List<String> lines = records(child, 2); // by two workers, perhaps: in any order
            JsonNode failed = record(lines, "dead");
            assertThat(failed.get("record").asString()).isEqualTo("connection");
            assertThat(failed.get("end").asString()).isEqualTo("connect-failed");
            assertThat(failed.get("retries").asInt()).isEqualTo(1);
            assertThat(failed.get("connect-ms").asInt()).isEqualTo(-1);
            assertThat(failed.get("server").asString()).isEqualTo("-");
            JsonNode reset = record(lines, "the web");
            assertThat(reset.get("end").asString()).isEqualTo("client-reset");
            assertThat(reset.get("bytes-out").asInt()).isEqualTo(2);
            assertThat(child.err()).doesNotContain("\"closed\"");
            child.awaitErr("started with");
            assertThat(child.err().lines()).allSatisfy(line -> {
                JsonNode entry = Wire.json().readTree(line);
                assertThat(Instant.parse(entry.get("time").asString())).isBetween(started, Instant.now());
                assertThat(entry.get("record").asString()).isIn("log", "connection");
            });
            assertThat(child.err().lines().filter(line -> line.contains("started with")).map(Wire.json()::readTree))
                    .singleElement().satisfies(entry -> {
                        assertThat(entry.get("level").asString()).isEqualTo("INFO");
                        assertThat(entry.get("message").asString()).isEqualTo("started with " + child.file);
                    });
        }
    }

    @Test
    void a_reload_switches_it_on_and_udp_sessions_have_their_datagrams_in_it() throws Exception {
        int port = FreePort.next();
        try (var server = new DatagramServer("");
                var child = new ChildDaemon(directory, dns(port, server.port()));
                var before = client(port);
                var after = client(port)) {
            exchange(before, 1);
            child.write("log: { connections: all }\n" + dns(port, server.port()));
            child.signal("HUP");
            child.awaitErr("configuration version 2 is in force");
            exchange(after, 3);
            Optional<String> line = await().atMost(PATIENCE).until(() -> records(child, 1).stream()
                    .filter(one -> one.contains("client=127.0.0.1:" + after.getLocalPort() + " ")).findFirst(),
                    Optional::isPresent);
            assertThat(line.orElseThrow()).contains("protocol=udp", "service=dns", "server=a",
                    "bytes-in=12 bytes-out=12",
                    "datagrams-in=3 datagrams-out=3 end=session-timeout retries=0");
        }
    }

    /** Nobody reads its log: records are lost and counted, clients do not notice. */
    @Test
    void a_log_that_nobody_takes_holds_up_no_connection() throws Exception {
        int port = FreePort.next();
        Path pipe = directory.resolve("log");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        try (var a = new NamedServer("a");
                var reader = new RandomAccessFile(pipe.toFile(), "rw"); // for writing too: its open does not wait
                var child = ChildDaemon.behind(List.of("sh", "-c", "exec \"$@\" 2>" + pipe, "sh"), directory,
                        "log: { connections: all }\nadmin: off\n" + web(port, a.port()))) {
            await().atMost(PATIENCE).ignoreExceptions().until(() -> LineClient.ask(port), "a"::equals);
            try (var crowd = new Crowd(port)) {
                crowd.awaitMore(13_000);
                assertThat(crowd.failures()).isEmpty();
            }
            StringBuilder read = new StringBuilder();
            await().atMost(PATIENCE).until(() -> {
                byte[] block = new byte[65_536];
                read.append(new String(block, 0, reader.read(block), StandardCharsets.UTF_8));
                return read.indexOf("connection records lost") >= 0;
            });
            assertThat(child.isAlive()).isTrue();
        }
    }

    private static DatagramSocket client(int port) throws IOException {
        DatagramSocket client = new DatagramSocket();
        client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        client.setSoTimeout((int) PATIENCE.toMillis());
        return client;
    }

    /** All questions at once: the session's timeout is short. */
    private static void exchange(DatagramSocket client, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            client.send(new DatagramPacket(new byte[4], 4));
        }
        for (int i = 0; i < times; i++) {
            client.receive(new DatagramPacket(new byte[4], 4));
        }
    }

    private static JsonNode record(List<String> lines, String service) {
        return lines.stream().map(line -> Wire.json().readTree(line))
                .filter(one -> one.get("service").asString().equals(service)).findFirst().orElseThrow();
    }

    private static List<String> records(ChildDaemon child, int count) {
        List<String> found = new ArrayList<>();
        await().atMost(PATIENCE).until(() -> {
            found.clear();
            child.err().lines().filter(line -> line.contains(" CONN ") || line.contains("\"record\":\"connection\""))
                    .forEach(found::add);
            return found.size() >= count;
        });
        return found;
    }

    private static String web(int port, int server) {
        return """
                services:
                  "the web":
                    listen: 127.0.0.1:%d
                    health-check: { type: none }
                    servers: { a: "127.0.0.1:%d" }
                """.formatted(port, server);
    }

    private static String dns(int port, int server) {
        return """
                services:
                  dns:
                    listen: 127.0.0.1:%d
                    protocol: udp
                    timeouts: { udp-session: 3s }
                    health-check: { type: none }
                    servers: { a: "127.0.0.1:%d" }
                """.formatted(port, server);
    }
}

package io.sluice.program.daemon;

import static io.sluice.testbed.UdpExchange.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.control.api.Outcome;
import io.sluice.program.observe.DaemonReport;
import io.sluice.program.observe.ServiceReport;
import io.sluice.testbed.DatagramServer;
import io.sluice.testbed.FreePort;
import io.sluice.testbed.SequencedClients;
import io.sluice.testbed.TellingServers;
import io.sluice.testbed.UdpExchange;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * When UDP sessions keep their server, and when they get another: reloads, servers that leave or fail, over IPv6 too.
 */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class UdpSessionsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void sessions_live_through_reloads_that_rename_their_service_and_change_its_other_servers() throws Exception {
        int port = FreePort.next();
        try (var servers = new TellingServers(3);
                var running = new RunningDaemon(service("udp", port, "", servers, 0, 1));
                var clients = new SequencedClients(port, 20)) {
            clients.exchange();
            List<Integer> seenAs = clients.seenAs();
            var over = new AtomicBoolean();
            CompletableFuture<Void> asking = CompletableFuture.runAsync(() -> {
                while (!over.get()) {
                    clients.exchange(); // misses none
                    assertThat(clients.seenAs()).isEqualTo(seenAs);
                }
            });
            for (String name : List.of("renamed", "again", "udp")) {
                assertDone(running.reload(service(name, port, "", servers, 0, 1)));
                await().atMost(PATIENCE).until(() -> connections(running, name) == 20 || asking.isDone());
                assertThat(asking).isNotDone();
                assertDone(running.reload(service(name, port, "scheduler: maglev", servers, 2, 0, 1)));
                assertDone(running.reload(service(name, port, "timeouts: { udp-session: 5m }", servers, 0, 1)));
            }
            over.set(true);
            asking.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(connections(running, "udp")).isEqualTo(20);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_server_that_is_removed_or_moves_keeps_its_sessions_for_as_long_as_it_drains(boolean removed)
            throws Exception {
        int port = FreePort.next();
        try (var servers = new TellingServers(2);
                var running = new RunningDaemon(service("udp", port, "timeouts: { drain: 6s }", servers, 0, 1));
                var clients = new SequencedClients(port, 10);
                var later = new SequencedClients(port, 10)) {
            clients.exchange();
            List<Integer> seenAs = clients.seenAs();
            assertThat(seenAs).anyMatch(seen -> server(seen) == 0).anyMatch(seen -> server(seen) == 1);
            String without = service("udp", port, "timeouts: { drain: 6s }", servers, 1);
            assertDone(running.reload(removed ? without : without.replace("s1:", "s0:")));
            clients.exchange();
            assertThat(clients.seenAs()).isEqualTo(seenAs);
            later.exchange();
            assertThat(later.seenAs()).allMatch(seen -> server(seen) == 1);
            // an answer under way while its session ends would find nobody: nobody asks until they have ended
            long leaving = seenAs.stream().filter(seen -> !removed || server(seen) == 0).count(); // s1 leaves too
            await().atMost(PATIENCE).until(() -> connections(running, "udp") == 20 - leaving);
            clients.exchange();
            assertThat(clients.seenAs()).allMatch(seen -> server(seen) == 1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reset", "keep"})
    void a_server_whose_check_fails_loses_its_sessions_at_once_unless_they_are_kept(String onServerDown)
            throws Exception {
        int port = FreePort.next();
        try (var a = new DatagramServer("a");
                var b = new DatagramServer("b");
                var running = new RunningDaemon(
                        """
                                services:
                                  udp:
                                    listen: 127.0.0.1:%d
                                    protocol: udp
                                    scheduler: round-robin
                                    on-server-down: %s
                                    health-check: { type: udp, send: probe, expect: probe, interval: 100ms, timeout: 5s, rise: 1, fall: 1 }
                                    servers: { a: 127.0.0.1:%d, b: 127.0.0.1:%d }
                                """
                                .formatted(port, onServerDown, a.port(), b.port()));
                var socket = client("127.0.0.1", port)) {
            await().atMost(PATIENCE)
                    .until(() -> health(running, "a").equals("up") && health(running, "b").equals("up"));
            String home = ask(socket, "one").substring(0, 1);
            (home.equals("a") ? a : b).sick = true; // it still answers clients
            await().atMost(PATIENCE).until(() -> health(running, home).equals("down"));
            if (onServerDown.equals("keep")) {
                assertThat(ask(socket, "two")).isEqualTo(home + " two");
            } else {
                socket.setSoTimeout(300); // an answer under way while the session ends finds nobody
                await().atMost(PATIENCE).ignoreException(SocketTimeoutException.class)
                        .untilAsserted(() -> assertThat(ask(socket, "two")).doesNotStartWith(home));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"::1", "::"})
    void over_ipv6_every_size_passes_and_an_unreachable_server_moves_its_sessions(String listen) throws Exception {
        int port = FreePort.next();
        InetAddress address = InetAddress.getByName("::1");
        try (var a = new DatagramServer("", address);
                var b = new DatagramServer("", address);
                var running = new RunningDaemon("""
                        services:
                          udp:
                            listen: '[%s]:%d'
                            protocol: udp
                            scheduler: round-robin
                            health-check: { type: none }
                            servers: { a: '[::1]:%d', b: '[::1]:%d' }
                        """.formatted(listen, port, a.port(), b.port()));
                var socket = client("::1", port)) { // connected: takes answers from that address and port only
            assertThat(running.daemon.openConnections()).isZero();
            for (int size : new int[]{1, 512, 1200, 1452, 9000, 65_507}) {
                byte[] payload = new byte[size];
                new Random(size).nextBytes(payload);
                socket.send(new DatagramPacket(payload, size));
                var answer = new DatagramPacket(new byte[65_536], 65_536);
                socket.receive(answer);
                assertThat(Arrays.equals(answer.getData(), 0, answer.getLength(), payload, 0, size)).isTrue();
            }
            DatagramServer home = a.received() > 0 ? a : b;
            DatagramServer other = a.received() > 0 ? b : a;
            assertThat(other.received()).isZero();
            home.leave();
            socket.setSoTimeout(300);
            await().atMost(PATIENCE).ignoreException(SocketTimeoutException.class)
                    .untilAsserted(() -> assertThat(ask(socket, "moved")).isEqualTo("moved"));
            assertThat(other.received()).isPositive();
        }
    }

    @Test
    void every_datagram_of_a_client_that_gets_no_session_counts_as_dropped_once() throws Exception {
        int port = FreePort.next();
        try (var a = new DatagramServer("");
                var running = new RunningDaemon("""
                        services:
                          udp:
                            listen: 127.0.0.1:%d
                            protocol: udp
                            max-connections: 1
                            health-check: { type: none }
                            servers: { a: 127.0.0.1:%d }
                        """.formatted(port, a.port()));
                var first = client("127.0.0.1", port);
                var second = client("127.0.0.1", port)) {
            assertThat(ask(first, "let in")).isEqualTo("let in");
            for (int i = 0; i < 3; i++) {
                UdpExchange.send(second, "one too many");
            }
            await().atMost(PATIENCE).until(() -> report(running, "udp").datagramsDropped() >= 3);
            assertThat(ask(first, "still there")).isEqualTo("still there");
            assertThat(report(running, "udp").datagramsDropped()).isEqualTo(3);
        }
    }

    private static String service(String name, int port, String more, TellingServers servers, int... chosen) {
        var text = new StringBuilder("""
                services:
                  %s:
                    listen: 127.0.0.1:%d
                    protocol: udp
                    health-check: { type: none }
                """.formatted(name, port));
        text.append("    ").append(more.isEmpty() ? "scheduler: round-robin" : more).append("\n    servers:\n");
        for (int index : chosen) {
            text.append("      s%d: 127.0.0.1:%d\n".formatted(index, servers.port(index)));
        }
        return text.toString();
    }

    private static void assertDone(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Done.class);
    }

    private static int server(int seen) {
        return seen & 0xFF;
    }

    private static String health(RunningDaemon running, String server) {
        return running.server("udp", server).health().toString().toLowerCase(java.util.Locale.ROOT);
    }

    private static long connections(RunningDaemon running, String service) throws IOException {
        return report(running, service).connections();
    }

    private static ServiceReport report(RunningDaemon running, String service) throws IOException {
        return DaemonReport.read(running.directory.resolve("state"), running.control().status()).service(service)
                .orElseThrow();
    }

    private static DatagramSocket client(String to, int port) throws IOException {
        var socket = new DatagramSocket();
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.connect(new InetSocketAddress(to, port));
        return socket;
    }
}

package io.sluice.program.daemon;

import static io.sluice.testbed.UdpExchange.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.conntrack.AffinityEntry;
import io.sluice.conntrack.AffinityReader;
import io.sluice.testbed.DatagramServer;
import io.sluice.testbed.FreePort;
import io.sluice.testbed.LineClient;
import io.sluice.testbed.NamedServer;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A TCP and a UDP service that share what they remember of a client, as remote desktops do. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class AffinityGroupTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void a_udp_session_keeps_the_client_on_the_server_of_its_tcp_connections() throws Exception {
        int port = FreePort.next();
        try (var servers = new Pair();
                var running = new RunningDaemon(servers.services(port, "1s", "1s"));
                var udp = new DatagramSocket();
                var table = AffinityReader.open(running.directory.resolve("state/affinity"))) {
            udp.connect(InetAddress.getLoopbackAddress(), port);
            udp.setSoTimeout(60_000);
            String server = ask(udp, "who").substring(0, 1);
            // silent from here on, with a session of a minute
            await().atMost(PATIENCE).until(() -> {
                AffinityEntry entry = entry(table);
                return entry.lastSeenMs() - entry.createdMs() > 3_000;
            });
            for (int i = 0; i < 5; i++) {
                assertThat(LineClient.ask(port)).isEqualTo(server);
            }
        }
    }

    @Test
    void a_group_keeps_its_longest_promise_whichever_service_the_client_comes_to() throws Exception {
        int port = FreePort.next();
        try (var servers = new Pair();
                var running = new RunningDaemon(servers.services(port, "6m", "6h"));
                var table = AffinityReader.open(running.directory.resolve("state/affinity"))) {
            LineClient.ask(port);
            assertThat(entry(table).timeoutMs()).isEqualTo(Duration.ofHours(6).toMillis());
            running.reload(servers.services(port, "6m", "5m"));
            LineClient.ask(port);
            assertThat(entry(table).timeoutMs()).isEqualTo(Duration.ofMinutes(6).toMillis());
        }
    }

    private static AffinityEntry entry(AffinityReader table) {
        List<AffinityEntry> entries = new ArrayList<>();
        table.forEach(entries::add);
        assertThat(entries).hasSize(1);
        return entries.getFirst();
    }

    /** Two servers of either protocol that say their names. */
    private static final class Pair implements AutoCloseable {
        final NamedServer a = new NamedServer("a");
        final NamedServer b = new NamedServer("b");
        final DatagramServer ua = new DatagramServer("a");
        final DatagramServer ub = new DatagramServer("b");

        Pair() throws Exception {
        }

        String services(int port, String tcpTimeout, String udpTimeout) {
            return """
                    services:
                      tcp:
                        listen: 127.0.0.1:%1$d
                        health-check: { type: none }
                        affinity: { by: source-ip, timeout: %2$s, group: both }
                        servers: { a: "127.0.0.1:%4$d", b: "127.0.0.1:%5$d" }
                      udp:
                        listen: 127.0.0.1:%1$d
                        protocol: udp
                        health-check: { type: none }
                        affinity: { by: source-ip, timeout: %3$s, group: both }
                        servers: { a: "127.0.0.1:%6$d", b: "127.0.0.1:%7$d" }
                    """.formatted(port, tcpTimeout, udpTimeout, a.port(), b.port(), ua.port(), ub.port());
        }

        @Override
        public void close() throws Exception {
            a.close();
            b.close();
            ua.close();
            ub.close();
        }
    }
}

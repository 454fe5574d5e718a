package io.sluice.program.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testbed.FreePort;
import io.sluice.testbed.Scrape;
import io.sluice.testbed.SequencedClients;
import io.sluice.testbed.TellingServers;
import io.sluice.testbed.UdpClients;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** More clients than the heap holds, against a daemon in a process of its own. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class OutOfHeapTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SOURCES = 250_000;
    /** So many wait in the receive buffers without loss. */
    private static final int BURST = 5_000;

    @Test
    void a_quarter_million_sources_in_a_heap_of_40_mib_leave_a_daemon_that_answers(@TempDir Path directory)
            throws Exception {
        int port = FreePort.next();
        int metrics = FreePort.next();
        try (var servers = new TellingServers(20);
                var daemon = new ChildDaemon(directory,
                        "metrics: { listen: 127.0.0.1:" + metrics + " }\n" + servers.udpService(port),
                        Map.of("_JAVA_OPTIONS", "-Xmx40m"));
                var pings = new SequencedClients(port, 5);
                var flood = new UdpClients(port)) {
            pings.exchange();
            pings.exchange(); // heard of again, after an answer: no spoofed source
            for (int sent = 0; sent < SOURCES; sent += BURST) {
                flood.flood(sent, sent + BURST);
                pings.exchange();
            }
            assertThat(daemon.isAlive()).isTrue();
            assertThat(daemon.err()).contains("tables.connections: 1000000 do not fit into a heap of 3")
                    .containsPattern("WARN .*UDP sessions have taken their part of the heap")
                    .doesNotContain("fault").doesNotContain("OutOfMemoryError");
            await().atMost(PATIENCE).untilAsserted(() -> {
                Scrape page = Scrape.of(metrics);
                double begun = page.sum("sluice_service_connections_total{");
                double gone = page.sum("sluice_connection_ends_total{reason=\"evicted\"")
                        + page.sum("sluice_connection_ends_total{reason=\"resources\"");
                assertThat(gone).isGreaterThan(100_000);
                assertThat(page.sum("sluice_service_connections{")).isEqualTo(begun - gone);
                assertThat(page.sum("sluice_worker_faults_total{")).isZero();
            });
        }
    }
}

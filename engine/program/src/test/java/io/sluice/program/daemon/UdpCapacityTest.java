package io.sluice.program.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testbed.FreePort;
import io.sluice.testbed.Scrape;
import io.sluice.testbed.SequencedClients;
import io.sluice.testbed.TellingServers;
import io.sluice.testbed.UdpClients;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** UDP sessions in great numbers, against a daemon in a process of its own. */
@Timeout(value = 400, unit = TimeUnit.SECONDS)
class UdpCapacityTest {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int KIB = 1024;
    /** Three times what the daemon needs, and less than what it may grow by. */
    private static final int FLOODED_HEAP_MIB = 60;

    @Test
    void a_hundred_thousand_sessions_are_held_within_a_kibibyte_each(@TempDir Path directory) throws Exception {
        int clients = 100_000;
        int port = FreePort.next();
        try (var servers = new TellingServers(12);
                var daemon = new ChildDaemon(directory, "tables: { connections: 262144 }\n" + servers.udpService(port));
                var crowd = new UdpClients(port)) {
            crowd.ask(2_000, new int[2_000]); // what the JVM makes once
            long before = daemon.residentBytes();
            int[] first = new int[clients];
            crowd.ask(clients, first);
            long each = (daemon.residentBytes() - before) / (clients - 2_000);
            int[] second = new int[clients];
            crowd.ask(clients, second);
            // the server and the port by which it knows the client: a session that had ended would have got others
            assertThat(second).isEqualTo(first);
            assertThat(java.util.Arrays.stream(first).distinct().count()).isEqualTo(clients);
            assertThat(each).as("bytes per session").isBetween(0L, (long) KIB);
        }
    }

    @Test
    void a_flood_of_a_million_spoofed_sources_neither_grows_the_process_nor_costs_living_sessions_a_datagram(
            @TempDir Path directory) throws Exception {
        int port = FreePort.next();
        int metrics = FreePort.next();
        int sources = 1_000_000;
        int burst = burst();
        try (var servers = new TellingServers(8);
                var daemon = new ChildDaemon(directory,
                        "tables: { connections: 8000 }\nmetrics: { listen: 127.0.0.1:" + metrics + " }\n"
                                + servers.udpService(port),
                        FLOODED_HEAP_MIB);
                var living = new SequencedClients(port, 50);
                var flood = new UdpClients(port)) {
            living.exchange(); // heard of again, after an answer: no spoofed source
            living.exchange();
            List<Integer> seenAs = living.seenAs();
            int full = 8 * KIB; // so many sessions there can be
            flood(living, flood, 0, full, burst);
            long before = daemon.residentBytes();
            flood(living, flood, full, sources, burst);
            // a session takes some 400 bytes: a million of them would be six times that, more than the heap has. What
            // may grow is the heap, by the garbage that the collector has left there so far, and the JVM's own.
            assertThat(daemon.residentBytes() - before).isLessThan(64L << 20);
            assertThat(living.seenAs()).as("server and port of each living session").isEqualTo(seenAs);
            await().atMost(PATIENCE).untilAsserted(() -> {
                Scrape page = Scrape.of(metrics);
                double sessions = page.sum("sluice_service_connections_total{");
                assertThat(page.sum("sluice_flows ")).isBetween(50.0, 8000.0);
                assertThat(sessions).isGreaterThan(100_000);
                assertThat(page.sum("sluice_connection_ends_total{reason=\"evicted\""))
                        .isEqualTo(sessions - page.sum("sluice_service_connections{"));
            });
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_flood_from_ports_that_come_again_moves_no_session_in_use(boolean answered, @TempDir Path directory)
            throws Exception {
        int port = FreePort.next();
        try (var servers = new TellingServers(3);
                var daemon = ChildDaemon.behind(List.of("sh", "-c", "ulimit -n 1000; exec \"$@\"", "sh"), directory,
                        servers.udpService(port)); // some 370 sockets for each of two workers
                var living = new SequencedClients(port, 50);
                var flood = new UdpClients(port)) {
            await().atMost(PATIENCE).until(() -> daemon.out().startsWith("ready"));
            living.exchange();
            living.exchange();
            List<Integer> seenAs = living.seenAs();
            var random = new Random(1);
            for (int round = 0; round < 200; round++) {
                for (int i = 0; i < 30; i++) { // in no order, so that old sessions are left over with one server
                    int first = random.nextInt(4_000);
                    if (answered) {
                        flood.floodOfQuestions(first, first + 10);
                    } else {
                        flood.flood(first, first + 10);
                    }
                }
                living.exchange();
                assertThat(living.seenAs()).as("server and port of each living session").isEqualTo(seenAs);
            }
        }
    }

    private static void flood(SequencedClients living, UdpClients flood, int first, int end, int burst)
            throws Exception {
        for (int sent = first; sent < end; sent += burst) {
            living.exchangeAmid(flood, sent, Math.min(end, sent + burst), () -> {
            });
        }
    }

    /** As many small datagrams as fill three fifths of the receive buffers of two workers, so that none is lost. */
    private static int burst() throws IOException {
        long granted = 2 * Math.min(8L << 20,
                Long.parseLong(Files.readAllLines(Path.of("/proc/sys/net/core/rmem_max")).getFirst()));
        return (int) (2 * granted * 3 / 5 / KIB); // the kernel accounts some 800 bytes for a datagram of a few
    }

    @Test
    void a_worker_with_more_than_it_gets_through_turns_away_who_has_no_session(@TempDir Path directory)
            throws Exception {
        int port = FreePort.next();
        int metrics = FreePort.next();
        int burst = burst() * 3 / 2; // nine tenths
        try (var servers = new TellingServers(8);
                var daemon = new ChildDaemon(directory,
                        "metrics: { listen: 127.0.0.1:" + metrics + " }\n" + servers.udpService(port));
                var living = new SequencedClients(port, 20);
                var flood = new UdpClients(port)) {
            living.exchange();
            daemon.signal("STOP");
            living.exchangeAmid(flood, 0, burst, () -> daemon.signal("CONT"));
            await().atMost(PATIENCE).untilAsserted(() -> {
                Scrape page = Scrape.of(metrics);
                double begun = page.sum("sluice_service_connections_total{") - 20;
                double turnedAway = page.sum("sluice_service_datagrams_dropped_total{");
                assertThat(begun + turnedAway).isEqualTo(burst);
                assertThat(turnedAway).isBetween(burst * 0.1, burst * 0.8); // what stood in front of the last half
            });
        }
    }
}

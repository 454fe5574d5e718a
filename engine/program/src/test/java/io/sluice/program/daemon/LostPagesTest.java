package io.sluice.program.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testbed.FreePort;
import io.sluice.testbed.LineClient;
import io.sluice.testbed.NamedServer;
import io.sluice.testbed.Scrape;
import io.sluice.testbed.SmallDisk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The state directory, on a file system of its own, fills up or loses its files under a daemon that serves. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class LostPagesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CLIENTS = 300;
    /** Workers are two: one connection each may be in the way of the first touch, for each of two tables. */
    private static final int LOST_AT_MOST = 4;

    @TempDir
    Path directory;

    private SmallDisk disk;

    @BeforeEach
    void mount() throws Exception {
        disk = new SmallDisk(state(), 200);
    }

    @AfterEach
    void unmount() throws Exception {
        disk.close();
    }

    @Test
    void on_a_full_disk_nobody_is_lost_as_blocks_were_taken_before() throws Exception {
        int port = FreePort.next();
        int metrics = FreePort.next();
        try (var a = new NamedServer("a"); var child = new ChildDaemon(directory, yaml(metrics, port, a.port()))) {
            disk.fill();
            assertThat(served(port)).isEqualTo(CLIENTS);
            assertThat(Scrape.of(metrics).sum("sluice_tables_in_memory")).isZero();
            child.signal("TERM");
            assertThat(child.exitCode()).isZero();
        }
    }

    /** As on a file system that cannot reserve blocks, or where a table grows faster than that is done. */
    @Test
    void where_blocks_are_missing_on_a_full_disk_tables_go_on_in_memory() throws Exception {
        int port = FreePort.next();
        int metrics = FreePort.next();
        try (var a = new NamedServer("a"); var child = new ChildDaemon(directory, yaml(metrics, port, a.port()))) {
            for (Path table : tables()) {
                if (!table.endsWith("counters")) {
                    run("fallocate", "--punch-hole", "-o", "4096", "-l", Long.toString(Files.size(table) - 4096),
                            table.toString());
                }
            }
            disk.fill();
            assertThat(served(port)).isGreaterThanOrEqualTo(CLIENTS - LOST_AT_MOST);
            child.awaitErr("has no room to grow");
            await().atMost(PATIENCE).ignoreExceptions()
                    .until(() -> Scrape.of(metrics).sum("sluice_tables_in_memory") >= 1);
            assertThat(served(port)).isEqualTo(CLIENTS);
            assertThat(Scrape.of(metrics).sum("sluice_affinity_entries")).isEqualTo(1);
            child.write("log: { connections: errors }\n" + yaml(metrics, port, a.port()));
            child.signal("HUP");
            child.awaitErr("configuration version 2 is in force");
            child.signal("TERM");
            assertThat(child.exitCode()).isZero();
        }
    }

    @Test
    void truncated_tables_go_on_in_memory() throws Exception {
        int port = FreePort.next();
        int metrics = FreePort.next();
        try (var a = new NamedServer("a"); var child = new ChildDaemon(directory, yaml(metrics, port, a.port()))) {
            assertThat(served(port)).isEqualTo(CLIENTS);
            for (Path table : tables()) {
                try (FileChannel file = FileChannel.open(table, StandardOpenOption.WRITE)) {
                    file.truncate(0);
                }
            }
            assertThat(served(port)).isGreaterThanOrEqualTo(CLIENTS - LOST_AT_MOST);
            child.awaitErr("was truncated");
            assertThat(served(port)).isEqualTo(CLIENTS);
            await().atMost(PATIENCE).until(() -> Scrape.of(metrics).sum("sluice_tables_in_memory") == 3);
            assertThat(Scrape.of(metrics).sum("sluice_affinity_entries")).isEqualTo(1);
            child.signal("TERM");
            assertThat(child.exitCode()).isZero();
        }
    }

    private Path state() {
        return directory.resolve("state");
    }

    private List<Path> tables() throws IOException {
        try (Stream<Path> files = Files.list(state())) {
            return files.filter(file -> file.getFileName().toString().matches("affinity|counters|flows-.*sluice"))
                    .toList();
        }
    }

    private static int served(int port) {
        int served = 0;
        for (int i = 0; i < CLIENTS; i++) {
            try {
                served += LineClient.ask(port).equals("a") ? 1 : 0;
            } catch (IOException ended) {
                // this client touched the lost page
            }
        }
        return served;
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    private static String yaml(int metrics, int port, int server) {
        return """
                admin: off
                metrics: { listen: 127.0.0.1:%d }
                tables: { connections: 200000, affinity: 200000 }
                services:
                  web:
                    listen: 127.0.0.1:%d
                    affinity: { by: source-ip }
                    health-check: { type: none }
                    servers: { a: "127.0.0.1:%d" }
                """.formatted(metrics, port, server);
    }
}

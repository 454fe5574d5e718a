package io.sluice.program.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.conntrack.AffinityReader;
import io.sluice.conntrack.FlowReader;
import io.sluice.control.config.model.StateDirectory;
import io.sluice.ringbuffers.counters.CountersReader;
import io.sluice.testbed.FreePort;
import io.sluice.testbed.LineClient;
import io.sluice.testbed.NamedServer;
import io.sluice.testbed.Scrape;
import io.sluice.testbed.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A daemon starts with its state directory on a file system, its own, that is full or too small. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class FullDiskStartTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CLIENTS = 50;

    @TempDir
    Path directory;

    private SmallDisk disk;

    @BeforeEach
    void mount() throws Exception {
        disk = new SmallDisk(state(), 48);
    }

    @AfterEach
    void unmount() throws Exception {
        disk.close();
    }

    @Test
    void on_a_full_disk_it_serves_with_tables_in_memory_and_says_so() throws Exception {
        disk.fill();
        int port = FreePort.next();
        int metrics = FreePort.next();
        try (var a = new NamedServer("a"); var child = new ChildDaemon(directory, yaml(metrics, port, a.port()))) {
            assertThat(child.err()).contains("no room for the tables of counters, affinity, connections");
            assertServes(port);
            await().atMost(PATIENCE).ignoreExceptions()
                    .until(() -> Scrape.of(metrics).value("sluice_tables_in_memory") == 3);
            assertThat(Scrape.of(metrics).value("sluice_affinity_entries")).isEqualTo(1);
            // other processes find them too
            try (var counters = CountersReader.open(StateDirectory.counters(state()));
                    var affinity = AffinityReader.open(StateDirectory.affinity(state()));
                    var flows = FlowReader.open(state())) {
                assertThat(counters.pid()).isEqualTo(child.pid());
                assertThat(affinity.entries()).isEqualTo(1);
                assertThat(flows.livingPids()).containsExactly(child.pid());
            }
            child.signal("HUP");
            child.awaitErr("configuration version 1 stays");
            child.signal("TERM");
            assertThat(child.exitCode()).isZero();
        }
    }

    @Test
    void once_there_is_room_the_next_start_makes_files_again() throws Exception {
        disk.fill();
        int port = FreePort.next();
        int metrics = FreePort.next();
        try (var a = new NamedServer("a"); var child = new ChildDaemon(directory, yaml(metrics, port, a.port()))) {
            assertServes(port);
            child.signal("KILL");
            child.exitCode();
        }
        disk.free();
        try (var a = new NamedServer("a"); var child = new ChildDaemon(directory, yaml(metrics, port, a.port()))) {
            assertServes(port);
            assertThat(child.err()).doesNotContain("no room");
            await().atMost(PATIENCE).ignoreExceptions()
                    .until(() -> Scrape.of(metrics).value("sluice_tables_in_memory") == 0);
            for (String name : new String[]{"counters", "affinity"}) {
                assertThat(state().resolve(name)).isRegularFile().satisfies(
                        file -> assertThat(Files.isSymbolicLink(file)).isFalse());
            }
            try (var files = Files.list(state())) {
                assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.startsWith("flows-")))
                        .as("what the killed process left is gone").hasSize(2);
            }
        }
    }

    @Test
    void a_disk_smaller_than_what_tables_may_become_is_no_reason_to_refuse() throws Exception {
        int port = FreePort.next();
        int metrics = FreePort.next();
        String yaml = yaml(metrics, port, 1).replace("tables: { connections: 100000, affinity: 100000 }", "");
        try (var child = new ChildDaemon(directory, yaml)) {
            assertThat(child.err()).doesNotContain("no room");
            await().atMost(PATIENCE).ignoreExceptions()
                    .until(() -> Scrape.of(metrics).value("sluice_tables_in_memory") == 0);
        }
    }

    private Path state() {
        return directory.resolve("state");
    }

    private static void assertServes(int port) throws IOException {
        for (int i = 0; i < CLIENTS; i++) {
            assertThat(LineClient.ask(port)).isEqualTo("a");
        }
    }

    private static String yaml(int metrics, int port, int server) {
        return """
                admin: off
                metrics: { listen: 127.0.0.1:%d }
                tables: { connections: 100000, affinity: 100000 }
                services:
                  web:
                    listen: 127.0.0.1:%d
                    affinity: { by: source-ip }
                    health-check: { type: none }
                    servers: { a: "127.0.0.1:%d" }
                """.formatted(metrics, port, server);
    }
}

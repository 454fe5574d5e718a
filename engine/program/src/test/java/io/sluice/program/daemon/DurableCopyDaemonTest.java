package io.sluice.program.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.control.api.StatusFile;
import io.sluice.program.observe.CopyReport;
import io.sluice.program.observe.DaemonReport;
import io.sluice.testbed.FreePort;
import io.sluice.testbed.Installation;
import io.sluice.testbed.LineClient;
import io.sluice.testbed.NamedServer;
import io.sluice.testbed.ProgramRun;
import io.sluice.testbed.TellingServers;
import io.sluice.testbed.UdpClients;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients of a daemon that was killed come back to their servers: with its tables, and with the copy alone. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class DurableCopyDaemonTest {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int TCP_CLIENTS = 120;
    private static final int UDP_CLIENTS = 2_000;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Test
    void a_daemon_whose_tables_are_gone_sends_clients_to_their_servers_again() throws Exception {
        int port = FreePort.next();
        int udp = FreePort.next();
        int metrics = FreePort.next();
        try (var a = new NamedServer("a");
                var b = new NamedServer("b");
                var c = new NamedServer("c");
                var servers = new TellingServers(5);
                var clients = new UdpClients(udp)) {
            String yaml = """
                    metrics: { listen: 127.0.0.1:%d }
                    tables: { connections: 10000, affinity: 10000, durable-copy: true }
                    services:
                      web:
                        listen: 127.0.0.1:%d
                        scheduler: round-robin
                        affinity: { by: source-ip, timeout: 1h }
                        servers: { a: "127.0.0.1:%d", b: "127.0.0.1:%d", c: "127.0.0.1:%d" }
                    """.formatted(metrics, port, a.port(), b.port(), c.port()) + udp(udp, "", servers);
            List<String> before;
            int[] asked = new int[UDP_CLIENTS];
            try (var daemon = new ChildDaemon(directory, yaml)) {
                before = ask(port);
                clients.ask(UDP_CLIENTS, asked);
                await().atMost(PATIENCE).until(() -> {
                    CopyReport copy = copy(daemon);
                    return copy.isFollowing() && copy.affinity() >= TCP_CLIENTS && copy.sessions() >= UDP_CLIENTS;
                });
                assertThat(copy(daemon).lagMs()).isBetween(0L, 60_000L);
                assertThat(page(metrics)).contains("sluice_durable_copy_following 1.0",
                        "sluice_durable_copy_entries{kind=\"affinity\"} " + (double) TCP_CLIENTS,
                        "sluice_durable_copy_recoveries_total 0.0", "sluice_durable_copy_lag_seconds ");
                daemon.signal("KILL");
                daemon.exitCode();
            }
            Path state = directory.resolve("state");
            Files.delete(state.resolve("affinity"));
            try (DirectoryStream<Path> flows = Files.newDirectoryStream(state, "flows-*")) {
                for (Path file : flows) {
                    Files.delete(file);
                }
            }
            try (var daemon = new ChildDaemon(directory, yaml)) {
                await().atMost(PATIENCE).until(() -> copy(daemon).isFollowing());
                assertThat(copy(daemon).recoveries()).isEqualTo(1);
                assertThat(copy(daemon).loaded()).isEqualTo(TCP_CLIENTS + UDP_CLIENTS);
                assertThat(ask(port)).isEqualTo(before);
                assertSameServers(clients, asked);
            }
        }
    }

    /** The tables alone are enough for this; the copy is for their loss. */
    @ParameterizedTest
    @ValueSource(strings = {"", "affinity: { by: source-ip, timeout: 1h }"})
    void udp_clients_keep_their_server_when_the_daemon_is_killed_and_started_again(String affinity) throws Exception {
        int port = FreePort.next();
        try (var servers = new TellingServers(7); var clients = new UdpClients(port)) {
            String yaml = "services:\n" + udp(port, affinity, servers);
            int[] asked = new int[UDP_CLIENTS];
            try (var daemon = new ChildDaemon(directory, yaml)) {
                clients.ask(UDP_CLIENTS, asked);
                daemon.signal("KILL");
                daemon.exitCode();
            }
            try (var daemon = new ChildDaemon(directory, yaml)) {
                assertThat(daemon.isAlive()).isTrue();
                assertSameServers(clients, asked);
            }
        }
    }

    @Test
    void the_libraries_of_the_copy_are_loaded_only_where_it_is_asked_for_and_an_upgrade_hands_it_over()
            throws Exception {
        try (var sluice = new Installation(); var server = new NamedServer("a")) {
            try (DirectoryStream<Path> jars = Files.newDirectoryStream(sluice.lib(), "chronicle-*")) {
                assertThat(jars).isEmpty();
            }
            for (boolean wanted : List.of(false, true)) {
                Path folder = Files.createDirectories(directory.resolve("copy-" + wanted));
                Path file = Files.writeString(folder.resolve("sluice.yaml"), """
                        state-directory: %s
                        admin: off
                        tables: { connections: 1000, affinity: 1000, durable-copy: %s }
                        services: { web: { listen: "127.0.0.1:%d", servers: { a: "127.0.0.1:%d" } } }
                        """.formatted(folder.resolve("state"), wanted, FreePort.next(), server.port()));
                Path log = folder.resolve("log");
                Process daemon = new ProcessBuilder(sluice.launcher().toString(), "run", "-c", file.toString())
                        .redirectErrorStream(true).redirectOutput(log.toFile()).start();
                try {
                    await().atMost(PATIENCE).until(() -> Files.readString(log).contains("ready"));
                    if (wanted) {
                        await().atMost(PATIENCE).until(() -> Files.readString(log).contains("the durable copy"));
                        assertThat(Files.readString(log)).contains("is open: 0 entries");
                    }
                    assertThat(opened(daemon.pid(), "chronicle-map")).isEqualTo(wanted);
                    assertThat(Files.readString(Path.of("/proc/" + daemon.pid() + "/cmdline")))
                            .doesNotContain("chronicle-map");
                    if (wanted) {
                        assertThat(ProgramRun.of(Map.of(), List.of(sluice.launcher().toString(), "upgrade", "-c",
                                file.toString())).exitCode()).isZero();
                        await().atMost(PATIENCE).until(() -> Files.readString(log).split("is open:", -1).length == 3);
                        assertThat(Files.readString(log)).as("the former process closed it")
                                .doesNotContain("was not closed");
                    }
                } finally {
                    daemon.destroyForcibly().waitFor();
                    ProcessHandle.of(DaemonReport.pid(folder.resolve("state"))) // after the upgrade another process
                            .ifPresent(ProcessHandle::destroyForcibly);
                }
            }
        }
    }

    /** The JVM keeps the jars open that it loads classes from. */
    private static boolean opened(long pid, String name) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
            for (Path file : files) {
                if (Files.isSymbolicLink(file) && Files.readSymbolicLink(file).toString().contains(name)) {
                    return true;
                }
            }
            return false;
        }
    }

    private static List<String> ask(int port) throws IOException {
        List<String> servers = new ArrayList<>();
        for (int client = 0; client < TCP_CLIENTS; client++) {
            servers.add(LineClient.ask("127.0.2." + (1 + client), port));
        }
        return servers;
    }

    private static void assertSameServers(UdpClients clients, int[] before) throws IOException {
        int[] again = new int[before.length];
        clients.ask(before.length, again);
        assertThat(Arrays.stream(again).map(DurableCopyDaemonTest::server).toArray())
                .isEqualTo(Arrays.stream(before).map(DurableCopyDaemonTest::server).toArray());
    }

    /** Who answered, of what {@link TellingServers} say. */
    private static int server(int answer) {
        return answer >>> 24; // the fourth byte, read in this machine's order
    }

    private static String udp(int port, String more, TellingServers servers) {
        StringBuilder yaml = new StringBuilder("""
                  dns:
                    protocol: udp
                    listen: 127.0.0.1:%d
                    scheduler: round-robin
                    health-check: { type: none }
                    timeouts: { udp-session: 5m }
                    %s
                    servers:
                """.formatted(port, more));
        for (int i = 0; i < servers.number(); i++) {
            yaml.append("      s").append(i).append(": \"127.0.0.1:").append(servers.port(i)).append("\"\n");
        }
        return yaml.toString();
    }

    private static CopyReport copy(ChildDaemon daemon) throws IOException {
        Path state = daemon.directory.resolve("state");
        CopyReport copy = DaemonReport.read(state, StatusFile.read(state)).durableCopy();
        return copy == null ? new CopyReport("none", 0, 0, 0, 0, 0, false) : copy;
    }

    private static String page(int port) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics")).build(),
                    BodyHandlers.ofString()).body();
        }
    }
}

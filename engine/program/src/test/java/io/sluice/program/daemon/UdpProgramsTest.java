package io.sluice.program.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.program.observe.DaemonReport;
import io.sluice.program.observe.ServerReport;
import io.sluice.testbed.FreePort;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** UDP services between programs of others, many clients at once or much at once; others: {@link UdpProtocolsTest}. */
@Tag("peer")
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class UdpProgramsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path directory;
    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void stopPrograms() throws InterruptedException {
        for (Process process : started) {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void sip_calls_of_sipp_each_stay_with_one_server_from_invite_to_bye() throws Exception {
        int calls = 100;
        int one = FreePort.next();
        int two = FreePort.next();
        for (int port : new int[]{one, two}) {
            startBound(port, "sipp", "-sn", "uas", "-i", "127.0.0.1", "-p", String.valueOf(port), "-nostdin",
                    "-max_socket", "1000");
        }
        int port = FreePort.next();
        try (var running = new RunningDaemon(service("sip", port, "", one, two))) {
            // a socket per call; a message that reaches a server that does not know its call is an error
            run("sipp", "-sn", "uac", "127.0.0.1:" + port, "-i", "127.0.0.1", "-t", "un", "-m", String.valueOf(calls),
                    "-r", "50", "-d", "200", "-nostdin", "-max_socket", "1000", "-timeout", "60s", "-timeout_error");
            assertShared(running, calls);
        }
    }

    @Test
    void iperf3_measures_udp_through_the_service_without_loss() throws Exception {
        int port = FreePort.next();
        int serverPort = FreePort.next();
        start("iperf3", "-s", "-B", "127.0.0.1", "-p", String.valueOf(serverPort));
        awaitListening(serverPort);
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
            String report = run("iperf3", "-c", "127.0.0.1", "-p", String.valueOf(port), "-u", "-b", "20M", "-l",
                    "1200", "-k", "150", "-w", "200K", "-J"); // as many as every buffer on the way has room for
            var lost = Pattern.compile("\"lost_percent\":\\s*([0-9.e-]+)").matcher(report);
            assertThat(lost.find()).as(report).isTrue();
            assertThat(Double.parseDouble(lost.group(1))).isZero();
            assertThat(running.daemon.openConnections()).isNotNegative();
        }
    }

    private static String service(String name, int port, String more, int... servers) {
        var text = new StringBuilder("""
                services:
                  %s:
                    listen: 127.0.0.1:%d
                    protocol: udp
                    scheduler: round-robin
                    health-check: { type: none }
                    %s
                    servers:
                """.formatted(name, port, more));
        for (int i = 0; i < servers.length; i++) {
            text.append("      s%d: 127.0.0.1:%d\n".formatted(i, servers[i]));
        }
        return text.toString();
    }

    /** Both servers had their part of the sessions, and no client had two. */
    private static void assertShared(RunningDaemon running, int clients) throws IOException {
        List<Long> sessions = sessions(running);
        assertThat(sessions).hasSize(2).allMatch(one -> one > 0);
        // the kernel may give a port to a second client, who then goes on with the first one's session
        assertThat(sessions.stream().mapToLong(one -> one).sum()).isBetween(clients * 9L / 10, (long) clients);
    }

    /** Sessions that each server had so far. */
    private static List<Long> sessions(RunningDaemon running) throws IOException {
        return DaemonReport.read(running.directory.resolve("state"), running.control().status()).services().getFirst()
                .servers().stream().map(ServerReport::totalConnections).toList();
    }

    private Process start(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(directory.resolve("output" + started.size()).toFile()).start();
        started.add(process);
        return process;
    }

    /** Starts a program and waits until it has its UDP socket. */
    private void startBound(int port, String... command) throws IOException {
        Process process = start(command);
        String local = " 0100007F:%04X ".formatted(port);
        await().atMost(PATIENCE).until(() -> !process.isAlive()
                || Files.readAllLines(Path.of("/proc/net/udp")).stream().anyMatch(line -> line.contains(local)));
        assertThat(process.isAlive()).as(String.join(" ", command)).isTrue();
    }

    private static void awaitListening(int port) {
        String local = " 0100007F:%04X 00000000:0000 0A ".formatted(port);
        await().atMost(PATIENCE).until(() -> Files.readAllLines(Path.of("/proc/net/tcp")).stream()
                .anyMatch(line -> line.contains(local)));
    }

    private String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor()).as(String.join(" ", command) + ": " + output).isZero();
        return output;
    }
}

package io.sluice.program.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.program.observe.DaemonReport;
import io.sluice.program.observe.ServerReport;
import io.sluice.testbed.FreePort;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** UDP services between programs of others: SIP, DNS, iperf3, syslog, QUIC, WireGuard. */
@Tag("peer")
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class UdpProgramsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int LINES = 500;
    /** What a receive buffer of the usual size has room for, however busy the receiver. */
    private static final int LINES_AT_ONCE = 100;
    private static final String ID = "slu" + ProcessHandle.current().pid() % 100_000;

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
    void dig_gets_its_answers_from_dnsmasq_through_the_service() throws Exception {
        int port = FreePort.next();
        int one = FreePort.next();
        int two = FreePort.next();
        dnsmasq(one, "192.0.2.1");
        dnsmasq(two, "192.0.2.2");
        try (var running = new RunningDaemon(
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
                answers.merge(run("dig", "+short", "+time=30", "@127.0.0.1", "-p", String.valueOf(port), "host.test"),
                        1,
                        Integer::sum);
            }
            assertThat(answers).containsOnlyKeys("192.0.2.1", "192.0.2.2");
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

    @Test
    void messages_of_logger_reach_rsyslog_all_and_in_order() throws Exception {
        int senders = 4;
        List<Path> logs = new ArrayList<>();
        int[] ports = new int[2];
        for (int i = 0; i < ports.length; i++) {
            ports[i] = FreePort.next();
            logs.add(rsyslog(ports[i]));
        }
        int port = FreePort.next();
        try (var running = new RunningDaemon(service("syslog", port, "", ports))) {
            for (int sender = 0; sender < senders; sender++) {
                Process logger = start("logger", "--udp", "-n", "127.0.0.1", "-P", String.valueOf(port), "-t", "test");
                try (Writer to = logger.outputWriter()) {
                    for (int first = 0; first < LINES; first += LINES_AT_ONCE) {
                        to.write(String.join("\n", lines(sender).subList(first, first + LINES_AT_ONCE)) + "\n");
                        to.flush();
                        int sent = sender * LINES + first + LINES_AT_ONCE;
                        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(
                                () -> logged(logs.get(0)).size() + logged(logs.get(1)).size() == sent);
                    }
                }
                assertThat(logger.waitFor()).isZero();
            }
            for (int sender = 0; sender < senders; sender++) {
                String prefix = "sender " + sender + " ";
                List<String> sent = lines(sender);
                assertThat(logs).anySatisfy(
                        log -> assertThat(logged(log).stream().filter(line -> line.startsWith(prefix)))
                                .isEqualTo(sent));
            }
            assertShared(running, senders);
        }
    }

    private static List<String> lines(int sender) {
        return IntStream.range(0, LINES).mapToObj(line -> "sender " + sender + " line " + line).toList();
    }

    private Path rsyslog(int port) throws IOException {
        Path log = directory.resolve("log" + port);
        Path configuration = directory.resolve("rsyslog" + port + ".conf");
        Files.writeString(configuration, """
                module(load="imudp")
                global(workDirectory="%s")
                template(name="raw" type="string" string="%%msg%%\\n")
                input(type="imudp" address="127.0.0.1" port="%d" rcvbufSize="4m")
                action(type="omfile" file="%s" template="raw")
                """.formatted(directory, port, log));
        startBound(port, "rsyslogd", "-n", "-f", configuration.toString(), "-i", directory.resolve("pid" + port)
                .toString());
        return log;
    }

    /** Lines that are written to their end. */
    private static List<String> logged(Path log) throws IOException {
        String text = Files.exists(log) ? Files.readString(log) : "";
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().map(String::strip).toList();
    }

    @Test
    void files_come_whole_over_quic_from_several_servers() throws Exception {
        byte[] content = new byte[3_000_000];
        new java.util.Random(7).nextBytes(content);
        Path documents = Files.createDirectory(directory.resolve("documents"));
        Files.write(documents.resolve("file"), content);
        Path key = directory.resolve("key.pem");
        Path certificate = directory.resolve("certificate.pem");
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                "-keyout", key.toString(), "-out", certificate.toString(), "-subj", "/CN=localhost");
        int[] ports = {FreePort.next(), FreePort.next()};
        for (int port : ports) {
            startBound(port, "gtlsserver", "-q", "-d", documents.toString(), "127.0.0.1", String.valueOf(port),
                    key.toString(), certificate.toString());
        }
        int port = FreePort.next();
        try (var running = new RunningDaemon(service("quic", port, "", ports))) {
            for (int client = 0; client < 4; client++) {
                Path folder = Files.createDirectory(directory.resolve("got" + client));
                run("gtlsclient", "-q", "--exit-on-all-streams-close", "--no-quic-dump", "--no-http-dump",
                        "--download=" + folder, "127.0.0.1", String.valueOf(port),
                        "https://localhost:" + port + "/file");
                assertThat(Arrays.equals(Files.readAllBytes(folder.resolve("file")), content)).isTrue();
            }
            assertShared(running, 4);
        }
    }

    @Test
    void a_wireguard_tunnel_holds_through_the_service() throws Exception {
        int serverPort = FreePort.next();
        int port = FreePort.next();
        String server = ID + "s";
        String client = ID + "c";
        try (var running = new RunningDaemon(service("vpn", port, "timeouts: { udp-session: 1h }", serverPort));
                var serverEnd = new Tunnel(server);
                var clientEnd = new Tunnel(client)) {
            run("wg", "set", server, "listen-port", String.valueOf(serverPort), "peer", clientEnd.publicKey,
                    "allowed-ips", "10.99.7.2/32");
            run("wg", "set", client, "peer", serverEnd.publicKey, "allowed-ips", "10.99.7.1/32", "endpoint",
                    "127.0.0.1:" + port);
            serverEnd.up("10.99.7.1/24");
            clientEnd.up("10.99.7.2/24");
            String pinged = run("ip", "netns", "exec", client, "ping", "-c", "20", "-i", "0.02", "-s", "1300", "-W",
                    "20", "10.99.7.1");
            assertThat(pinged).contains("20 received");
            start("ip", "netns", "exec", server, "socat", "-u", "OPEN:/dev/zero,readbytes=2000000",
                    "TCP-LISTEN:9000,reuseaddr");
            await().atMost(PATIENCE).until(
                    () -> run("ip", "netns", "exec", server, "ss", "-Hltn", "sport", "=", ":9000").contains("9000"));
            Path got = directory.resolve("through-the-tunnel");
            run("ip", "netns", "exec", client, "socat", "-u", "TCP:10.99.7.1:9000", "CREATE:" + got);
            assertThat(Files.size(got)).isEqualTo(2_000_000);
            assertThat(sessions(running)).containsExactly(1L); // the tunnel was one session all along
        }
    }

    /**
     * WireGuard in user space, with its interface in a network namespace of that name and its UDP socket where the test
     * is.
     */
    private final class Tunnel implements AutoCloseable {
        final String publicKey;
        private final String name;
        private final Process process;

        Tunnel(String name) throws Exception {
            this.name = name;
            run("ip", "netns", "add", name);
            process = start("wireguard-go", "-f", name);
            await().atMost(PATIENCE).until(() -> new ProcessBuilder("wg", "show", name).start().waitFor() == 0);
            Path key = directory.resolve(name + ".key");
            Files.writeString(key, run("wg", "genkey"));
            run("wg", "set", name, "private-key", key.toString());
            publicKey = run("wg", "show", name, "public-key");
        }

        void up(String address) throws Exception {
            run("ip", "link", "set", name, "netns", name);
            run("ip", "-n", name, "address", "add", address, "dev", name);
            run("ip", "-n", name, "link", "set", name, "up");
        }

        @Override
        public void close() throws Exception {
            process.destroy();
            process.waitFor(); // it takes its control socket away
            run("ip", "netns", "del", name);
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

    private void dnsmasq(int port, String answer) throws IOException {
        start("dnsmasq", "--keep-in-foreground", "--no-resolv", "--no-hosts", "--conf-file=/dev/null",
                "--listen-address=127.0.0.1", "--bind-interfaces", "--port=" + port, "--address=/host.test/" + answer,
                "--address=/test.invalid/" + answer, "--user=root", "--pid-file=" + directory.resolve("dnsmasq-"
                        + port));
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

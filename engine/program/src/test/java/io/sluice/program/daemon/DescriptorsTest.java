package io.sluice.program.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.control.api.AdminState;
import io.sluice.control.api.Command;
import io.sluice.control.api.Request;
import io.sluice.program.admin.Answer;
import io.sluice.program.admin.ControlClient;
import io.sluice.testbed.DatagramServer;
import io.sluice.testbed.FreePort;
import io.sluice.testbed.LineClient;
import io.sluice.testbed.NamedServer;
import io.sluice.testbed.Scrape;
import io.sluice.testbed.UdpExchange;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** More clients than descriptors ({@code ulimit -n 400}): what there is goes to those who are served already. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class DescriptorsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CLIENTS = 300;
    private static final String LINE = "descriptors run out";

    @TempDir
    Path directory;

    private final List<SocketChannel> idle = new ArrayList<>();

    @AfterEach
    void leave() throws IOException {
        for (SocketChannel client : idle) {
            client.close();
        }
    }

    /** Connected ones have two descriptors each, those in front of their PROXY header will want a second one. */
    @ParameterizedTest
    @CsvSource({"epoll,connected", "io_uring,connected", "epoll,announced"})
    void idle_clients_leave_enough_for_checks_commands_datagrams_and_the_other_half(String transport, String clients)
            throws Exception {
        int port = FreePort.next();
        int datagrams = FreePort.next();
        int metrics = FreePort.next();
        try (var a = new NamedServer("a"); var b = new NamedServer("b"); var udp = new DatagramServer("u")) {
            String yaml = yaml(transport, clients, port, datagrams, metrics, a.port(), b.port(), udp.port());
            try (var child = ChildDaemon.readyBehind(List.of("prlimit", "--nofile=400:400"), directory, yaml)) {
                hold(port);
                child.awaitErr(LINE);
                long cpuBefore = processorMs(child.pid());
                long sinceNs = System.nanoTime();
                for (int i = 0; i < 20; i++) {
                    assertThat(datagram(datagrams)).startsWith("u");
                }
                b.close();
                child.awaitErr("web/b: down");
                assertThat(tell(new Command.Administer("web", "a", AdminState.DRAIN))).isEqualTo(Answer.Kind.DONE);
                assertThat(tell(new Command.Administer("web", "a", AdminState.ONLINE))).isEqualTo(Answer.Kind.DONE);
                assertThat(tell(new Command.Reload())).isEqualTo(Answer.Kind.DONE);
                assertThat(Scrape.of(metrics).value("sluice_descriptors_used")).isBetween(200.0, 390.0);
                assertThat(Scrape.of(metrics).value("sluice_descriptors_allowed")).isEqualTo(400);
                long share = (processorMs(child.pid()) - cpuBefore) * 100
                        / Math.max(1, (System.nanoTime() - sinceNs) / 1_000_000);
                assertThat(share).as("percent of a processor").isLessThan(100);
                assertThat(tell(new Command.Kick("web", null, null, 0))).isEqualTo(Answer.Kind.DONE);
                leave();
                child.awaitErr("descriptors are free again");
                for (int i = 0; i < 50; i++) {
                    assertThat(ask(port, clients)).isEqualTo("a");
                }
                assertThat(child.err().lines().filter(line -> line.contains(LINE))).hasSize(1);
                assertThat(child.err()).doesNotContain("Exception", "Too many open files");
                child.signal("TERM");
                assertThat(child.exitCode()).isZero();
            }
        }
    }

    private void hold(int port) throws IOException {
        for (int i = 0; i < CLIENTS; i++) {
            SocketChannel client = SocketChannel.open();
            client.configureBlocking(false);
            client.connect(new InetSocketAddress("127.0.0.1", port));
            idle.add(client);
        }
    }

    private static String ask(int port, String clients) throws IOException {
        try (LineClient client = new LineClient(port)) {
            if (clients.equals("announced")) {
                client.send("PROXY UNKNOWN\r\n");
            }
            return client.server();
        }
    }

    private static String datagram(int port) throws IOException {
        try (var client = new DatagramSocket()) {
            client.connect(new InetSocketAddress("127.0.0.1", port));
            client.setSoTimeout((int) PATIENCE.toMillis());
            return UdpExchange.ask(client, "hello");
        }
    }

    private Answer.Kind tell(Request request) throws Exception {
        try (ControlClient client = ControlClient.connect(directory.resolve("state"), Duration.ofSeconds(10))) {
            return client.ask(request).kind();
        }
    }

    private static long processorMs(long pid) {
        return ProcessHandle.of(pid).flatMap(process -> process.info().totalCpuDuration()).orElseThrow().toMillis();
    }

    private static String yaml(String transport, String clients, int port, int datagrams, int metrics, int a, int b,
            int udp) {
        String header = clients.equals("connected") ? "" : "proxy-protocol: { accept: true, trusted: [127.0.0.0/8] }";
        return """
                transport: %s
                admin: off
                metrics: { listen: 127.0.0.1:%d }
                services:
                  web:
                    listen: 127.0.0.1:%d
                    %s
                    health-check: { type: connect, interval: 200ms, timeout: 2s, fall: 2 }
                    servers: { a: "127.0.0.1:%d", b: "127.0.0.1:%d" }
                  answers:
                    listen: 127.0.0.1:%d
                    protocol: udp
                    health-check: { type: none }
                    servers: { u: "127.0.0.1:%d" }
                """.formatted(transport, metrics, port, header, a, b, datagrams, udp);
    }
}

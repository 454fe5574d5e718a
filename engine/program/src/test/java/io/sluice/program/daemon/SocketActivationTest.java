package io.sluice.program.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import io.sluice.testbed.DatagramServer;
import io.sluice.testbed.FreePort;
import io.sluice.testbed.LineClient;
import io.sluice.testbed.NamedServer;
import io.sluice.testbed.UdpExchange;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A daemon on sockets that systemd's own tool has opened: it could not bind them itself. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class SocketActivationTest {
    private static final int CLIENTS = 50;

    @TempDir
    Path directory;

    @Test
    void a_tcp_service_accepts_on_the_socket_that_systemd_opened_and_the_first_client_waits() throws Exception {
        int port = FreePort.next();
        try (var a = new NamedServer("a");
                var child = activated("--listen=127.0.0.1:" + port, """
                        services:
                          web:
                            listen: 127.0.0.1:%d
                            health-check: { type: none }
                            servers: { a: "127.0.0.1:%d" }
                        """.formatted(port, a.port()))) {
            await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> LineClient.ask(port), "a"::equals);
            for (int i = 0; i < CLIENTS; i++) {
                assertThat(LineClient.ask(port)).isEqualTo("a");
            }
            await().atMost(Duration.ofSeconds(60)).until(
                    () -> child.out().contains("ready listening on tcp 127.0.0.1:" + port));
            child.signal("TERM");
            assertThat(child.exitCode()).isZero();
        }
    }

    @Test
    void a_udp_service_reads_from_the_socket_that_systemd_opened() throws Exception {
        int port = FreePort.next();
        try (var server = new DatagramServer("");
                var child = activated("--datagram --listen=127.0.0.1:" + port, """
                        services:
                          dns:
                            listen: 127.0.0.1:%d
                            protocol: udp
                            health-check: { type: none }
                            servers: { a: "127.0.0.1:%d" }
                        """.formatted(port, server.port()))) {
            await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> exchange(port), "ping"::equals);
            for (int i = 0; i < CLIENTS; i++) { // from ports of their own: whichever worker the kernel would choose
                assertThat(exchange(port)).isEqualTo("ping");
            }
            assertThat(child.err()).doesNotContain("WARN  an open socket");
        }
    }

    private ChildDaemon activated(String options, String yaml) throws IOException {
        List<String> tool = new ArrayList<>(List.of("systemd-socket-activate"));
        tool.addAll(List.of(options.split(" ")));
        try {
            return ChildDaemon.behind(tool, directory, yaml);
        } catch (IOException missing) {
            return abort("systemd-socket-activate is not installed: " + missing.getMessage());
        }
    }

    private static String exchange(int port) throws IOException {
        try (DatagramSocket client = new DatagramSocket()) {
            client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            client.setSoTimeout(60_000);
            return UdpExchange.ask(client, "ping");
        }
    }
}

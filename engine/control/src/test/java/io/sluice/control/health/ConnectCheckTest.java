package io.sluice.control.health;

import static io.sluice.control.health.Recorder.QUICK;
import static io.sluice.control.health.Recorder.local;
import static io.sluice.control.health.Recorder.once;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.control.api.ServerHealth;
import io.sluice.control.config.model.HealthCheck;
import io.sluice.control.config.model.ProxyProtocol;
import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.ip.Ip;
import io.sluice.testbed.BlackHole;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectCheckTest {
    private static final HealthCheck.Connect CLOSING = new HealthCheck.Connect(0, HealthCheck.Connect.End.CLOSE, QUICK);

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void a_listening_port_is_up(String ip) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName(ip))) {
            CheckStatus status = once((InetSocketAddress) server.getLocalSocketAddress(),
                    new HealthCheck.Connect(0, QUICK));
            assertThat(status.state()).isEqualTo(ServerHealth.UP);
            assertThat(status.detail()).isEqualTo("TCP connect to " + (ip.contains(":") ? "[::1]" : ip) + ":"
                    + server.getLocalPort() + ": connected");
            assertThat(status.latencyNs()).isPositive();
        }
    }

    @Test
    void the_port_of_the_check_wins_over_the_servers_own() throws Exception {
        try (ServerSocket server = new ServerSocket(0)) {
            assertThat(once(local(refusingPort()), new HealthCheck.Connect(server.getLocalPort(), QUICK)).state())
                    .isEqualTo(ServerHealth.UP);
        }
    }

    @Test
    void a_refusing_port_is_down() throws Exception {
        CheckStatus status = once(local(refusingPort()), new HealthCheck.Connect(0, QUICK));
        assertThat(status.state()).isEqualTo(ServerHealth.DOWN);
        assertThat(status.detail()).endsWith(": connection refused");
    }

    @Test
    void a_black_hole_is_down_after_the_timeout() throws Exception {
        try (BlackHole hole = new BlackHole()) {
            CheckStatus status = once(hole.address(), new HealthCheck.Connect(0, Recorder.timing(1000, 300)));
            assertThat(status.state()).isEqualTo(ServerHealth.DOWN);
            assertThat(status.detail()).endsWith(": timed out: no connection within 300ms");
            assertThat(Duration.ofNanos(status.latencyNs())).isGreaterThanOrEqualTo(Duration.ofMillis(290));
        }
    }

    @Test
    void checks_leave_from_the_source_address() throws Exception {
        try (ServerSocket server = new ServerSocket(0)) {
            var target = new CheckTarget("web", "one", Endpoint.of(local(server.getLocalPort())),
                    CLOSING, Ip.parse("127.0.0.9"), ProxyProtocol.Send.NONE);
            assertThat(once(target).state()).isEqualTo(ServerHealth.UP);
            try (Socket accepted = server.accept()) {
                assertThat(accepted.getInetAddress().getHostAddress()).isEqualTo("127.0.0.9");
            }
        }
    }

    @Test
    void a_source_address_that_is_not_this_hosts_is_named() throws Exception {
        try (ServerSocket server = new ServerSocket(0)) {
            var target = new CheckTarget("web", "one", Endpoint.of(local(server.getLocalPort())),
                    new HealthCheck.Connect(0, QUICK),
                    Ip.parse("192.0.2.1"), ProxyProtocol.Send.NONE);
            assertThat(once(target).detail()).contains("cannot use the source address");
        }
    }

    @Test
    void a_port_that_expects_the_proxy_protocol_gets_a_header_for_the_balancer_itself() throws Exception {
        assertThat(received(ProxyProtocol.Send.V1)).isEqualTo("PROXY UNKNOWN\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(received(ProxyProtocol.Send.V2))
                .isEqualTo(HexFormat.of().parseHex("0d0a0d0a000d0a515549540a20000000"));
        assertThat(received(ProxyProtocol.Send.NONE)).isEmpty();
    }

    private static byte[] received(ProxyProtocol.Send header) throws Exception {
        try (ServerSocket server = new ServerSocket(0)) {
            once(new CheckTarget("web", "one", Endpoint.of(local(server.getLocalPort())), CLOSING, null, header));
            try (Socket accepted = server.accept()) {
                return accepted.getInputStream().readAllBytes();
            }
        }
    }

    @Test
    void a_check_ends_by_a_reset_that_the_server_does_not_take_for_a_client() throws Exception {
        assertThat(ends(HealthCheck.Connect.End.RESET)).doesNotContain("FIN");
    }

    @Test
    void a_check_told_to_close_ends_by_fin() throws Exception {
        assertThat(ends(HealthCheck.Connect.End.CLOSE)).isNotEmpty().containsOnly("FIN");
    }

    @Test
    void a_server_that_accepts_and_resets_at_once_is_up_every_time() throws Exception {
        try (ResettingServer server = new ResettingServer(); Recorder recorder = new Recorder()) {
            recorder.checks.apply(List.of(Recorder.target("one", server.address(),
                    new HealthCheck.Connect(0, HealthCheck.Connect.End.CLOSE, Recorder.timing(20, 5000)))));
            assertThat(recorder.awaitStatus("one", status -> status.streak() >= 50).state()).isEqualTo(ServerHealth.UP);
            recorder.awaitChanges(ServerHealth.UP);
        }
    }

    @Test
    void refused_timed_out_reset_and_unreachable_are_told_apart() {
        assertThat(List.of("Connection refused", "Connection timed out", "Connection reset", "Broken pipe",
                "Network is unreachable").stream().map(said -> Words.outcome(new SocketException(said)).detail()))
                .containsExactly("connection refused", "timed out: the kernel gave up", "connection reset",
                        "connection reset", "unreachable: no route to its network");
        assertThat(Words.outcome(new NoRouteToHostException()).detail()).isEqualTo("unreachable: no route to host");
        assertThat(Words.outcome(new SSLException("Broken pipe", new SocketException("Broken pipe"))).detail())
                .isEqualTo("connection reset");
    }

    /** How connections of ten checks ended for the server, as far as its kernel told it of them. */
    private static List<String> ends(HealthCheck.Connect.End end) throws Exception {
        var ends = new CopyOnWriteArrayList<String>();
        var accepted = new AtomicInteger();
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread accepting = Thread.ofVirtual().start(() -> {
                while (true) {
                    try (Socket socket = server.accept()) {
                        accepted.incrementAndGet();
                        ends.add(end(socket));
                    } catch (IOException closed) {
                        return;
                    }
                }
            });
            try (Recorder recorder = new Recorder()) {
                recorder.checks.apply(List.of(Recorder.target("one", local(server.getLocalPort()),
                        new HealthCheck.Connect(0, end, Recorder.timing(20, 5000)))));
                recorder.awaitStatus("one", status -> status.streak() >= 10);
            }
            server.close();
            accepting.join();
        }
        assertThat(ends).hasSize(accepted.get());
        return ends;
    }

    private static String end(Socket socket) {
        try {
            return socket.getInputStream().read() < 0 ? "FIN" : "data";
        } catch (IOException reset) {
            return "RST";
        }
    }

    /** tcpmux, which nobody serves: one that was free a moment ago may be given to somebody. */
    static int refusingPort() {
        return 1;
    }
}

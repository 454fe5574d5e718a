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
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectCheckTest {
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
            assertThat(status.detail()).endsWith(": no connection within 300ms");
            assertThat(Duration.ofNanos(status.latencyNs())).isGreaterThanOrEqualTo(Duration.ofMillis(290));
        }
    }

    @Test
    void checks_leave_from_the_source_address() throws Exception {
        try (ServerSocket server = new ServerSocket(0)) {
            var target = new CheckTarget("web", "one", Endpoint.of(local(server.getLocalPort())),
                    new HealthCheck.Connect(0, QUICK),
                    Ip.parse("127.0.0.9"), ProxyProtocol.Send.NONE);
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
            once(new CheckTarget("web", "one", Endpoint.of(local(server.getLocalPort())),
                    new HealthCheck.Connect(0, QUICK), null,
                    header));
            try (Socket accepted = server.accept()) {
                return accepted.getInputStream().readAllBytes();
            }
        }
    }

    /** tcpmux, which nobody serves: one that was free a moment ago may be given to somebody. */
    static int refusingPort() {
        return 1;
    }
}

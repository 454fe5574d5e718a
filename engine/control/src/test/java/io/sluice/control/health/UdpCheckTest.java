package io.sluice.control.health;

import static io.sluice.control.health.Recorder.QUICK;
import static io.sluice.control.health.Recorder.local;
import static io.sluice.control.health.Recorder.once;
import static io.sluice.control.health.Recorder.timing;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.control.api.ServerHealth;
import io.sluice.control.config.model.Bytes;
import io.sluice.control.config.model.HealthCheck;
import io.sluice.control.config.model.ProxyProtocol;
import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.ip.Ip;
import io.sluice.testbed.FreePort;
import io.sluice.testbed.Program;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UdpCheckTest {
    /** RFC 1035: id 5a5a, recursion desired, one question: psm.example A IN. */
    private static final Bytes QUERY = new Bytes(
            "5a5a0100000100000000000003" + "70736d" + "07" + "6578616d706c65" + "00"
                    + "00010001");

    @TempDir
    Path folder;

    private static HealthCheck.Udp udp(Bytes send, @Nullable Bytes expect, boolean acceptSilence) {
        return new HealthCheck.Udp(0, send, expect, acceptSilence, QUICK);
    }

    @Tag("peer")
    @Test
    void a_dns_server_that_knows_the_name_is_up() throws Exception {
        try (Program dnsmasq = dnsmasq()) {
            InetSocketAddress server = local(dnsPort);
            // the answer's flags and id; the address 10.1.2.3
            assertThat(once(server, udp(QUERY, new Bytes("5a5a85"), false)).state()).isEqualTo(ServerHealth.UP);
            CheckStatus status = once(server, udp(QUERY, new Bytes("0a010203"), false));
            assertThat(status.state()).isEqualTo(ServerHealth.UP);
            assertThat(status.detail()).isEqualTo(
                    "UDP probe of 127.0.0.1:" + dnsPort + ": answered 45 bytes with what is expected");
            assertThat(once(server, udp(QUERY, null, false)).state()).isEqualTo(ServerHealth.UP);
            CheckStatus wrong = once(server, udp(QUERY, new Bytes("0a010204"), false));
            assertThat(wrong.state()).isEqualTo(ServerHealth.DOWN);
            assertThat(wrong.detail()).contains("answered 45 bytes without hex 0a010204: hex 5a5a85");
            assertThat(dnsmasq.process.isAlive()).isTrue();
        }
    }

    private int dnsPort;

    private Program dnsmasq() throws Exception {
        for (int attempt = 0; attempt < 10; attempt++) {
            dnsPort = FreePort.next();
            Program program = Program.start(folder, "dnsmasq-base",
                    List.of("dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--port=" + dnsPort,
                            "--listen-address=127.0.0.1", "--bind-interfaces", "--no-resolv", "--no-hosts",
                            "--pid-file=", "--user=root", "--address=/psm.example/10.1.2.3"));
            if (program.accepts(local(dnsPort))) { // it listens on TCP too
                return program;
            }
        }
        throw new AssertionError("dnsmasq does not start");
    }

    @Test
    void text_is_expected_as_text() throws Exception {
        try (Echo echo = new Echo("SIP/2.0 200 OK\r\n")) {
            assertThat(once(echo.address(), udp(Bytes.ofText("OPTIONS"), Bytes.ofText("200 OK"), false)).state())
                    .isEqualTo(ServerHealth.UP);
            assertThat(once(echo.address(), udp(Bytes.ofText("OPTIONS"), Bytes.ofText("202"), false)).detail())
                    .endsWith("answered 16 bytes without 202: SIP/2.0 200 OK");
        }
    }

    @Test
    void silence_is_down_unless_it_is_accepted() throws Exception {
        try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            InetSocketAddress address = local(silent.getLocalPort());
            var timing = timing(1000, 300);
            CheckStatus strict = once(address, new HealthCheck.Udp(0, Bytes.ofText("x"), null, false, timing));
            assertThat(strict.state()).isEqualTo(ServerHealth.DOWN);
            assertThat(strict.detail()).endsWith(": no answer within 300ms");
            CheckStatus lax = once(address, new HealthCheck.Udp(0, Bytes.ofText("x"), null, true, timing));
            assertThat(lax.state()).isEqualTo(ServerHealth.UP);
            assertThat(lax.detail()).contains("silence");
        }
    }

    @Test
    void a_closed_port_is_down_even_where_silence_is_accepted() {
        // one that was free a moment ago may become the probe's own
        CheckStatus status = once(local(ConnectCheckTest.refusingPort()), udp(Bytes.ofText("x"), null, true));
        assertThat(status.state()).isEqualTo(ServerHealth.DOWN);
        assertThat(status.detail()).endsWith(": port unreachable (ICMP)");
    }

    @Test
    void probes_leave_from_the_source_address() throws Exception {
        try (Echo echo = new Echo("yes")) {
            once(new CheckTarget("web", "one", Endpoint.of(echo.address()), udp(Bytes.ofText("x"), null, false),
                    Ip.parse("127.0.0.7"), ProxyProtocol.Send.NONE));
            assertThat(echo.lastClient.getHostAddress()).isEqualTo("127.0.0.7");
        }
    }

    /** Answers every datagram with the same text. */
    private static final class Echo implements AutoCloseable {
        private final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        volatile InetAddress lastClient = InetAddress.getLoopbackAddress();

        Echo(String answer) throws Exception {
            byte[] bytes = answer.getBytes(StandardCharsets.US_ASCII);
            Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        var packet = new DatagramPacket(new byte[1000], 1000);
                        socket.receive(packet);
                        lastClient = packet.getAddress();
                        socket.send(new DatagramPacket(bytes, bytes.length, packet.getSocketAddress()));
                    }
                } catch (java.io.IOException closed) {
                    // the test is over
                }
            });
        }

        InetSocketAddress address() {
            return (InetSocketAddress) socket.getLocalSocketAddress();
        }

        @Override
        public void close() {
            socket.close();
        }
    }
}

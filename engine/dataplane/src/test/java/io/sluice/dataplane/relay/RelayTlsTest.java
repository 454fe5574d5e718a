package io.sluice.dataplane.relay;

import static io.sluice.dataplane.relay.RelayTest.connect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.sluice.dataplane.service.Encryption;
import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.Forwarding.ProxyHeader;
import io.sluice.dataplane.service.RealServer;
import io.sluice.dataplane.service.ServerColumn;
import io.sluice.dataplane.service.ServiceColumn;
import io.sluice.dataplane.service.VirtualService;
import io.sluice.dataplane.worker.Transport;
import io.sluice.ringbuffers.ip.PrefixSet;
import io.sluice.scheduler.SchedulerKind;
import io.sluice.testbed.Openssl;
import io.sluice.testbed.Peer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS taken off towards clients, put on towards servers, or both: no byte is lost on the way. */
@Tag("peer")
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class RelayTlsTest {
    private static final String NAME = "web.example";

    /** Where TLS ends and begins. */
    enum Where {
        CLIENT, SERVER, BOTH;

        boolean client() {
            return this != SERVER;
        }

        boolean server() {
            return this != CLIENT;
        }
    }

    @TempDir
    static Path directory;
    private static SSLContext own;
    private static SSLContext trusting;
    private static SSLContext doubting;

    @BeforeAll
    static void certificates() throws Exception {
        Openssl.certificate(directory, "own", "ec", "DNS:" + NAME);
        Openssl.certificate(directory, "other", "ec", "DNS:" + NAME);
        own = Openssl.showing(directory, "own");
        trusting = Openssl.trusting(directory, "own");
        doubting = Openssl.trusting(directory, "other");
        shakeHands();
    }

    /** The first handshake of a JVM takes seconds on a busy machine: the relay's limit for one is no subject here. */
    private static void shakeHands() throws Exception {
        try (var server = server(true, RelayTlsTest::echo);
                SSLSocket client = secure(new Socket("127.0.0.1", server.address().getPort()))) {
            client.getOutputStream().write("ping".getBytes(StandardCharsets.US_ASCII));
            assertThat(client.getInputStream().readNBytes(4)).asString().isEqualTo("ping");
        }
    }

    static Stream<Arguments> everyWay() {
        return Stream.of(Transport.values())
                .flatMap(transport -> Stream.of(Where.values()).map(where -> Arguments.of(transport, where)));
    }

    @ParameterizedTest
    @MethodSource("everyWay")
    void bulk_both_ways_arrives_whole_and_each_side_ends_in_its_turn(Transport transport, Where where)
            throws Exception {
        long size = 64 << 20;
        try (var relay = new RelayHarness(transport, RelaySettings.Kind.AUTO, 1);
                var server = server(where.server(), socket -> {
                    Future<Long> received = Peer.async(() -> Peer.checksumOfAll(socket.getInputStream(), size));
                    assertThat(received.get()).isEqualTo(Peer.checksum(size, 1));
                    // the client has ended its side: this one is still open
                    return Peer.send(socket.getOutputStream(), size, 2);
                })) {
            VirtualService service = serve(relay, where, trusting, server);
            try (Socket client = client(service, where.client())) {
                Peer.send(client.getOutputStream(), size, 1);
                client.shutdownOutput();
                assertThat(Peer.checksumOfAll(client.getInputStream(), size)).isEqualTo(Peer.checksum(size, 2));
            }
            server.await(1);
            relay.awaitQuiet();
            assertThat(relay.ends).containsExactly(EndReason.CLOSED);
            assertThat(service.counters().counts().getFirst().get(ServiceColumn.BYTES_IN)).isEqualTo(size);
            assertThat(service.counters().counts().getFirst().get(ServiceColumn.BYTES_OUT)).isEqualTo(size);
            assertThat(service.counters().counts().getFirst().get(ServiceColumn.BYTES_SPLICED)).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("everyWay")
    void a_slow_reader_holds_the_sender_back_and_gets_everything(Transport transport, Where where) throws Exception {
        long size = 32 << 20;
        try (var relay = new RelayHarness(transport, RelaySettings.Kind.AUTO, 1);
                var server = server(where.server(), socket -> Peer.send(socket.getOutputStream(), size, 3))) {
            VirtualService service = serve(relay, where, trusting, server);
            try (Socket client = client(service, where.client())) {
                // the sender is stuck once the sockets' buffers and one block or two are full
                await().atMost(Duration.ofSeconds(60)).until(() -> {
                    long before = service.counters().counts().getFirst().get(ServiceColumn.BYTES_OUT);
                    Thread.sleep(300);
                    return before > 0 && before == service.counters().counts().getFirst().get(ServiceColumn.BYTES_OUT)
                            && relay.relays.getFirst().blocksHeld() > 0;
                });
                assertThat(service.counters().counts().getFirst().get(ServiceColumn.BYTES_OUT)).isLessThan(size);
                assertThat(relay.relays.getFirst().blocksHeld()).isBetween(1, 4);
                assertThat(Peer.checksumOfAll(client.getInputStream(), size)).isEqualTo(Peer.checksum(size, 3));
            }
            relay.awaitQuiet();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void a_handshake_that_comes_byte_by_byte_works_in_every_version(String version) throws Exception {
        try (var relay = new RelayHarness(Transport.EPOLL, RelaySettings.Kind.AUTO, 1);
                var server = server(false, RelayTlsTest::echo)) {
            VirtualService service = serve(relay, Where.CLIENT, trusting, server);
            try (var dribble = new Peer(socket -> dribble(socket, RelayHarness.address(service)));
                    SSLSocket client = secure(new Socket("127.0.0.1", dribble.address().getPort()))) {
                client.setEnabledProtocols(new String[]{version});
                client.getOutputStream().write("ping".getBytes(StandardCharsets.US_ASCII));
                assertThat(client.getInputStream().readNBytes(4)).asString().isEqualTo("ping");
                assertThat(client.getSession().getProtocol()).isEqualTo(version);
            }
            relay.awaitQuiet();
        }
    }

    @Test
    void what_is_not_tls_is_answered_with_an_alert_and_counted() throws Exception {
        try (var relay = new RelayHarness(Transport.EPOLL, RelaySettings.Kind.AUTO, 1);
                var server = server(false, RelayTlsTest::echo)) {
            VirtualService service = serve(relay, Where.CLIENT, trusting, server);
            try (Socket client = connect(service)) {
                client.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                byte[] said = client.getInputStream().readAllBytes();
                assertThat(said[0]).as("an alert").isEqualTo((byte) 21);
            }
            relay.awaitQuiet();
            assertThat(relay.ends).containsExactly(EndReason.TLS);
            assertThat(service.servers().getFirst().counters().getFirst().get(ServerColumn.CONNECTIONS_TOTAL))
                    .isZero();
        }
    }

    @Test
    void a_server_whose_certificate_is_not_trusted_is_passed_over() throws Exception {
        try (var relay = new RelayHarness(Transport.EPOLL, RelaySettings.Kind.AUTO, 1);
                var impostor = server(true, RelayTlsTest::echo);
                var server = server(true, RelayTlsTest::echo)) {
            VirtualService service = relay.serve("web", java.net.InetAddress.getLoopbackAddress(),
                    List.of(impostor.address(), server.address()),
                    one -> towards(one, List.of(encryption(doubting), encryption(trusting))));
            for (int i = 0; i < 2; i++) {
                try (Socket client = connect(service)) {
                    client.getOutputStream().write("ping".getBytes(StandardCharsets.US_ASCII));
                    assertThat(client.getInputStream().readNBytes(4)).asString().isEqualTo("ping");
                }
            }
            relay.awaitQuiet();
            assertThat(service.servers().getFirst().counters().getFirst().get(ServerColumn.CONNECT_FAILURES))
                    .isPositive();
            assertThat(service.servers().getLast().counters().getFirst().get(ServerColumn.CONNECTIONS_TOTAL))
                    .isEqualTo(2);
        }
    }

    @Test
    void where_no_server_is_trusted_the_client_is_reset() throws Exception {
        try (var relay = new RelayHarness(Transport.EPOLL, RelaySettings.Kind.AUTO, 1);
                var server = server(true, RelayTlsTest::echo)) {
            VirtualService service = serve(relay, Where.SERVER, doubting, server);
            try (Socket client = connect(service)) {
                assertThatThrownBy(() -> client.getInputStream().read()).hasMessageContaining("reset");
            }
            relay.awaitQuiet();
            assertThat(relay.ends).containsExactly(EndReason.TLS);
        }
    }

    @Test
    void a_server_that_speaks_first_is_heard_even_where_its_words_come_with_the_handshakes_end() throws Exception {
        try (var relay = new RelayHarness(Transport.EPOLL, RelaySettings.Kind.AUTO, 1);
                var server = new Peer(socket -> {
                    SSLSocket secure = accepted(socket);
                    secure.setEnabledProtocols(new String[]{"TLSv1.2"}); // its handshake's last word is the server's
                    secure.getOutputStream().write("220 ready\r\n".getBytes(StandardCharsets.US_ASCII));
                    return secure.getInputStream().readAllBytes().length;
                })) {
            VirtualService service = serve(relay, Where.SERVER, trusting, server);
            for (int i = 0; i < 30; i++) {
                try (Socket client = connect(service)) {
                    assertThat(client.getInputStream().readNBytes(11)).asString().isEqualTo("220 ready\r\n");
                }
            }
            relay.awaitQuiet();
        }
    }

    @Test
    void a_proxy_header_goes_before_the_handshake() throws Exception {
        try (var relay = new RelayHarness(Transport.EPOLL, RelaySettings.Kind.AUTO, 1);
                var server = new Peer(socket -> {
                    StringBuilder header = new StringBuilder();
                    while (!header.toString().endsWith("\r\n")) {
                        header.append((char) socket.getInputStream().read());
                    }
                    assertThat(header.toString()).startsWith("PROXY TCP4 127.0.0.1 127.0.0.1 ");
                    return echo(accepted(socket));
                })) {
            VirtualService service = relay.serve("web", java.net.InetAddress.getLoopbackAddress(),
                    List.of(server.address()),
                    one -> RoutesEdit.proxyHeader(towards(one, List.of(encryption(trusting))),
                            new ProxyHeader(false, PrefixSet.NONE, 1)));
            try (Socket client = connect(service)) {
                client.getOutputStream().write("ping".getBytes(StandardCharsets.US_ASCII));
                assertThat(client.getInputStream().readNBytes(4)).asString().isEqualTo("ping");
            }
            server.await(1);
            relay.awaitQuiet();
        }
    }

    @ParameterizedTest
    @MethodSource("everyWay")
    void a_clients_reset_behind_its_bytes_is_the_servers(Transport transport, Where where) throws Exception {
        var seen = new CompletableFuture<Throwable>();
        try (var relay = new RelayHarness(transport, RelaySettings.Kind.AUTO, 1);
                var server = server(where.server(), socket -> {
                    socket.getInputStream().readNBytes(100_000);
                    seen.complete(catchThrowable(() -> socket.getInputStream().read()));
                    return 1L;
                })) {
            VirtualService service = serve(relay, where, trusting, server);
            Socket plain = connect(service);
            Socket client = where.client() ? secure(plain) : plain;
            client.getOutputStream().write(new byte[100_000]);
            await().atMost(Duration.ofSeconds(60)).until(
                    () -> service.counters().counts().getFirst().get(ServiceColumn.BYTES_IN) == 100_000);
            plain.setSoLinger(true, 0);
            plain.close(); // below TLS, which would have said goodbye
            assertThat(seen.get(60, TimeUnit.SECONDS)).hasMessageContaining("reset");
            relay.awaitQuiet();
            assertThat(relay.ends).containsExactly(EndReason.CLIENT_RESET);
        }
    }

    @ParameterizedTest
    @MethodSource("everyWay")
    void a_servers_reset_behind_its_bytes_is_the_clients(Transport transport, Where where) throws Exception {
        try (var relay = new RelayHarness(transport, RelaySettings.Kind.AUTO, 1); var server = new Peer(plain -> {
            Socket socket = where.server() ? accepted(plain) : plain;
            socket.getInputStream().readNBytes(4);
            socket.getOutputStream().write(new byte[100_000]);
            socket.getInputStream().readNBytes(4);
            plain.setSoLinger(true, 0);
            return 1L;
        })) {
            VirtualService service = serve(relay, where, trusting, server);
            try (Socket client = client(service, where.client())) {
                client.getOutputStream().write("ping".getBytes(StandardCharsets.US_ASCII));
                assertThat(client.getInputStream().readNBytes(100_000)).hasSize(100_000);
                client.getOutputStream().write("ping".getBytes(StandardCharsets.US_ASCII));
                assertThatThrownBy(() -> client.getInputStream().read()).hasMessageContaining("reset");
            }
            relay.awaitQuiet();
            assertThat(relay.ends).containsExactly(EndReason.SERVER_RESET);
        }
    }

    /** RFC 8446 section 6.1: without close_notify nobody knows whether the stream is whole. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_goodbye_is_said_to_the_server_only_where_the_client_has_said_one(boolean said) throws Exception {
        var types = new CompletableFuture<List<Integer>>();
        try (var relay = new RelayHarness(Transport.EPOLL, RelaySettings.Kind.AUTO, 1);
                var server = new Peer(socket -> {
                    SSLSocket secure = accepted(socket);
                    secure.setEnabledProtocols(new String[]{"TLSv1.2"}); // in which records show what they are
                    return secure.getInputStream().readAllBytes().length;
                });
                var tap = new Peer(socket -> tap(socket, server.address(), types))) {
            VirtualService service = serve(relay, Where.BOTH, trusting, tap);
            try (Socket plain = connect(service); SSLSocket client = secure(plain)) {
                client.getOutputStream().write("ping".getBytes(StandardCharsets.US_ASCII));
                if (said) {
                    client.shutdownOutput();
                } else {
                    plain.shutdownOutput();
                }
                assertThat(types.get(60, TimeUnit.SECONDS)).containsSubsequence(22, 20, 22, 23)
                        .last().isEqualTo(said ? 21 : 23);
            }
            relay.awaitQuiet();
        }
    }

    /** Passes everything on, and tells the types of the records that went there (RFC 5246 section 6.2.1). */
    private static long tap(Socket from, InetSocketAddress to, CompletableFuture<List<Integer>> types)
            throws Exception {
        try (var onward = new Socket(to.getAddress(), to.getPort())) {
            Peer.async(() -> onward.getInputStream().transferTo(from.getOutputStream()));
            List<Integer> seen = new ArrayList<>();
            InputStream in = from.getInputStream();
            for (byte[] head = in.readNBytes(5); head.length == 5; head = in.readNBytes(5)) {
                byte[] body = in.readNBytes((head[3] & 0xFF) << 8 | (head[4] & 0xFF));
                onward.getOutputStream().write(head);
                onward.getOutputStream().write(body);
                seen.add((int) head[0]);
            }
            types.complete(seen);
            return seen.size();
        }
    }

    // ---- the parts ----

    private static VirtualService serve(RelayHarness relay, Where where, SSLContext trust, Peer server)
            throws IOException {
        return relay.serve("web", java.net.InetAddress.getLoopbackAddress(), List.of(server.address()), one -> {
            VirtualService service = where.server() ? towards(one, List.of(encryption(trust))) : one;
            return where.client() ? RoutesEdit.tls(service, () -> engine(own.createSSLEngine(), false)) : service;
        });
    }

    private static VirtualService towards(VirtualService service, List<Encryption> encryptions) {
        List<RealServer> servers = Stream.iterate(0, i -> i + 1).limit(encryptions.size()).map(i -> {
            RealServer s = service.servers().get(i);
            return new RealServer(s.id(), s.name(), s.addressHigh(), s.addressLow(), s.port(), encryptions.get(i),
                    s.maxConnections(), s.minConnections(), s.state(), s.sever(),
                    s.gauges(), s.counters());
        }).toList();
        return RoutesEdit.servers(service, servers, RelayHarness.candidates(SchedulerKind.ROUND_ROBIN, servers));
    }

    private static Encryption encryption(SSLContext trust) {
        return () -> {
            SSLEngine engine = engine(trust.createSSLEngine(NAME, 443), true);
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            engine.setSSLParameters(parameters);
            return engine;
        };
    }

    private static SSLEngine engine(SSLEngine engine, boolean client) {
        engine.setUseClientMode(client);
        return engine;
    }

    private static Peer server(boolean encrypted, Peer.Body body) throws IOException {
        return new Peer(socket -> body.serve(encrypted ? accepted(socket) : socket));
    }

    private static SSLSocket accepted(Socket socket) throws IOException {
        SSLSocket secure = (SSLSocket) own.getSocketFactory().createSocket(socket, null, socket.getPort(), true);
        secure.setUseClientMode(false);
        return secure;
    }

    private static Socket client(VirtualService service, boolean encrypted) throws IOException {
        Socket plain = connect(service);
        if (!encrypted) {
            return plain;
        }
        SSLSocket secure = secure(plain);
        secure.startHandshake();
        return secure;
    }

    private static SSLSocket secure(Socket plain) throws IOException {
        return (SSLSocket) trusting.getSocketFactory().createSocket(plain, NAME, 443, true);
    }

    private static long echo(Socket socket) throws IOException {
        socket.getOutputStream().write(socket.getInputStream().readNBytes(4));
        return 4;
    }

    /** Passes everything on, each byte in a segment of its own. */
    private static long dribble(Socket from, InetSocketAddress to) throws Exception {
        try (var onward = new Socket(to.getAddress(), to.getPort())) {
            onward.setTcpNoDelay(true);
            from.setTcpNoDelay(true);
            Future<Long> back = Peer.async(() -> byByte(onward, from));
            long there = byByte(from, onward);
            return there + back.get();
        }
    }

    private static long byByte(Socket from, Socket to) throws IOException {
        InputStream in = from.getInputStream();
        long count = 0;
        for (int one = in.read(); one >= 0; one = in.read()) {
            to.getOutputStream().write(one);
            count++;
        }
        to.shutdownOutput();
        return count;
    }
}

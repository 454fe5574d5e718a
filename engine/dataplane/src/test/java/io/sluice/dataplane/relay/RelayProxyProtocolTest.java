package io.sluice.dataplane.relay;

import static io.sluice.dataplane.relay.RelayTest.connect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.Forwarding.ProxyHeader;
import io.sluice.dataplane.service.ServiceColumn;
import io.sluice.dataplane.service.VirtualService;
import io.sluice.dataplane.worker.Transport;
import io.sluice.ringbuffers.ip.Prefix;
import io.sluice.ringbuffers.ip.PrefixSet;
import io.sluice.testbed.FreePort;
import io.sluice.testbed.Peer;
import io.sluice.testbed.Program;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a trusted balancer says of its client reaches the server, whole; and is no byte of the client's. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class RelayProxyProtocolTest {
    private static final String V1_INET6 = "PROXY TCP6 2001:db8::7 2001:db8:0:1:1:1:1:1 40000 443\r\n";
    private static final String V1_MAPPED = "PROXY TCP6 ::ffff:10.1.2.3 ::ffff:10.4.5.6 1234 443\r\n";
    private static final String V1_INET = "PROXY TCP4 10.1.2.3 10.4.5.6 1234 443\r\n";
    private static final String V2_START = hex("0d0a0d0a000d0a515549540a");
    private static final String V2_INET = V2_START + hex("2111000c0a0102030a04050604d201bb");
    private static final String V2_INET6 = V2_START + hex("2121002420010db8000000000000000000000007"
            + "20010db80000000100010001000100019c4001bb");
    private static final String V2_MAPPED = V2_START + hex("2121002400000000000000000000ffff0a010203"
            + "00000000000000000000ffff0a04050604d201bb");
    /** An authority, a checksum, and a type that nobody knows. */
    private static final String V2_EXTENDED = V2_START + hex("2111001f0a0102030a04050604d201bb"
            + "020004686f7374" + "030004c5538bf8" + "e000026162");

    private RelayHarness relay;
    private Peer server;
    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

    private static String hex(String digits) {
        return new String(HexFormat.of().parseHex(digits), StandardCharsets.ISO_8859_1);
    }

    @BeforeEach
    void start() throws IOException {
        relay = new RelayHarness(Transport.EPOLL, RelaySettings.Kind.AUTO, 1);
        server = new Peer(socket -> {
            seen.add(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1));
            return 1L;
        });
    }

    @AfterEach
    void stop() throws IOException {
        relay.close();
        server.close();
    }

    private VirtualService serve(InetSocketAddress address, int sendVersion) throws IOException {
        var trusted = PrefixSet.of(Prefix.parse("127.0.0.0/8"));
        return relay.serve("web", InetAddress.getLoopbackAddress(), List.of(address),
                one -> RoutesEdit.proxyHeader(one, new ProxyHeader(true, trusted, sendVersion)));
    }

    private static void say(VirtualService service, String text) throws IOException {
        try (var client = connect(service)) {
            client.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            client.shutdownOutput();
            client.getInputStream().readAllBytes();
        }
    }

    /** Each header, and how it must be told in each version. */
    private record Case(String header, String asV1, String asV2) {
    }

    @Test
    void both_ends_of_the_connection_it_speaks_for_travel_on_in_the_headers_own_family() throws Exception {
        var cases = List.of(new Case(V1_INET, V1_INET, V2_INET), new Case(V1_INET6, V1_INET6, V2_INET6),
                new Case(V1_MAPPED, V1_MAPPED, V2_MAPPED), new Case(V2_INET, V1_INET, V2_INET),
                new Case(V2_INET6, V1_INET6, V2_INET6), new Case(V2_MAPPED, V1_MAPPED, V2_MAPPED));
        for (int version : new int[]{1, 2}) {
            VirtualService service = serve(server.address(), version);
            for (Case one : cases) {
                say(service, one.header + "hello");
                assertThat(seen.poll(60, TimeUnit.SECONDS)).isEqualTo((version == 1 ? one.asV1 : one.asV2) + "hello");
            }
        }
        relay.awaitQuiet();
    }

    @Test
    void extensions_travel_on_in_version_2_with_their_checksum() throws Exception {
        say(serve(server.address(), 2), V2_EXTENDED + "hello");
        assertThat(seen.poll(60, TimeUnit.SECONDS)).isEqualTo(V2_EXTENDED + "hello");
        say(serve(server.address(), 1), V2_EXTENDED + "hello");
        assertThat(seen.poll(60, TimeUnit.SECONDS)).isEqualTo(V1_INET + "hello");
        say(serve(server.address(), 0), V2_EXTENDED + "hello");
        assertThat(seen.poll(60, TimeUnit.SECONDS)).isEqualTo("hello");
        relay.awaitQuiet();
        assertThat(relay.relays.getFirst().heap.takenBytes()).isZero();
    }

    @Test
    void a_header_of_the_largest_size_travels_on() throws Exception {
        String large = V2_START + hex("2111ffff0a0102030a04050604d201bb" + "e0fff0") + "x".repeat(0xFFF0);
        say(serve(server.address(), 2), large + "hello");
        assertThat(seen.poll(60, TimeUnit.SECONDS)).isEqualTo(large + "hello");
    }

    @Test
    void no_byte_of_a_header_counts_as_the_clients() throws Exception {
        for (int version = 0; version <= 2; version++) {
            VirtualService service = serve(server.address(), version);
            long before = service.counters().counts().getFirst().get(ServiceColumn.BYTES_IN);
            say(service, V2_EXTENDED + "hello");
            relay.awaitQuiet();
            assertThat(service.counters().counts().getFirst().get(ServiceColumn.BYTES_IN) - before).isEqualTo(5);
        }
    }

    /** Each of these HAProxy 2.6 refuses too. */
    @ParameterizedTest
    @CsvSource({"a value past the header's end, 211100120a0102030a04050604d201bb 020010616263",
        "a type without a length, 2111000d0a0102030a04050604d201bb 02",
        "half a length, 2111000e0a0102030a04050604d201bb 0200",
        "a wrong checksum, 2111001a0a0102030a04050604d201bb 020004686f7374 030004c2d2e2b3",
        "a checksum of 3 bytes, 211100120a0102030a04050604d201bb 0300030a2b8c",
        "no family, 210000 00", "UDP over IPv4, 2112000c0a0102030a04050604d201bb",
        "UDP over IPv6, 2122002420010db800000000000000000000000720010db80000000100010001000100019c4001bb",
        "a family that nobody knows, 2141000c0a0102030a04050604d201bb",
        "IPv4 without a transport, 2110000c0a0102030a04050604d201bb",
        "half the addresses, 211100080a0102030a040506", "a command that nobody knows, 2211000c0a0102030a04050604d201bb",
        "version 1 in binary, 1111000c0a0102030a04050604d201bb"})
    void a_malformed_header_is_refused(String what, String digits) throws Exception {
        VirtualService service = serve(server.address(), 2);
        try (var client = RawPeer.connect(RelayHarness.address(service))) {
            client.send((V2_START + hex(digits.replace(" ", "")) + "hello").getBytes(StandardCharsets.ISO_8859_1));
            assertThat(client.end()).as(what).isNegative();
        }
        relay.awaitQuiet();
        assertThat(relay.ends).containsExactly(EndReason.PROXY_HEADER);
        assertThat(seen).isEmpty();
    }

    @Test
    void a_local_header_leaves_the_connection_its_own_ends_whatever_else_it_holds() throws Exception {
        VirtualService service = serve(server.address(), 1);
        for (String digits : List.of("20000000", "2041000c0a0102030a04050604d201bb", "20000006020010616263")) {
            say(service, V2_START + hex(digits) + "hello");
            assertThat(seen.poll(60, TimeUnit.SECONDS)).startsWith("PROXY TCP4 127.0.0.1 127.0.0.1 ")
                    .endsWith("\r\nhello");
        }
    }

    /** A balancer in front, and one behind that believes what it is told. */
    @Test
    @Tag("peer")
    void haproxy_in_front_and_haproxy_behind_tell_each_other_everything(@TempDir Path folder) throws Exception {
        int behind = FreePort.next();
        int front = FreePort.next();
        VirtualService service = serve(new InetSocketAddress("127.0.0.1", behind), 2);
        Files.writeString(folder.resolve("haproxy.cfg"), """
                defaults
                  timeout client 60s
                  timeout server 60s
                  timeout connect 60s
                frontend front
                  mode tcp
                  bind 127.0.0.1:%d
                  unique-id-format of-the-front
                  default_backend sluice
                backend sluice
                  mode tcp
                  server sluice 127.0.0.1:%d send-proxy-v2 proxy-v2-options crc32c,unique-id
                frontend behind
                  mode http
                  bind 127.0.0.1:%d accept-proxy
                  http-request return content-type text/plain lf-string "%%[src]:%%[src_port] \
                %%[dst]:%%[dst_port] %%[fc_pp_unique_id]"
                """.formatted(front, RelayHarness.address(service).getPort(), behind));
        try (Program haproxy = Program.start(folder, "haproxy", List.of("haproxy", "-db", "-f", "haproxy.cfg"))) {
            assertThat(haproxy.accepts(new InetSocketAddress("127.0.0.1", behind))).isTrue();
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                try (var client = new java.net.Socket("127.0.0.1", front)) {
                    client.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    String answer = new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                    assertThat(answer).endsWith("127.0.0.1:%d 127.0.0.1:%d of-the-front".formatted(
                            client.getLocalPort(), front));
                }
            });
        }
    }
}

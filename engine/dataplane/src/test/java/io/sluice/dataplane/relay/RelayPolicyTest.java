package io.sluice.dataplane.relay;

import static io.sluice.dataplane.relay.RelayTest.connect;
import static io.sluice.dataplane.relay.RelayTest.exchange;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.conntrack.AffinityTable;
import io.sluice.dataplane.service.AffinityRule;
import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.Forwarding.Connecting;
import io.sluice.dataplane.service.Forwarding.ProxyHeader;
import io.sluice.dataplane.service.Kick;
import io.sluice.dataplane.service.RealServer;
import io.sluice.dataplane.service.ServerColumn;
import io.sluice.dataplane.service.ServiceColumn;
import io.sluice.dataplane.service.VirtualService;
import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.ip.Prefix;
import io.sluice.ringbuffers.ip.PrefixSet;
import io.sluice.scheduler.SchedulerKind;
import io.sluice.scheduler.ServerState;
import io.sluice.testbed.Peer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets which server, and what servers are told about the client. */
class RelayPolicyTest extends NamedServers {
    @Test
    void round_robin_shares_connections_evenly_over_all_workers() throws Exception {
        VirtualService service = relay.serve(named("a"), named("b"), named("c"));
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < 300; i++) {
            counts.merge(answer(service), 1, Integer::sum);
        }
        assertThat(counts).hasSize(3);
        assertThat(counts.values()).allSatisfy(count -> assertThat(count).isBetween(98, 102));
    }

    @Test
    void least_connections_prefers_the_idle_server() throws Exception {
        InetSocketAddress a = named("a");
        InetSocketAddress b = named("b");
        VirtualService service = relay.serve("web", LOOPBACK, List.of(a, b), one -> RoutesEdit.servers(one,
                one.servers(), RelayHarness.candidates(SchedulerKind.LEAST_CONNECTIONS, one.servers())));
        List<Socket> held = new ArrayList<>();
        Map<Integer, Integer> byServer = new HashMap<>();
        for (int i = 0; i < 20; i++) {
            Socket socket = connect(service);
            byServer.merge(socket.getInputStream().read(), 1, Integer::sum);
            held.add(socket);
        }
        assertThat(byServer).containsEntry((int) 'a', 10).containsEntry((int) 'b', 10);
        for (Socket socket : held) {
            socket.close();
        }
        relay.awaitQuiet();
        assertThat(service.servers()).allSatisfy(
                server -> assertThat(server.gauges().get(ServerColumn.CONNECTIONS)).isZero());
    }

    @Test
    void a_dead_server_costs_a_retry_and_no_client() throws Exception {
        VirtualService service = relay.serve(named("a"), nobody());
        for (int i = 0; i < 20; i++) {
            assertThat(answer(service)).isEqualTo("a");
        }
        relay.awaitQuiet();
        assertThat(sum(service, ServiceColumn.RETRIES)).isBetween(5L, 20L);
        assertThat(relay.ends).containsOnly(EndReason.CLOSED);
    }

    @Test
    void only_dead_servers_end_with_connect_failed() throws Exception {
        VirtualService service = relay.serve(nobody(), nobody());
        assertThatThrownBy(() -> answer(service)).isInstanceOf(IOException.class);
        relay.awaitQuiet();
        assertThat(relay.ends).containsExactly(EndReason.CONNECT_FAILED);
    }

    @Test
    void no_server_at_all_ends_with_no_server() throws Exception {
        VirtualService service = relay.serve();
        assertThatThrownBy(() -> answer(service)).isInstanceOf(IOException.class);
        relay.awaitQuiet();
        assertThat(relay.ends).containsExactly(EndReason.NO_SERVER);
    }

    @Test
    void affinity_brings_a_client_back_whatever_worker_it_lands_on() throws Exception {
        var rule = new AffinityRule(true, 77, 60_000, 32, 128);
        VirtualService service = relay.serve("web", LOOPBACK, List.of(named("a"), named("b"), named("c")),
                one -> RoutesEdit.affinity(one, rule));
        Set<String> servers = new HashSet<>();
        for (int client = 1; client <= 12; client++) {
            String first = answer(service, "127.0.1." + client);
            servers.add(first);
            for (int i = 0; i < 10; i++) {
                assertThat(answer(service, "127.0.1." + client)).isEqualTo(first);
            }
        }
        assertThat(servers).hasSize(3);
        assertThat(relay.affinity.entries()).isEqualTo(12);
    }

    @Test
    void affinity_by_network_keeps_neighbours_together() throws Exception {
        var rule = new AffinityRule(true, 78, 60_000, 24, 64);
        VirtualService service = relay.serve("web", LOOPBACK, List.of(named("a"), named("b"), named("c")),
                one -> RoutesEdit.affinity(one, rule));
        String first = answer(service, "127.0.2.1");
        for (int i = 2; i < 20; i++) {
            assertThat(answer(service, "127.0.2." + i)).isEqualTo(first);
        }
        assertThat(relay.affinity.entries()).isEqualTo(1);
    }

    @Test
    void a_drained_server_keeps_its_known_clients_and_gets_no_new_ones() throws Exception {
        var rule = new AffinityRule(true, 79, 60_000, 32, 128);
        VirtualService service = relay.serve("web", LOOPBACK, List.of(named("a"), named("b")),
                one -> RoutesEdit.affinity(one, rule));
        Map<String, String> before = new HashMap<>();
        for (int i = 1; i <= 10; i++) {
            before.put("127.0.3." + i, answer(service, "127.0.3." + i));
        }
        VirtualService drained = withState(service, 0, ServerState.DRAINED, false);
        relay.publish(List.of(drained));
        before.forEach((client, server) -> assertThat(unchecked(() -> answer(drained, client))).isEqualTo(server));
        for (int i = 1; i <= 10; i++) {
            assertThat(answer(drained, "127.0.4." + i)).isEqualTo("b");
        }
    }

    @Test
    void a_client_of_a_dead_server_moves_and_stays_moved() throws Exception {
        var rule = new AffinityRule(true, 80, 60_000, 32, 128);
        VirtualService service = relay.serve("web", LOOPBACK, List.of(named("a"), named("b")),
                one -> RoutesEdit.affinity(one, rule));
        String first = answer(service);
        int dead = first.equals("a") ? 0 : 1;
        VirtualService down = withState(service, dead, ServerState.DOWN, false);
        relay.publish(List.of(down));
        String second = answer(down);
        assertThat(second).isNotEqualTo(first);
        relay.publish(List.of(service));
        assertThat(answer(service)).isEqualTo(second);
        assertThat(relay.affinity.lookup(80, 0, Ip.of(LOOPBACK).low(), System.currentTimeMillis()))
                .isNotEqualTo(AffinityTable.NONE);
    }

    @Test
    void an_affinity_entry_lives_as_long_as_a_connection_of_its_client_and_its_timeout_after_that() throws Exception {
        long timeoutMs = 2_000;
        VirtualService service = relay.serve("web", LOOPBACK, List.of(named("a"), named("b")),
                one -> RoutesEdit.affinity(one, new AffinityRule(true, 81, timeoutMs, 32, 128)));
        long low = Ip.of(LOOPBACK).low();
        long lastSeenMs;
        try (Socket idle = connect(service)) {
            String first = Character.toString(idle.getInputStream().read());
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                var entry = relay.affinity.find(81, 0, low);
                return entry != null && entry.lastSeenMs() - entry.createdMs() > 2 * timeoutMs;
            });
            assertThat(answer(service)).isEqualTo(first);
            lastSeenMs = requireNonNull(relay.affinity.find(81, 0, low)).lastSeenMs();
        }
        relay.awaitQuiet();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> relay.affinity.lookup(81, 0, low, System.currentTimeMillis()) == AffinityTable.NONE);
        assertThat(System.currentTimeMillis() - lastSeenMs).isGreaterThanOrEqualTo(timeoutMs);
    }

    @Test
    void halting_a_server_ends_its_connections_and_no_others() throws Exception {
        VirtualService service = relay.serve(named("a"), named("b"));
        Map<Integer, Socket> held = new HashMap<>();
        while (held.size() < 2) {
            Socket socket = connect(service);
            Socket before = held.put(socket.getInputStream().read(), socket);
            if (before != null) {
                before.close();
            }
        }
        relay.publish(List.of(withState(service, 0, ServerState.HALTED, true)));
        assertThatThrownBy(() -> held.get((int) 'a').getInputStream().readAllBytes().clone()[0]++)
                .isInstanceOf(Exception.class);
        Socket other = held.get((int) 'b');
        other.getOutputStream().write(1);
        other.shutdownOutput();
        assertThat(other.getInputStream().readAllBytes()).isEmpty();
        relay.awaitQuiet();
        assertThat(relay.ends).contains(EndReason.SERVER_DOWN, EndReason.CLOSED);
    }

    @Test
    void kick_ends_the_connections_of_one_client() throws Exception {
        VirtualService service = relay.serve(named("a"));
        try (var client = new Socket()) {
            client.bind(new InetSocketAddress("127.0.5.1", 0));
            client.connect(RelayHarness.address(service));
            client.getInputStream().read();
            relay.workers.kick(Kick.of(0, 0, 0, 0, Ip.parse("127.0.5.2").low()));
            relay.workers.kick(Kick.of(0, 0, 0, 0, Ip.parse("127.0.5.1").low()));
            await().atMost(Duration.ofSeconds(60)).until(() -> relay.ends.contains(EndReason.KICKED));
        }
        relay.awaitQuiet();
        assertThat(relay.ends).containsExactly(EndReason.KICKED);
    }

    @Test
    void kick_may_mean_connections_to_a_former_address_of_a_server_only() throws Exception {
        VirtualService before = relay.serve(named("a"));
        RealServer former = before.servers().getFirst();
        try (Socket old = connect(before)) {
            assertThat(old.getInputStream().read()).isEqualTo('a');
            var moved = new RealServer(former.id(), former.name(), former.addressHigh(), former.addressLow(),
                    named("b").getPort(), null, 0, 0, 0, false, former.gauges(),
                    former.counters());
            relay.publish(List.of(RoutesEdit.servers(before, List.of(moved), before.candidates())));
            try (Socket young = connect(before)) {
                assertThat(young.getInputStream().read()).isEqualTo('b');
                relay.workers.kick(new Kick(0, before.id(), former.id(), former.addressHigh(), former.addressLow(),
                        former.port(), 0, 0));
                await().atMost(Duration.ofSeconds(60)).until(() -> relay.ends.contains(EndReason.KICKED));
                young.shutdownOutput();
                assertThat(young.getInputStream().readAllBytes()).isEmpty();
            }
        }
        relay.awaitQuiet();
        assertThat(relay.ends).containsExactly(EndReason.KICKED, EndReason.CLOSED);
    }

    @Test
    void ipv6_clients_and_servers_work() throws Exception {
        InetAddress loopback6 = InetAddress.getByName("::1");
        var peer = new Peer(loopback6, socket -> {
            socket.getOutputStream().write(socket.getInputStream().readNBytes(4));
            return 1L;
        });
        peers.add(peer);
        VirtualService service = relay.serve("six", loopback6, List.of(peer.address()), UnaryOperator.identity());
        assertThat(exchange(service, "six!")).isEqualTo("six!");
    }

    @Test
    void source_addresses_are_used_in_turn() throws Exception {
        Set<String> seen = java.util.concurrent.ConcurrentHashMap.newKeySet();
        var peer = new Peer(socket -> {
            seen.add(socket.getInetAddress().getHostAddress());
            return 1L;
        });
        peers.add(peer);
        var sources = List.of(source("127.0.10.1"), source("127.0.10.2"));
        VirtualService service = relay.serve("web", LOOPBACK, List.of(peer.address()),
                one -> RoutesEdit.connecting(one, new Connecting(0, sources, false)));
        for (int i = 0; i < 8; i++) {
            answer(service);
        }
        assertThat(seen).containsExactlyInAnyOrder("127.0.10.1", "127.0.10.2");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void proxy_header_tells_the_server_who_the_client_is(int version) throws Exception {
        var header = new java.util.concurrent.LinkedBlockingQueue<byte[]>();
        var peer = new Peer(socket -> {
            header.add(socket.getInputStream().readAllBytes());
            return 1L;
        });
        peers.add(peer);
        VirtualService service = relay.serve("web", LOOPBACK, List.of(peer.address()),
                one -> RoutesEdit.proxyHeader(one, new ProxyHeader(false, PrefixSet.NONE, version)));
        int port;
        try (var client = connect(service)) {
            port = client.getLocalPort();
            client.getOutputStream().write("payload".getBytes(StandardCharsets.US_ASCII));
            client.shutdownOutput();
            byte[] got = header.poll(60, TimeUnit.SECONDS);
            int servicePort = RelayHarness.address(service).getPort();
            String expected = version == 1
                    ? "PROXY TCP4 127.0.0.1 127.0.0.1 %d %d\r\npayload".formatted(port, servicePort)
                    : new String(HexFormat.of().parseHex("0d0a0d0a000d0a515549540a2111000c7f0000017f000001%04x%04x"
                            .formatted(port, servicePort)), StandardCharsets.ISO_8859_1) + "payload";
            assertThat(new String(got, StandardCharsets.ISO_8859_1)).isEqualTo(expected);
        }
    }

    @Test
    void proxy_header_of_a_trusted_client_is_believed_and_taken_off() throws Exception {
        var seen = new java.util.concurrent.LinkedBlockingQueue<String>();
        var peer = new Peer(socket -> {
            seen.add(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
            return 1L;
        });
        peers.add(peer);
        var trusted = PrefixSet.of(Prefix.parse("127.0.0.0/24"));
        VirtualService service = relay.serve("web", LOOPBACK, List.of(peer.address()),
                one -> RoutesEdit.proxyHeader(one, new ProxyHeader(true, trusted, 1)));
        try (var client = connect(service)) {
            // byte after byte: a header may come in any pieces
            for (byte b : "PROXY TCP6 2001:db8::7 2001:db8::1 40000 443\r\nhello".getBytes(StandardCharsets.US_ASCII)) {
                client.getOutputStream().write(b);
                client.getOutputStream().flush();
            }
            client.shutdownOutput();
            assertThat(seen.poll(60, TimeUnit.SECONDS))
                    .isEqualTo("PROXY TCP6 2001:db8::7 2001:db8::1 40000 443\r\nhello");
        }
        try (var client = new Socket()) {
            client.bind(new InetSocketAddress("127.1.0.1", 0));
            client.connect(RelayHarness.address(service));
            client.getOutputStream().write("PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n".getBytes(StandardCharsets.US_ASCII));
            client.shutdownOutput();
            assertThat(seen.poll(60, TimeUnit.SECONDS)).startsWith("PROXY TCP4 127.1.0.1 ")
                    .endsWith("PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n");
        }
        try (var client = connect(service)) {
            client.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThatThrownBy(() -> client.getInputStream().readAllBytes().clone()[0]++).isInstanceOf(Exception.class);
        }
        relay.awaitQuiet();
        assertThat(relay.ends).contains(EndReason.PROXY_HEADER);
    }

    @Test
    void a_removed_service_stops_listening_and_keeps_its_connections() throws Exception {
        VirtualService service = relay.serve(named("a"));
        try (var client = connect(service)) {
            assertThat(client.getInputStream().read()).isEqualTo('a');
            relay.publish(List.of());
            assertThatThrownBy(() -> connect(service)).isInstanceOf(IOException.class);
            client.getOutputStream().write(new byte[1000]);
            client.shutdownOutput();
            assertThat(client.getInputStream().readAllBytes()).isEmpty();
        }
        relay.awaitQuiet();
        assertThat(relay.ends).containsExactly(EndReason.CLOSED);
    }

    private VirtualService withState(VirtualService service, int index, int state, boolean sever) {
        List<RealServer> servers = new ArrayList<>(service.servers());
        RealServer s = servers.get(index);
        servers.set(index, new RealServer(s.id(), s.name(), s.addressHigh(), s.addressLow(), s.port(), s.tls(),
                s.maxConnections(), s.minConnections(), state, sever, s.gauges(),
                s.counters()));
        return RoutesEdit.servers(service, servers, RelayHarness.candidates(SchedulerKind.ROUND_ROBIN, servers));
    }

    private static Ip source(String address) throws IOException {
        return Ip.parse(address);
    }

    private static <T> T unchecked(java.util.concurrent.Callable<T> task) {
        try {
            return task.call();
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }
}

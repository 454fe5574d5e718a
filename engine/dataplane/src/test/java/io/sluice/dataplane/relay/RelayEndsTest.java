package io.sluice.dataplane.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.RealServer;
import io.sluice.dataplane.service.ServerColumn;
import io.sluice.dataplane.service.ServiceColumn;
import io.sluice.dataplane.service.VirtualService;
import io.sluice.dataplane.worker.Transport;
import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.scheduler.SchedulerKind;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The end of a side is passed on as what it was, behind all that came before it; and it frees what it held. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class RelayEndsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** More than the reader's kernel takes, less than the relay's. */
    private static final int BYTES = 1 << 20;
    private static final int RECEIVE_BUFFER = 32 << 10;

    static Stream<Arguments> everyWay() {
        return RelayTest.everyWay();
    }

    @ParameterizedTest
    @MethodSource("everyWay")
    void a_server_that_has_not_read_yet_gets_the_bytes_before_a_clients_reset_and_then_the_reset(Transport transport,
            RelaySettings.Kind kind) throws Exception {
        try (var relay = new RelayHarness(transport, kind, 1);
                var listener = RawPeer.listen().receiveBuffer(RECEIVE_BUFFER)) {
            VirtualService service = relay.serve(listener.address());
            try (var client = RawPeer.connect(RelayHarness.address(service)); var server = listener.accept()) {
                client.sendUntilAcknowledged(BYTES);
                client.reset();
                server.receive(BYTES);
                assertThat(server.end()).isEqualTo(-Errno.ECONNRESET);
            }
            relay.awaitQuiet();
            assertThat(relay.ends).containsExactly(EndReason.CLIENT_RESET);
        }
    }

    @ParameterizedTest
    @MethodSource("everyWay")
    void a_client_that_has_not_read_yet_gets_the_bytes_before_a_servers_reset_and_then_the_reset(Transport transport,
            RelaySettings.Kind kind) throws Exception {
        try (var relay = new RelayHarness(transport, kind, 1); var listener = RawPeer.listen()) {
            VirtualService service = relay.serve(listener.address());
            try (var client = RawPeer.connect(RelayHarness.address(service)).receiveBuffer(RECEIVE_BUFFER);
                    var server = listener.accept()) {
                server.sendUntilAcknowledged(BYTES);
                server.reset();
                client.receive(BYTES);
                assertThat(client.end()).isEqualTo(-Errno.ECONNRESET);
            }
            relay.awaitQuiet();
            assertThat(relay.ends).containsExactly(EndReason.SERVER_RESET);
        }
    }

    @ParameterizedTest
    @MethodSource("everyWay")
    void a_reset_behind_a_fin_is_passed_on_though_neither_side_says_more(Transport transport,
            RelaySettings.Kind kind) throws Exception {
        try (var relay = new RelayHarness(transport, kind, 1); var listener = RawPeer.listen()) {
            VirtualService service = relay.serve(listener.address());
            try (var client = RawPeer.connect(RelayHarness.address(service)); var server = listener.accept()) {
                client.shutdownOutput();
                assertThat(server.end()).isZero();
                client.reset();
                await().atMost(PATIENCE).until(() -> relay.ends.contains(EndReason.CLIENT_RESET));
                assertThat(server.end()).as("a socket that has read the end says it again").isIn(0, -Errno.ECONNRESET,
                        -Errno.EPIPE);
            }
            try (var client = RawPeer.connect(RelayHarness.address(service)); var server = listener.accept()) {
                server.close();
                assertThat(client.end()).isZero();
                client.sendUntilAcknowledged(1); // the server's kernel has nobody for that any more
                await().atMost(PATIENCE).until(() -> relay.ends.contains(EndReason.SERVER_RESET));
            }
            relay.awaitQuiet();
            assertThat(relay.ends).containsExactly(EndReason.CLIENT_RESET, EndReason.SERVER_RESET);
        }
    }

    @ParameterizedTest
    @MethodSource("everyWay")
    void a_client_that_lingers_after_its_server_has_closed_holds_nobodys_place(Transport transport,
            RelaySettings.Kind kind) throws Exception {
        try (var relay = new RelayHarness(transport, kind, 1); var listener = RawPeer.listen()) {
            VirtualService service = relay.serve("web", InetAddress.getLoopbackAddress(), List.of(listener.address()),
                    RelayEndsTest::oneAtATime);
            try (var lingering = RawPeer.connect(RelayHarness.address(service));
                    var first = listener.accept();
                    var next = RawPeer.connect(RelayHarness.address(service))) {
                first.close();
                assertThat(lingering.end()).isZero();
                try (var second = listener.accept()) { // long before the lingering one's half-closed timeout, 1 m
                    assertThat(gauge(service)).isEqualTo(1);
                    next.sendUntilAcknowledged(100);
                    second.receive(100);
                }
                await().atMost(PATIENCE).until(() -> gauge(service) == 0);
                assertThat(service.counters().gauges().get(ServiceColumn.CONNECTIONS)).isZero();
                assertThat(relay.ends).isEmpty();
            }
            relay.awaitQuiet();
            assertThat(gauge(service)).isZero();
            assertThat(service.counters().gauges().get(ServiceColumn.CONNECTIONS)).isZero();
            assertThat(relay.ends).containsExactly(EndReason.CLOSED, EndReason.CLOSED);
        }
    }

    @ParameterizedTest
    @MethodSource("everyWay")
    void a_server_that_has_only_ended_its_own_direction_is_counted_again_when_it_gets_more(Transport transport,
            RelaySettings.Kind kind) throws Exception {
        try (var relay = new RelayHarness(transport, kind, 1); var listener = RawPeer.listen()) {
            VirtualService service = relay.serve(listener.address());
            try (var client = RawPeer.connect(RelayHarness.address(service)); var server = listener.accept()) {
                server.shutdownOutput();
                assertThat(client.end()).isZero();
                await().atMost(PATIENCE).until(() -> gauge(service) == 0);
                client.sendUntilAcknowledged(BYTES / 2);
                server.receive(BYTES / 2);
                await().atMost(PATIENCE).until(() -> gauge(service) == 1);
                assertThat(service.counters().gauges().get(ServiceColumn.CONNECTIONS)).isOne();
            }
            relay.awaitQuiet();
            assertThat(gauge(service)).isZero();
            assertThat(service.counters().gauges().get(ServiceColumn.CONNECTIONS)).isZero();
        }
    }

    private static VirtualService oneAtATime(VirtualService one) {
        RealServer s = one.servers().getFirst();
        List<RealServer> servers = List.of(new RealServer(s.id(), s.name(), s.addressHigh(), s.addressLow(), s.port(),
                s.tls(), 1, 0, s.state(), s.sever(), s.gauges(), s.counters()));
        return RoutesEdit.servers(one, servers, RelayHarness.candidates(SchedulerKind.ROUND_ROBIN, servers));
    }

    private static long gauge(VirtualService service) {
        return service.servers().getFirst().gauges().get(ServerColumn.CONNECTIONS);
    }
}

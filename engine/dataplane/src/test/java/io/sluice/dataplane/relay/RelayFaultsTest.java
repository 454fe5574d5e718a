package io.sluice.dataplane.relay;

import static io.sluice.dataplane.relay.RelayTest.connect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.FaultKind;
import io.sluice.dataplane.service.Forwarding.TcpProxy;
import io.sluice.dataplane.service.Kick;
import io.sluice.dataplane.service.ServerColumn;
import io.sluice.dataplane.service.ServiceColumn;
import io.sluice.dataplane.service.VirtualService;
import io.sluice.dataplane.worker.Transport;
import io.sluice.scheduler.SchedulerPlan;
import io.sluice.testbed.Peer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bugs of every kind in the way of single connections, on every transport: theirs end, the others notice nothing. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class RelayFaultsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @SuppressWarnings("NullAway.Init")
    private Peer echo;

    @BeforeEach
    void start() throws IOException {
        echo = new Peer(socket -> socket.getInputStream().transferTo(socket.getOutputStream()));
    }

    @AfterEach
    void stop() throws IOException {
        echo.close();
    }

    private RelayHarness harness(Transport transport) throws IOException {
        return new RelayHarness(transport, RelaySettings.Kind.AUTO, 1);
    }

    private static VirtualService plan(VirtualService service, SchedulerPlan plan) {
        return RoutesEdit.servers(service, service.servers(), service.candidates().under(plan));
    }

    private static VirtualService serve(RelayHarness relay, InetSocketAddress server, SchedulerPlan plan)
            throws IOException {
        return relay.serve("web", InetAddress.getLoopbackAddress(), List.of(server), service -> plan(service, plan));
    }

    private static void assertEchoes(Socket client) throws IOException {
        client.getOutputStream().write(7);
        assertThat(client.getInputStream().read()).isEqualTo(7);
    }

    /** What ends it may still be on its way to the worker. */
    private static void assertEnds(Socket client) {
        await().atMost(PATIENCE).until(() -> {
            try {
                client.getOutputStream().write(7);
                return client.getInputStream().read() < 0;
            } catch (IOException reset) {
                return true;
            }
        });
    }

    /** The reset may come before the client knows that it is connected. */
    private static void assertRefused(VirtualService service) {
        assertThatThrownBy(() -> {
            try (Socket refused = connect(service)) {
                assertEchoes(refused);
            }
        }).isInstanceOfAny(IOException.class, AssertionError.class);
    }

    /** Nothing of those who ended is left: no place, no memory, no count. */
    private static void assertLeavesNothing(RelayHarness relay, VirtualService service) {
        relay.awaitQuiet();
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(service.counters().gauges().get(ServiceColumn.CONNECTIONS)).isZero();
            assertThat(service.servers().getFirst().gauges().get(ServerColumn.CONNECTIONS)).isZero();
            assertThat(relay.relays.getFirst().heap.takenBytes()).isZero();
        });
        assertThat(relay.lastResort).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void a_client_that_nobody_can_be_chosen_for_is_reset_and_those_behind_it_are_served(Transport transport)
            throws Exception {
        var asked = new AtomicInteger();
        try (var relay = harness(transport)) {
            VirtualService service = serve(relay, echo.address(), seed -> (hash, load) -> {
                if (asked.incrementAndGet() % 3 == 0) {
                    throw new IllegalStateException("a bug");
                }
                return 0;
            });
            int served = 0;
            List<Socket> clients = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                clients.add(connect(service));
            }
            for (Socket client : clients) {
                try (client) {
                    assertEchoes(client);
                    served++;
                } catch (IOException reset) {
                    // its turn to be the third
                }
            }
            assertThat(served).isEqualTo(20);
            assertLeavesNothing(relay, service);
            assertThat(relay.ends(service, EndReason.INTERNAL)).isEqualTo(10);
            assertThat(relay.faults(FaultKind.READY)).isEqualTo(10);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void bytes_that_set_off_a_bug_end_the_connection_they_came_by(Transport transport) throws Exception {
        try (var relay = harness(transport)) {
            VirtualService service = relay.serve("web", InetAddress.getLoopbackAddress(), List.of(echo.address()),
                    one -> RoutesEdit.tls(one, PlainEngine::new));
            try (Socket other = connect(service); Socket client = connect(service)) {
                assertEchoes(other);
                assertEchoes(client);
                client.getOutputStream().write('!');
                assertEnds(client);
                assertEchoes(other);
            }
            assertLeavesNothing(relay, service);
            assertThat(relay.ends(service, EndReason.INTERNAL)).isEqualTo(1);
            assertThat(relay.ends(service, EndReason.CLOSED)).isEqualTo(1);
            assertThat(relay.faults(FaultKind.READY)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void all_that_are_kicked_end_although_one_of_them_throws(Transport transport) throws Exception {
        try (var relay = harness(transport)) {
            VirtualService service = relay.serve(echo.address());
            try (Socket a = connect(service); Socket b = connect(service); Socket c = connect(service)) {
                for (Socket client : List.of(a, b, c)) {
                    assertEchoes(client);
                }
                throwOnce(relay);
                relay.workers.kick(new Kick(0, service.id(), 0, 0, 0, 0, 0, 0));
                for (Socket client : List.of(a, b, c)) {
                    assertEnds(client);
                }
            }
            assertLeavesNothing(relay, service);
            assertThat(relay.faults(FaultKind.KICK)).isEqualTo(1);
        }
    }

    private static void throwOnce(RelayHarness relay) {
        var thrown = new AtomicBoolean();
        relay.whenEnded = connection -> {
            if (thrown.compareAndSet(false, true)) {
                throw new IllegalStateException("a bug");
            }
        };
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void a_timeout_that_throws_keeps_no_other_from_firing(Transport transport) throws Exception {
        try (var relay = harness(transport)) {
            VirtualService service = relay.serve("web", InetAddress.getLoopbackAddress(), List.of(echo.address()),
                    one -> RoutesEdit.timeouts(one,
                            new TcpProxy.Timeouts(5_000_000_000L, 500_000_000L, 500_000_000L)));
            try (Socket a = connect(service); Socket b = connect(service); Socket c = connect(service)) {
                for (Socket client : List.of(a, b, c)) {
                    assertEchoes(client);
                }
                throwOnce(relay);
                assertLeavesNothing(relay, service);
            }
            assertThat(relay.ends(service, EndReason.IDLE_TIMEOUT)).isEqualTo(3);
            assertThat(relay.faults(FaultKind.TIMER)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void a_service_that_cannot_be_taken_over_keeps_no_other_from_it_and_comes_later(Transport transport)
            throws Exception {
        try (var relay = harness(transport)) {
            var thrown = new AtomicBoolean();
            VirtualService broken = plan(
                    relay.service("broken", relay.listen(anyPort()), List.of(echo.address())), seed -> {
                        if (thrown.compareAndSet(false, true)) {
                            throw new IllegalStateException("a bug");
                        }
                        return (hash, load) -> 0;
                    });
            VirtualService healthy = relay.service("healthy", relay.listen(anyPort()), List.of(echo.address()));
            relay.publish(List.of(broken, healthy)); // acknowledged after the second try
            try (Socket a = connect(broken); Socket b = connect(healthy)) {
                assertEchoes(a);
                assertEchoes(b);
            }
            assertThat(relay.faults(FaultKind.ROUTES)).isEqualTo(1);
            assertLeavesNothing(relay, broken);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void a_service_that_cannot_be_updated_goes_on_as_it_was(Transport transport) throws Exception {
        try (var relay = harness(transport)) {
            VirtualService before = relay.serve(echo.address());
            VirtualService broken = plan(before, seed -> {
                throw new IllegalStateException("a bug");
            });
            VirtualService other = relay.service("other", relay.listen(anyPort()), List.of(echo.address()));
            relay.workers.publish(new io.sluice.dataplane.service.Routes(100, List.of(broken, other)));
            await().atMost(PATIENCE).until(() -> relay.faults(FaultKind.ROUTES) > 2); // it tries again, with each tick
            try (Socket a = connect(before); Socket b = connect(other)) {
                assertEchoes(a);
                assertEchoes(b);
            }
            assertThat(relay.workers.acknowledgedVersion()).isLessThan(100);
        }
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void connections_that_the_heap_does_not_hold_are_refused_and_counted(Transport transport) throws Exception {
        int room = 10;
        try (var relay = new RelayHarness(transport, RelaySettings.Kind.AUTO, 1, room * Connection.HEAP_BYTES)) {
            VirtualService service = relay.serve(echo.address());
            List<Socket> clients = new ArrayList<>();
            for (int i = 0; i < room; i++) {
                clients.add(connect(service));
                assertEchoes(clients.getLast());
            }
            assertRefused(service);
            assertThat(relay.ends(service, EndReason.RESOURCES)).isEqualTo(1);
            clients.removeLast().close();
            await().atMost(PATIENCE)
                    .until(() -> service.counters().gauges().get(ServiceColumn.CONNECTIONS) == room - 1);
            clients.add(connect(service));
            for (Socket client : clients) {
                assertEchoes(client);
                client.close();
            }
            assertLeavesNothing(relay, service);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void a_client_for_whom_there_is_no_memory_is_refused_and_a_second_later_others_are_taken(Transport transport)
            throws Exception {
        var thrown = new AtomicBoolean();
        try (var relay = harness(transport)) {
            VirtualService service = serve(relay, echo.address(), seed -> (hash, load) -> {
                if (thrown.compareAndSet(false, true)) {
                    throw new OutOfMemoryError("Java heap space");
                }
                return 0;
            });
            assertRefused(service);
            await().atMost(PATIENCE).ignoreExceptions().until(() -> {
                try (Socket later = connect(service)) {
                    assertEchoes(later);
                    return true;
                }
            });
            assertThat(relay.ends(service, EndReason.RESOURCES)).isPositive();
            assertLeavesNothing(relay, service);
        }
    }
}

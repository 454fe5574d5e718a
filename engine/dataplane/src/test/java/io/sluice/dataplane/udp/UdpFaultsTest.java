package io.sluice.dataplane.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.FaultKind;
import io.sluice.dataplane.service.Kick;
import io.sluice.dataplane.service.ServerColumn;
import io.sluice.dataplane.service.ServiceColumn;
import io.sluice.dataplane.service.VirtualService;
import io.sluice.dataplane.worker.Transport;
import io.sluice.scheduler.SchedulerPlan;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
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

/** Bugs of every kind in the way of single sessions, on every transport: theirs end, the others notice nothing. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class UdpFaultsTest {
    private static final SchedulerPlan FIRST = seed -> (hash, load) -> 0;
    private static final Duration LONG = Duration.ofMinutes(10);

    @SuppressWarnings("NullAway.Init")
    private DatagramSocket echo;
    private final List<DatagramSocket> clients = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        echo = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            var packet = new DatagramPacket(new byte[64], 64);
            while (!echo.isClosed()) {
                try {
                    echo.receive(packet);
                    echo.send(packet);
                } catch (IOException over) {
                    // closed, or the one who asked is gone
                }
            }
        });
    }

    @AfterEach
    void stop() {
        echo.close();
        clients.forEach(DatagramSocket::close);
    }

    private InetSocketAddress server() {
        return (InetSocketAddress) echo.getLocalSocketAddress();
    }

    private DatagramSocket client(VirtualService service) throws SocketException {
        var client = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        client.connect(service.forwarding().listeners().getFirst().address().toInetSocketAddress());
        clients.add(client);
        return client;
    }

    private static boolean isAnswered(DatagramSocket client, int patienceMs) throws IOException {
        client.send(new DatagramPacket(new byte[]{1}, 1));
        client.setSoTimeout(patienceMs);
        try {
            client.receive(new DatagramPacket(new byte[64], 64));
            return true;
        } catch (SocketTimeoutException silence) {
            return false;
        }
    }

    private static void awaitAnswer(DatagramSocket client) {
        await().atMost(UdpHarness.PATIENCE).until(() -> isAnswered(client, 500));
    }

    private static void throwOnce(UdpHarness harness) {
        var thrown = new AtomicBoolean();
        harness.whenTold = () -> {
            if (thrown.compareAndSet(false, true)) {
                throw new IllegalStateException("a bug");
            }
        };
    }

    /** Nothing of those who ended is left: no place, no count. */
    private static void assertHolds(UdpHarness harness, VirtualService service, int sessions) {
        await().atMost(UdpHarness.PATIENCE).untilAsserted(() -> {
            assertThat(harness.open()).isEqualTo(sessions);
            assertThat(service.counters().gauges().get(ServiceColumn.CONNECTIONS)).isEqualTo(sessions);
            assertThat(service.servers().getFirst().gauges().get(ServerColumn.CONNECTIONS)).isEqualTo(sessions);
        });
        assertThat(harness.lastResort).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void a_client_that_nobody_can_be_chosen_for_costs_the_others_of_its_batch_nothing(Transport transport)
            throws Exception {
        var asked = new AtomicInteger();
        try (var harness = new UdpHarness(transport, Long.MAX_VALUE)) {
            VirtualService service = harness.serve(server(), seed -> (hash, load) -> {
                if (asked.incrementAndGet() % 3 == 0) {
                    throw new IllegalStateException("a bug");
                }
                return 0;
            }, LONG);
            for (int i = 0; i < 30; i++) {
                client(service);
            }
            for (DatagramSocket client : clients) {
                client.send(new DatagramPacket(new byte[]{1}, 1));
            }
            await().atMost(UdpHarness.PATIENCE).until(() -> asked.get() == 30);
            assertHolds(harness, service, 20);
            assertThat(UdpHarness.ends(service, EndReason.INTERNAL)).isEqualTo(10);
            assertThat(harness.faults(FaultKind.READY)).isEqualTo(10);
            for (DatagramSocket client : clients) {
                awaitAnswer(client); // the next datagram of those ten begins a session again
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void an_error_that_sets_off_a_bug_ends_the_session_it_is_about(Transport transport) throws Exception {
        try (var harness = new UdpHarness(transport, Long.MAX_VALUE)) {
            VirtualService service = harness.serve(server(), FIRST, LONG);
            DatagramSocket client = client(service);
            awaitAnswer(client);
            echo.close(); // from now on the kernel says that nobody is there
            throwOnce(harness);
            await().atMost(UdpHarness.PATIENCE).until(() -> {
                client.send(new DatagramPacket(new byte[]{1}, 1));
                return UdpHarness.ends(service, EndReason.INTERNAL) == 1;
            });
            assertThat(harness.faults(FaultKind.READY)).isEqualTo(1);
            assertThat(harness.lastResort).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void all_that_are_kicked_end_although_one_of_them_throws(Transport transport) throws Exception {
        try (var harness = new UdpHarness(transport, Long.MAX_VALUE)) {
            VirtualService service = harness.serve(server(), FIRST, LONG);
            for (int i = 0; i < 3; i++) {
                awaitAnswer(client(service));
            }
            throwOnce(harness);
            harness.worker.kick(new Kick(0, service.id(), 0, 0, 0, 0, 0, 0));
            assertHolds(harness, service, 0);
            assertThat(harness.faults(FaultKind.KICK)).isEqualTo(1);
            awaitAnswer(client(service));
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void a_timeout_that_throws_keeps_no_other_from_firing(Transport transport) throws Exception {
        try (var harness = new UdpHarness(transport, Long.MAX_VALUE)) {
            VirtualService service = harness.serve(server(), FIRST, Duration.ofMillis(500));
            for (int i = 0; i < 3; i++) {
                awaitAnswer(client(service));
            }
            throwOnce(harness);
            assertHolds(harness, service, 0);
            await().atMost(UdpHarness.PATIENCE).until(() -> harness.faults(FaultKind.TIMER) == 1);
            awaitAnswer(clients.getFirst());
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void a_client_for_whom_there_is_no_memory_is_refused_and_a_second_later_taken(Transport transport)
            throws Exception {
        var thrown = new AtomicBoolean();
        try (var harness = new UdpHarness(transport, Long.MAX_VALUE)) {
            VirtualService service = harness.serve(server(), seed -> (hash, load) -> {
                if (thrown.compareAndSet(false, true)) {
                    throw new OutOfMemoryError("Java heap space");
                }
                return 0;
            }, LONG);
            awaitAnswer(client(service));
            assertThat(UdpHarness.ends(service, EndReason.RESOURCES)).isPositive();
            assertHolds(harness, service, 1);
            assertThat(harness.faults(FaultKind.READY)).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void where_the_heap_holds_no_further_session_the_longest_idle_gives_way(Transport transport) throws Exception {
        int room = 10;
        try (var harness = new UdpHarness(transport, (long) room * Udp.HEAP_BYTES_PER_SESSION)) {
            VirtualService service = harness.serve(server(), FIRST, LONG);
            for (int i = 0; i < 3 * room; i++) {
                awaitAnswer(client(service));
            }
            assertThat(harness.open()).isBetween(1, 2 * room);
            assertThat(UdpHarness.ends(service, EndReason.EVICTED)).isGreaterThanOrEqualTo(room);
            assertHolds(harness, service, harness.open());
        }
    }
}

package io.sluice.dataplane.relay;

import static io.sluice.dataplane.relay.RelayTest.connect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.dataplane.service.Client;
import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.Forwarding.TcpProxy;
import io.sluice.dataplane.service.RealServer;
import io.sluice.dataplane.service.ServerColumn;
import io.sluice.dataplane.service.ServiceColumn;
import io.sluice.dataplane.service.ServiceEntry;
import io.sluice.dataplane.service.VirtualService;
import io.sluice.dataplane.service.VirtualService.AccessList;
import io.sluice.dataplane.service.VirtualService.Limits;
import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.ip.Prefix;
import io.sluice.ringbuffers.ip.PrefixSet;
import io.sluice.scheduler.SchedulerKind;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Who gets none: access lists, limits, rates, and servers that are full. */
class RelayLimitsTest extends NamedServers {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void access_list_refuses_strangers() throws Exception {
        var deny = PrefixSet.of(Prefix.parse("127.0.6.0/24"));
        VirtualService service = relay.serve("web", LOOPBACK, List.of(named("a")),
                one -> RoutesEdit.access(one, new AccessList(PrefixSet.NONE, deny)));
        assertThat(answer(service, "127.0.7.1")).isEqualTo("a");
        assertThatThrownBy(() -> answer(service, "127.0.6.9")).isInstanceOf(IOException.class);
        relay.awaitQuiet();
        // two workers: the second may have ended before the first's end is counted
        assertThat(relay.ends).containsExactlyInAnyOrder(EndReason.CLOSED, EndReason.DENIED);
    }

    @Test
    void limits_of_service_and_source_refuse_the_one_too_many() throws Exception {
        VirtualService service = relay.serve("web", LOOPBACK, List.of(named("a")),
                one -> RoutesEdit.limits(one, new Limits(3, 2, 0, 0)));
        List<Socket> held = new ArrayList<>();
        for (String from : List.of("127.0.8.1", "127.0.8.1", "127.0.8.2")) {
            var socket = new Socket();
            socket.bind(new InetSocketAddress(from, 0));
            socket.connect(RelayHarness.address(service));
            assertThat(socket.getInputStream().read()).isEqualTo('a');
            held.add(socket);
        }
        assertThatThrownBy(() -> answer(service, "127.0.8.3")).isInstanceOf(IOException.class);
        held.removeLast().close();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> service.counters().gauges().get(ServiceColumn.CONNECTIONS) == 2);
        assertThatThrownBy(() -> answer(service, "127.0.8.1")).isInstanceOf(IOException.class);
        assertThat(answer(service, "127.0.8.3")).isEqualTo("a");
        for (Socket socket : held) {
            socket.close();
        }
        await().atMost(Duration.ofSeconds(60))
                .until(() -> service.counters().gauges().get(ServiceColumn.CONNECTIONS) == 0);
        assertThat(answer(service, "127.0.8.1")).isEqualTo("a");
        assertThat(relay.ends).filteredOn(reason -> reason == EndReason.LIMITED).hasSize(2);
    }

    @Test
    void rate_per_source_refuses_a_burst_beyond_it() throws Exception {
        VirtualService service = relay.serve("web", LOOPBACK, List.of(named("a")),
                one -> RoutesEdit.limits(one, new Limits(0, 0, 5, 3_600_000_000_000L)));
        int served = 0;
        for (int i = 0; i < 12; i++) {
            try {
                served += answer(service, "127.0.9.1").length();
            } catch (IOException refused) {
                // beyond the rate
            }
        }
        assertThat(served).isEqualTo(5);
        assertThat(answer(service, "127.0.9.2")).isEqualTo("a");
    }

    @Test
    void a_full_server_sends_clients_to_the_next() throws Exception {
        VirtualService service = relay.serve("web", LOOPBACK, List.of(named("a"), named("b")), one -> {
            List<RealServer> servers = List.of(limited(one.servers().get(0), 1, 0), one.servers().get(1));
            return RoutesEdit.servers(one, servers, RelayHarness.candidates(SchedulerKind.ROUND_ROBIN, servers));
        });
        List<Socket> held = new ArrayList<>();
        Map<Integer, Integer> byServer = new HashMap<>();
        for (int i = 0; i < 6; i++) {
            Socket socket = connect(service);
            byServer.merge(socket.getInputStream().read(), 1, Integer::sum);
            held.add(socket);
        }
        assertThat(byServer).containsEntry((int) 'a', 1).containsEntry((int) 'b', 5);
        for (Socket socket : held) {
            socket.close();
        }
    }

    @Test
    void a_place_that_another_worker_takes_while_this_one_chooses_is_gone() throws Exception {
        VirtualService service = relay.serve("web", LOOPBACK, List.of(named("a")), one -> {
            List<RealServer> servers = List.of(limited(one.servers().getFirst(), 1, 0));
            return RoutesEdit.servers(one, servers, RelayHarness.candidates(SchedulerKind.LEAST_CONNECTIONS, servers));
        });
        RealServer server = service.servers().getFirst();
        var entry = new ServiceEntry<>(0, relay.affinity, service, service.forwarding());
        var other = new ServiceEntry<>(1, relay.affinity, service, service.forwarding());
        Client quick = client(() -> {
        });
        List<Integer> taken = new ArrayList<>();
        Client slow = client(() -> { // it has seen by now that there is room
            if (taken.isEmpty()) {
                taken.add(other.selection().take(quick));
            }
        });
        assertThat(entry.selection().take(slow)).isEqualTo(-1);
        assertThat(taken).containsExactly(0);
        assertThat(entry.selection().wasFull()).isTrue();
        assertThat(server.gauges().get(ServerColumn.CONNECTIONS)).isEqualTo(1);
        server.leave();
        assertThat(entry.selection().take(slow)).isZero();
        server.leave();
    }

    private static Client client(Runnable whileItIsChosenFor) {
        return new Client() {
            @Override
            public long clientHigh() {
                return 0;
            }

            @Override
            public long clientLow() {
                return Ip.v4Low(0x7F000001);
            }

            @Override
            public boolean hasTried(int position) {
                whileItIsChosenFor.run();
                return false;
            }
        };
    }

    @Test
    void a_server_that_was_full_takes_new_clients_again_below_its_minimum() throws Exception {
        VirtualService service = relay.serve("web", LOOPBACK, List.of(named("a"), named("b")), one -> {
            List<RealServer> servers = List.of(limited(one.servers().get(0), 4, 2), one.servers().get(1));
            return RoutesEdit.servers(one, servers, RelayHarness.candidates(SchedulerKind.LEAST_CONNECTIONS, servers));
        });
        List<Socket> ofA = new ArrayList<>();
        List<Socket> ofB = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Socket socket = connect(service);
            (socket.getInputStream().read() == 'a' ? ofA : ofB).add(socket);
        }
        assertThat(ofA).hasSize(4);
        leave(service, ofA, 2);
        Socket tooEarly = connect(service);
        assertThat(tooEarly.getInputStream().read()).as("a has room, but not yet fewer than its minimum")
                .isEqualTo('b');
        ofB.add(tooEarly);
        leave(service, ofA, 1);
        Socket again = connect(service);
        assertThat(again.getInputStream().read()).isEqualTo('a');
        ofB.add(again);
        for (Socket socket : ofA) {
            socket.close();
        }
        for (Socket socket : ofB) {
            socket.close();
        }
    }

    @Test
    void where_every_server_is_full_clients_wait_their_turn() throws Exception {
        VirtualService service = relay.serve("web", LOOPBACK, List.of(named("a")), one -> {
            List<RealServer> servers = List.of(limited(one.servers().get(0), 1, 0));
            return waitingUpTo(60_000_000_000L, RoutesEdit.servers(one, servers,
                    RelayHarness.candidates(SchedulerKind.ROUND_ROBIN, servers)));
        });
        try (Socket first = connect(service); Socket second = connect(service)) {
            Socket served = servedFirst(first, second);
            Socket waiting = served == first ? second : first;
            await().atMost(PATIENCE).until(() -> sum(service, ServiceColumn.QUEUED) == 1);
            served.close();
            waiting.setSoTimeout(60_000);
            assertThat(waiting.getInputStream().read()).isEqualTo('a');
        }
        relay.awaitQuiet();
        assertThat(service.servers().getFirst().gauges().get(ServerColumn.CONNECTIONS)).isZero();
    }

    /** Which of two clients the server's only place went to: the one that is answered. */
    private static Socket servedFirst(Socket one, Socket other) throws IOException {
        one.setSoTimeout(50);
        other.setSoTimeout(50);
        long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            for (Socket socket : List.of(one, other)) {
                try {
                    assertThat(socket.getInputStream().read()).isEqualTo('a');
                    return socket;
                } catch (SocketTimeoutException notYet) {
                    assertThat(System.nanoTime()).as("one is served").isLessThan(deadlineNs);
                }
            }
        }
    }

    private static VirtualService waitingUpTo(long timeoutNs, VirtualService one) {
        return RoutesEdit.waiting(one, new TcpProxy.Waiting(true, 0, timeoutNs));
    }

    @Test
    void a_client_waits_for_a_full_server_no_longer_than_for_a_connect() throws Exception {
        VirtualService service = relay.serve("web", LOOPBACK, List.of(named("a")), one -> {
            List<RealServer> servers = List.of(limited(one.servers().get(0), 1, 0));
            return waitingUpTo(300_000_000L, RoutesEdit.servers(one, servers,
                    RelayHarness.candidates(SchedulerKind.ROUND_ROBIN, servers)));
        });
        try (Socket served = connect(service)) {
            assertThat(served.getInputStream().read()).isEqualTo('a');
            try (Socket late = connect(service)) {
                late.setSoTimeout(60_000);
                assertThatThrownBy(() -> late.getInputStream().read()).hasMessageContaining("reset");
            }
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(relay.ends).containsExactly(EndReason.NO_SERVER));
        }
    }

    @Test
    void connections_that_a_busy_worker_has_taken_are_known_once_it_has_counted() throws Exception {
        VirtualService service = relay.serve(named("a"));
        var busy = new CountDownLatch(relay.made.size());
        var release = new CountDownLatch(1);
        try (Socket client = connect(service)) {
            assertThat(client.getInputStream().read()).isEqualTo('a');
            relay.made.forEach(worker -> worker.execute(() -> {
                busy.countDown();
                awaitQuietly(release);
            }));
            assertThat(busy.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            long nowNs = System.nanoTime();
            assertThat(relay.workers.haveCountedSince(nowNs)).isFalse();
            release.countDown();
            await().atMost(PATIENCE).until(() -> relay.workers.haveCountedSince(nowNs));
            assertThat(relay.workers.open()).isEqualTo(1);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Closes connections of the service's first server until it has so many left. */
    private static void leave(VirtualService service, List<Socket> held, int left) throws IOException {
        while (held.size() > left) {
            held.removeLast().close();
        }
        await().atMost(PATIENCE)
                .until(() -> service.servers().getFirst().gauges().get(ServerColumn.CONNECTIONS) == left);
    }

    private static RealServer limited(RealServer s, int maxConnections, int minConnections) {
        return new RealServer(s.id(), s.name(), s.addressHigh(), s.addressLow(), s.port(), s.tls(), maxConnections,
                minConnections, s.state(), s.sever(), s.gauges(), s.counters());
    }
}

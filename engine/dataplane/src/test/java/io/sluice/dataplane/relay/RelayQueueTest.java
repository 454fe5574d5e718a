package io.sluice.dataplane.relay;

import static io.sluice.dataplane.relay.RelayTest.connect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.Forwarding.TcpProxy.Waiting;
import io.sluice.dataplane.service.RealServer;
import io.sluice.dataplane.service.ServerColumn;
import io.sluice.dataplane.service.ServiceColumn;
import io.sluice.dataplane.service.VirtualService;
import io.sluice.scheduler.Candidates;
import io.sluice.scheduler.SchedulerKind;
import io.sluice.scheduler.ServerState;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients of a service whose servers are at their maximum, spread over four workers. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class RelayQueueTest extends NamedServers {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Waiting PATIENT = new Waiting(true, 0, PATIENCE.toNanos());

    @Override
    int workers() {
        return 4;
    }

    @Test
    void of_twelve_clients_that_take_turns_at_one_place_none_is_refused() throws Exception {
        VirtualService service = serve(PATIENT, 1, named("a"));
        List<CompletableFuture<Void>> clients = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            var client = new CompletableFuture<Void>();
            clients.add(client);
            Thread.ofPlatform().start(() -> {
                try {
                    for (int turn = 0; turn < 12; turn++) {
                        assertThat(answer(service)).isEqualTo("a");
                    }
                    client.complete(null);
                } catch (IOException | AssertionError refused) {
                    client.completeExceptionally(refused);
                }
            });
        }
        for (CompletableFuture<Void> client : clients) {
            client.get(120, TimeUnit.SECONDS);
        }
        relay.awaitQuiet();
        assertThat(relay.ends).hasSize(144).containsOnly(EndReason.CLOSED);
        assertThat(waiting(service)).isZero();
    }

    @Test
    void who_came_first_is_served_first_whatever_worker_it_is_with() throws Exception {
        VirtualService service = serve(PATIENT, 1, named("a"));
        Socket holder = served(service);
        Deque<Socket> line = new ArrayDeque<>();
        for (int i = 1; i <= 8; i++) {
            line.add(queued(service, i));
        }
        for (int turn = 0; turn < 12; turn++) {
            line.add(queued(service, 9));
            holder.close();
            holder = line.remove();
            assertThat(holder.getInputStream().read()).as("turn %d", turn).isEqualTo('a');
        }
        holder.close();
        while (!line.isEmpty()) {
            try (Socket last = line.remove()) {
                assertThat(last.getInputStream().read()).isEqualTo('a');
            }
        }
        relay.awaitQuiet();
        assertThat(relay.ends).containsOnly(EndReason.CLOSED);
    }

    @Test
    void clients_that_have_left_are_skipped() throws Exception {
        VirtualService service = serve(PATIENT, 1, named("a"));
        try (Socket holder = served(service);
                Socket closes = queued(service, 1);
                Socket resets = queued(service, 2);
                Socket asks = queued(service, 3);
                Socket waits = queued(service, 4)) {
            closes.close();
            resets.setSoLinger(true, 0);
            resets.close();
            await().atMost(PATIENCE).until(() -> waiting(service) == 2 && relay.ends.contains(EndReason.LEFT));
            // it has asked, and says that this was all: it wants its answer
            asks.getOutputStream().write(1);
            asks.shutdownOutput();
            holder.close();
            assertThat(asks.getInputStream().read()).isEqualTo('a');
            asks.close();
            assertThat(waits.getInputStream().read()).isEqualTo('a');
            assertThat(service.servers().getFirst().counters().stream()
                    .mapToLong(row -> row.get(ServerColumn.CONNECTIONS_TOTAL)).sum()).isEqualTo(3);
        }
        relay.awaitQuiet();
        assertThat(waiting(service)).isZero();
    }

    @Test
    void a_client_that_has_nothing_to_say_is_served_all_the_same() throws Exception {
        VirtualService service = serve(PATIENT, 1, named("a"));
        try (Socket holder = served(service); Socket listens = queued(service, 1)) {
            listens.shutdownOutput();
            await().atMost(PATIENCE).until(() -> waiting(service) == 0);
            try (Socket later = queued(service, 1)) {
                holder.close();
                assertThat(later.getInputStream().read()).isEqualTo('a');
            }
            assertThat(listens.getInputStream().read()).isEqualTo('a');
        }
        relay.awaitQuiet();
        assertThat(relay.ends).hasSize(3).containsOnly(EndReason.CLOSED);
    }

    @Test
    void no_more_wait_than_the_queue_is_long() throws Exception {
        VirtualService service = serve(new Waiting(true, 3, PATIENCE.toNanos()), 1, named("a"));
        try (Socket holder = served(service);
                Socket one = queued(service, 1);
                Socket two = queued(service, 2);
                Socket three = queued(service, 3)) {
            for (int i = 0; i < 5; i++) {
                assertThatThrownBy(() -> answer(service)).isInstanceOf(IOException.class);
            }
            assertThat(waiting(service)).isEqualTo(3);
            assertThat(sum(service, ServiceColumn.QUEUED)).isEqualTo(3);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(relay.ends).hasSize(5).containsOnly(EndReason.NO_SERVER));
            holder.close();
            assertThat(one.getInputStream().read()).isEqualTo('a');
            one.close();
            assertThat(two.getInputStream().read()).isEqualTo('a');
            two.close();
            assertThat(three.getInputStream().read()).isEqualTo('a');
        }
    }

    @Test
    void a_client_waits_no_longer_than_the_queue_lets_it() throws Exception {
        VirtualService service = serve(new Waiting(true, 0, 300_000_000L), 1, named("a"));
        try (Socket holder = served(service); Socket late = queued(service, 1)) {
            assertThatThrownBy(() -> late.getInputStream().read()).hasMessageContaining("reset");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(relay.ends).containsExactly(EndReason.NO_SERVER));
            assertThat(waiting(service)).isZero();
            assertThat(holder.isConnected()).isTrue();
        }
    }

    @Test
    void where_nobody_waits_clients_are_refused_at_once() throws Exception {
        VirtualService service = serve(new Waiting(false, 0, PATIENCE.toNanos()), 1, named("a"));
        try (Socket holder = served(service)) {
            assertThatThrownBy(() -> answer(service)).isInstanceOf(IOException.class);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(relay.ends).containsExactly(EndReason.NO_SERVER));
            assertThat(sum(service, ServiceColumn.QUEUED)).isZero();
            assertThat(holder.isConnected()).isTrue();
        }
        relay.awaitQuiet();
        assertThat(answer(service)).isEqualTo("a");
    }

    @Test
    void backups_take_what_is_too_much_for_the_others_and_then_clients_wait() throws Exception {
        List<InetSocketAddress> addresses = List.of(named("a"), named("spare"));
        VirtualService service = relay.serve("web", LOOPBACK, addresses, one -> {
            List<RealServer> servers = List.of(server(one, 0, 1, 0), server(one, 1, 1, ServerState.BACKUP));
            return RoutesEdit.waiting(RoutesEdit.servers(one, servers,
                    RelayHarness.overflowing(SchedulerKind.ROUND_ROBIN, servers)), PATIENT);
        });
        try (Socket holder = served(service); Socket second = served(service, 's')) {
            try (Socket third = queued(service, 1)) {
                second.close();
                assertThat(third.getInputStream().read()).isEqualTo('s');
                holder.close();
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(answer(service)).isEqualTo("a"));
            }
        }
    }

    @Test
    void who_waits_finds_places_that_a_reload_makes() throws Exception {
        VirtualService service = serve(PATIENT, 1, named("a"));
        try (Socket holder = served(service); Socket one = queued(service, 1); Socket two = queued(service, 2)) {
            RealServer before = service.servers().getFirst();
            List<RealServer> larger = List.of(limited(before, 3, 0));
            relay.publish(List.of(RoutesEdit.servers(service, larger, service.candidates())));
            assertThat(one.getInputStream().read()).isEqualTo('a');
            assertThat(two.getInputStream().read()).isEqualTo('a');
            assertThat(holder.isConnected()).isTrue();
        }
    }

    @Test
    void who_waits_for_one_server_only_holds_up_nobody_who_can_have_another() throws Exception {
        List<InetSocketAddress> addresses = List.of(nobody(), named("b"));
        VirtualService service = relay.serve("web", LOOPBACK, addresses, one -> {
            List<RealServer> servers = List.of(server(one, 0, 1, 0), server(one, 1, 1, 0));
            return RoutesEdit.waiting(RoutesEdit.servers(one, servers, one.candidates()), PATIENT);
        });
        try (Socket holder = served(service, 'b'); Socket choosy = queued(service, 1)) { // refused by the first
            RealServer risen = relay.server("web", "s0", named("a"));
            relay.publish(List.of(RoutesEdit.servers(service,
                    List.of(limited(risen, 1, 0), service.servers().get(1)), service.candidates())));
            assertThat(answer(service)).isEqualTo("a");
            assertThat(answer(service)).isEqualTo("a");
            assertThat(waiting(service)).isEqualTo(1);
            holder.close();
            assertThat(choosy.getInputStream().read()).isEqualTo('b');
        }
    }

    // ---- what the tests do ----

    private VirtualService serve(Waiting waiting, int places, InetSocketAddress server) throws IOException {
        return relay.serve("web", LOOPBACK, List.of(server), one -> {
            List<RealServer> servers = List.of(limited(one.servers().getFirst(), places, 0));
            Candidates candidates = RelayHarness.candidates(SchedulerKind.ROUND_ROBIN, servers);
            return RoutesEdit.waiting(RoutesEdit.servers(one, servers, candidates), waiting);
        });
    }

    /** A client that has a place. */
    private static Socket served(VirtualService service) throws IOException {
        return served(service, 'a');
    }

    private static Socket served(VirtualService service, char server) throws IOException {
        Socket socket = connect(service);
        assertThat(socket.getInputStream().read()).isEqualTo(server);
        return socket;
    }

    /** A client that waits, with so many in all. */
    private static Socket queued(VirtualService service, int now) throws IOException {
        Socket socket = connect(service);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        await().atMost(PATIENCE).until(() -> waiting(service) == now);
        return socket;
    }

    private static long waiting(VirtualService service) {
        return service.counters().gauges().get(ServiceColumn.WAITING);
    }

    private static RealServer server(VirtualService service, int index, int places, int state) {
        return limited(service.servers().get(index), places, state);
    }

    private static RealServer limited(RealServer s, int places, int state) {
        return new RealServer(s.id(), s.name(), s.addressHigh(), s.addressLow(), s.port(), s.tls(), places,
                s.minConnections(), state, s.sever(), s.gauges(), s.counters());
    }
}

package io.sluice.dataplane.relay;

import static io.sluice.dataplane.relay.RelayTest.connect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.dataplane.service.AffinityRule;
import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.Forwarding.TcpProxy.Waiting;
import io.sluice.dataplane.service.Kick;
import io.sluice.dataplane.service.RealServer;
import io.sluice.dataplane.service.ServerColumn;
import io.sluice.dataplane.service.ServiceColumn;
import io.sluice.dataplane.service.StableId;
import io.sluice.dataplane.service.VirtualService;
import io.sluice.ringbuffers.ip.Ip;
import io.sluice.scheduler.SchedulerKind;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A reload gives a service another name: the same listener, the same servers. */
class RelayRenameTest extends NamedServers {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void connections_go_on_under_the_new_name_and_count_and_end_there() throws Exception {
        InetSocketAddress a = named("a");
        VirtualService before = relay.serve("old", LOOPBACK, List.of(a), UnaryOperator.identity());
        try (Socket client = connect(before); Socket other = connect(before)) {
            assertThat(client.getInputStream().read()).isEqualTo('a');
            assertThat(other.getInputStream().read()).isEqualTo('a');
            VirtualService after = renamed(before, "new", a);
            relay.publish(List.of(after));
            assertThat(connections(before)).isZero();
            assertThat(connections(after)).isEqualTo(2);
            assertThat(atServer(before)).isZero();
            assertThat(atServer(after)).isEqualTo(2);
            assertThat(relay.ends(before, EndReason.REMOVED)).isEqualTo(2);
            assertThat(relay.ends).as("nothing has ended").isEmpty();

            client.getOutputStream().write(new byte[1000]);
            client.shutdownOutput();
            assertThat(client.getInputStream().readAllBytes()).isEmpty();
            await().atMost(PATIENCE).until(() -> sum(after, ServiceColumn.BYTES_IN) == 1000);
            relay.workers.kick(Kick.of(0, after.id(), 0, 0, 0));
            assertThatThrownBy(() -> other.getInputStream().readAllBytes().clone()[0]++)
                    .isInstanceOf(Exception.class);
            relay.awaitQuiet();
            assertThat(relay.ends(after, EndReason.CLOSED)).isEqualTo(1);
            assertThat(relay.ends(after, EndReason.KICKED)).isEqualTo(1);
            assertThat(connections(after)).isZero();
            assertThat(atServer(after)).isZero();
        }
    }

    @Test
    void its_affinity_goes_along() throws Exception {
        List<InetSocketAddress> servers = List.of(named("a"), named("b"));
        UnaryOperator<VirtualService> sticky = one -> RoutesEdit.affinity(one,
                new AffinityRule(true, one.id(), 60_000, 32, 128));
        VirtualService before = relay.serve("old", LOOPBACK, servers, sticky);
        try (Socket client = connect(before)) {
            int server = client.getInputStream().read();
            VirtualService after = sticky.apply(renamed(before, "new", servers.toArray(InetSocketAddress[]::new)));
            relay.publish(List.of(after));
            var entry = relay.affinity.find(after.id(), 0, Ip.of(LOOPBACK).low());
            assertThat(entry).isNotNull();
            for (int i = 0; i < 4; i++) {
                assertThat(answer(after)).isEqualTo(Character.toString(server));
            }
        }
    }

    @Test
    void a_connection_whose_server_the_new_service_does_not_have_stays_where_it_was() throws Exception {
        VirtualService before = relay.serve("old", LOOPBACK, List.of(named("a")), UnaryOperator.identity());
        try (Socket client = connect(before)) {
            assertThat(client.getInputStream().read()).isEqualTo('a');
            VirtualService after = renamed(before, "new", named("b"));
            relay.publish(List.of(after));
            assertThat(connections(before)).isEqualTo(1);
            assertThat(connections(after)).isZero();
            assertThat(answer(after)).isEqualTo("b");
            client.shutdownOutput();
            assertThat(client.getInputStream().readAllBytes()).isEmpty();
        }
        relay.awaitQuiet();
        assertThat(relay.ends(before, EndReason.CLOSED)).isEqualTo(1);
    }

    @Test
    void who_waits_for_a_place_waits_on_under_the_new_name() throws Exception {
        InetSocketAddress a = named("a");
        var patient = new Waiting(true, 0, PATIENCE.toNanos());
        VirtualService before = relay.serve("old", LOOPBACK, List.of(a),
                one -> RoutesEdit.waiting(limited(one), patient));
        try (Socket holder = connect(before)) {
            assertThat(holder.getInputStream().read()).isEqualTo('a');
            try (Socket waits = connect(before)) {
                waits.setSoTimeout((int) PATIENCE.toMillis());
                await().atMost(PATIENCE).until(() -> waiting(before) == 1);
                VirtualService after = RoutesEdit.waiting(limited(renamed(before, "new", a)), patient);
                relay.publish(List.of(after));
                assertThat(waiting(before)).isZero();
                // whichever of the workers came first: it waits for the place that the other one has
                await().atMost(PATIENCE).until(() -> connections(after) == 2 && atServer(after) == 1);
                holder.close();
                assertThat(waits.getInputStream().read()).isEqualTo('a');
                assertThat(waiting(after)).isZero();
            }
        }
    }

    // ---- what the tests do ----

    /** The same listener and the same servers under another name, as a reload makes them. */
    private VirtualService renamed(VirtualService before, String name, InetSocketAddress... servers)
            throws IOException {
        return relay.service(name, before.forwarding().listeners().getFirst(), List.of(servers));
    }

    private static VirtualService limited(VirtualService one) {
        RealServer s = one.servers().getFirst();
        List<RealServer> servers = List.of(new RealServer(StableId.of("s0"), s.name(), s.addressHigh(),
                s.addressLow(), s.port(), s.tls(), 1, 0, s.state(), s.sever(), s.gauges(), s.counters()));
        return RoutesEdit.servers(one, servers, RelayHarness.candidates(SchedulerKind.ROUND_ROBIN, servers));
    }

    private static long connections(VirtualService service) {
        return service.counters().gauges().get(ServiceColumn.CONNECTIONS);
    }

    private static long waiting(VirtualService service) {
        return service.counters().gauges().get(ServiceColumn.WAITING);
    }

    private static long atServer(VirtualService service) {
        return service.servers().getFirst().gauges().get(ServerColumn.CONNECTIONS);
    }
}

package io.sluice.dataplane.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.dataplane.service.AffinityRule;
import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.Forwarding.Connecting;
import io.sluice.dataplane.service.RealServer;
import io.sluice.dataplane.service.ServiceColumn;
import io.sluice.dataplane.service.VirtualService;
import io.sluice.scheduler.SchedulerKind;
import io.sluice.scheduler.ServerState;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Connects that fail, before anybody has found out about the server: what the client sees of it. */
class RelayRetriesTest extends NamedServers {
    @ParameterizedTest
    @EnumSource
    void a_backup_server_serves_who_is_refused_by_every_other(SchedulerKind kind) throws Exception {
        VirtualService service = serve(kind, Integer.MAX_VALUE, "", List.of(nobody(), named("spare"), nobody()),
                0, ServerState.BACKUP, 0);
        for (int i = 0; i < 10; i++) {
            assertThat(answer(service)).isEqualTo("spare");
        }
        relay.awaitQuiet();
        assertThat(relay.ends).containsOnly(EndReason.CLOSED);
        assertThat(sum(service, ServiceColumn.RETRIES)).isEqualTo(20);
    }

    @Test
    void a_client_with_affinity_comes_back_from_the_backup_server_as_soon_as_another_serves() throws Exception {
        InetSocketAddress dead = nobody();
        VirtualService service = serve(SchedulerKind.ROUND_ROBIN, Integer.MAX_VALUE, "affinity",
                List.of(dead, named("spare")), 0, ServerState.BACKUP);
        assertThat(answer(service)).isEqualTo("spare");
        assertThat(answer(service)).isEqualTo("spare");
        VirtualService risen = RoutesEdit.servers(service,
                List.of(relay.server("web", "s0", named("a")), service.servers().get(1)), service.candidates());
        relay.publish(List.of(risen));
        assertThat(answer(risen)).isEqualTo("a");
    }

    @Test
    void the_fallback_is_the_last_that_is_tried() throws Exception {
        VirtualService service = serve(SchedulerKind.ROUND_ROBIN, Integer.MAX_VALUE, "affinity",
                List.of(nobody(), nobody(), named("sorry")), 0, ServerState.BACKUP, ServerState.FALLBACK);
        assertThat(answer(service)).isEqualTo("sorry");
        assertThat(sum(service, ServiceColumn.RETRIES)).isEqualTo(2);
    }

    @Test
    void the_only_server_that_listens_is_found_among_many_that_do_not() throws Exception {
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (int i = 0; i < 70; i++) {
            addresses.add(nobody());
        }
        addresses.add(named("a"));
        VirtualService service = serve(SchedulerKind.ROUND_ROBIN, Integer.MAX_VALUE, "", addresses);
        for (int i = 0; i < 5; i++) {
            assertThat(answer(service)).isEqualTo("a");
        }
    }

    @Test
    void a_limit_of_retries_is_kept() throws Exception {
        VirtualService service = serve(SchedulerKind.ROUND_ROBIN, 1, "",
                List.of(nobody(), nobody(), named("spare")), 0, 0, ServerState.BACKUP);
        assertThatThrownBy(() -> answer(service)).isInstanceOf(IOException.class);
        relay.awaitQuiet();
        assertThat(relay.ends).containsExactly(EndReason.CONNECT_FAILED);
        assertThat(sum(service, ServiceColumn.RETRIES)).isEqualTo(1);
    }

    @Test
    void where_everybody_refuses_each_is_asked_once() throws Exception {
        VirtualService service = serve(SchedulerKind.ROUND_ROBIN, Integer.MAX_VALUE, "",
                List.of(nobody(), nobody(), nobody()), 0, 0, ServerState.BACKUP);
        assertThatThrownBy(() -> answer(service)).isInstanceOf(IOException.class);
        relay.awaitQuiet();
        assertThat(relay.ends).containsExactly(EndReason.CONNECT_FAILED);
        assertThat(sum(service, ServiceColumn.RETRIES)).isEqualTo(2);
    }

    private VirtualService serve(SchedulerKind kind, int retries, String affinity, List<InetSocketAddress> addresses,
            int... states) throws IOException {
        return relay.serve("web", LOOPBACK, addresses, one -> {
            List<RealServer> servers = new ArrayList<>();
            for (int i = 0; i < addresses.size(); i++) {
                RealServer s = one.servers().get(i);
                servers.add(new RealServer(s.id(), s.name(), s.addressHigh(), s.addressLow(), s.port(), s.tls(),
                        s.maxConnections(), s.minConnections(), i < states.length ? states[i] : 0, false, s.gauges(),
                        s.counters()));
            }
            VirtualService service = RoutesEdit.servers(
                    RoutesEdit.connecting(one, new Connecting(retries, List.of(), false)), servers,
                    RelayHarness.candidates(kind, servers));
            return affinity.isEmpty()
                    ? service
                    : RoutesEdit.affinity(service, new AffinityRule(true, 90, 60_000, 32, 128));
        });
    }
}

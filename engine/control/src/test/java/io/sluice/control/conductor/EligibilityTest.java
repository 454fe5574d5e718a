package io.sluice.control.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.control.api.AdminState;
import io.sluice.control.api.Caller;
import io.sluice.control.api.Command;
import io.sluice.control.api.Outcome;
import io.sluice.control.api.ServerHealth;
import io.sluice.control.api.ServiceState;
import io.sluice.control.conductor.state.ServerKey;
import io.sluice.scheduler.Candidates;
import io.sluice.scheduler.Candidates.Standing;
import io.sluice.scheduler.ServerState;
import io.sluice.testbed.FreePort;
import io.sluice.testbed.NamedServer;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who may be chosen, whom a server serves, and whose connections end, in every state. */
class EligibilityTest {
    private static final String CHECK = "health-check: { type: connect, interval: 100ms, timeout: 30s, rise: 1, fall: 1 }";

    @Test
    void servers_that_are_up_are_chosen_by_their_weights() throws Exception {
        try (var a = new NamedServer("a");
                var b = new NamedServer("b");
                var harness = new ConductorHarness("""
                        services:
                          web:
                            listen: 127.0.0.1:%d
                            %s
                            servers:
                              a: 127.0.0.1:%d
                              b: { address: 127.0.0.1:%d, weight: 50 }
                        """.formatted(FreePort.next(), CHECK, a.port(), b.port()))) {
            harness.awaitEligible("web", "a:100 b:50");
            assertThat(harness.state("web")).isEqualTo(ServiceState.UP);
            assertThat(harness.status("web", "a").health()).isEqualTo(ServerHealth.UP);
            assertThat(harness.status("web", "a").check().detail()).contains("connect");
            assertThat(harness.service("web").forwarding().listeners()).singleElement()
                    .satisfies(listener -> assertThat(listener.descriptors()).hasSize(2));
        }
    }

    @Test
    void backups_serve_when_no_other_server_is_up_and_the_fallback_when_none_is() throws Exception {
        int deadPort = FreePort.next();
        try (var backup = new NamedServer("backup");
                var harness = new ConductorHarness("""
                        services:
                          web:
                            listen: 127.0.0.1:%d
                            %s
                            fallback: 127.0.0.1:9
                            servers:
                              a: 127.0.0.1:%d
                              spare: { address: 127.0.0.1:%d, backup: true }
                        """.formatted(FreePort.next(), CHECK, deadPort, backup.port()))) {
            harness.awaitEligible("web", "spare:100");
            assertThat(harness.server("web", "a").state()).isEqualTo(ServerState.DOWN);
            assertThat(harness.state("web")).isEqualTo(ServiceState.DEGRADED);
            assertThat(harness.service("web").servers().getLast().fallback()).isTrue();
            assertThat(harness.service("web").candidates().standing()).isEqualTo(Standing.BACKUPS);

            backup.close();
            harness.awaitEligible("web", ServerKey.FALLBACK + ":100");
            assertThat(harness.service("web").candidates().standing()).isEqualTo(Standing.FALLBACK);
            assertThat(harness.state("web")).isEqualTo(ServiceState.DOWN);

            try (var risen = new NamedServer("a", deadPort)) {
                harness.awaitEligible("web", "a:100");
                assertThat(risen.port()).isEqualTo(deadPort);
                assertThat(harness.service("web").candidates().standing()).isEqualTo(Standing.SERVERS);
            }
        }
    }

    @Test
    void servers_that_were_not_checked_yet_are_tried_when_nothing_better_is_known() throws Exception {
        try (var harness = new ConductorHarness("""
                services:
                  web:
                    listen: 127.0.0.1:%d
                    health-check: { type: script, command: [/bin/sleep, 60], interval: 60s, timeout: 50s }
                    servers: { a: 127.0.0.1:9, b: { address: 127.0.0.1:10, backup: true } }
                """.formatted(FreePort.next()))) {
            assertThat(harness.eligible("web")).isEqualTo("a:100");
            assertThat(harness.server("web", "a").state()).isEqualTo(ServerState.UNCHECKED);
            assertThat(harness.status("web", "a").health()).isEqualTo(ServerHealth.CHECKING);
            assertThat(harness.state("web")).isEqualTo(ServiceState.DEGRADED);
        }
    }

    @Test
    void drained_and_weightless_servers_serve_those_who_know_them_and_halted_ones_nobody() throws Exception {
        try (var harness = new ConductorHarness(unchecked("a: 127.0.0.1:9", "b: 127.0.0.1:10", "c: 127.0.0.1:11"))) {
            harness.awaitEligible("web", "a:100 b:100 c:100");
            assertThat(harness.conductor.tell(new Command.Administer("web", "a", AdminState.DRAIN), Caller.DAEMON))
                    .isInstanceOf(Outcome.Done.class);
            assertThat(harness.conductor.tell(new Command.Weight("web", "b", 0), Caller.DAEMON))
                    .isInstanceOf(Outcome.Done.class);
            assertThat(harness.conductor.tell(new Command.Administer("web", "c", AdminState.HALT), Caller.DAEMON))
                    .isInstanceOf(Outcome.Done.class);

            assertThat(harness.eligible("web")).isEmpty();
            assertThat(harness.server("web", "a").state()).isEqualTo(ServerState.DRAINED);
            assertThat(harness.server("web", "a").sever()).isFalse();
            assertThat(harness.server("web", "b").state()).isEqualTo(ServerState.WEIGHTLESS);
            assertThat(harness.server("web", "c").state()).isEqualTo(ServerState.HALTED);
            assertThat(harness.server("web", "c").sever()).isTrue();
            assertThat(harness.state("web")).isEqualTo(ServiceState.DOWN);
            assertThat(harness.status("web", "a").admin()).isEqualTo(AdminState.DRAIN);
            assertThat(harness.status("web", "b").weight()).isZero();
            assertThat(harness.status("web", "b").configuredWeight()).isEqualTo(100);

            harness.conductor.tell(new Command.Administer("web", Command.EVERY_SERVER, AdminState.ONLINE),
                    Caller.DAEMON);
            harness.conductor.tell(new Command.Weight("web", "b", null), Caller.DAEMON);
            assertThat(harness.eligible("web")).isEqualTo("a:100 b:100 c:100");
            assertThat(harness.server("web", "c").sever()).isFalse();
        }
    }

    @Test
    void established_connections_end_with_their_server_where_the_service_says_so() throws Exception {
        try (var a = new NamedServer("a");
                var harness = new ConductorHarness("""
                        services:
                          keeps:
                            listen: 127.0.0.1:%d
                            %s
                            servers: { a: 127.0.0.1:%d }
                          resets:
                            listen: 127.0.0.1:%d
                            affinity: { by: source-ip }
                            %s
                            servers: { a: 127.0.0.1:%d }
                        """.formatted(FreePort.next(), CHECK, a.port(), FreePort.next(),
                        CHECK, a.port()))) {
            harness.awaitEligible("keeps", "a:100");
            harness.awaitEligible("resets", "a:100");
            a.close();
            harness.awaitEligible("keeps", "");
            harness.awaitEligible("resets", "");
            assertThat(harness.server("keeps", "a").sever()).isFalse();
            assertThat(harness.server("resets", "a").sever()).isTrue();
        }
    }

    @Test
    void the_choice_stays_the_same_instance_until_something_about_it_changes() throws Exception {
        try (var harness = new ConductorHarness(unchecked("a: 127.0.0.1:9", "b: 127.0.0.1:10"))) {
            harness.awaitEligible("web", "a:100 b:100");
            Candidates before = harness.service("web").candidates();
            long version = harness.dataPlane.newest().version();
            harness.conductor.tell(new Command.Administer("web", "a", AdminState.ONLINE), Caller.DAEMON);
            assertThat(harness.dataPlane.newest().version()).isGreaterThan(version);
            assertThat(harness.service("web").candidates()).isSameAs(before);

            assertThat(harness.reload(Files.readString(harness.file) + "\nworkers: 1\n"))
                    .isInstanceOf(Outcome.Done.class);
            assertThat(harness.service("web").candidates()).isSameAs(before);

            harness.conductor.tell(new Command.Weight("web", "a", 7), Caller.DAEMON);
            assertThat(harness.service("web").candidates()).isNotSameAs(before);
            assertThat(harness.eligible("web")).isEqualTo("a:7 b:100");
        }
    }

    @Test
    void a_server_that_comes_back_grows_to_its_weight() throws Exception {
        int port = FreePort.next();
        var a = new NamedServer("a", port);
        try (var harness = new ConductorHarness("""
                services:
                  web:
                    listen: 127.0.0.1:%d
                    slow-start: 8s
                    %s
                    servers: { a: { address: 127.0.0.1:%d, weight: 1000 } }
                """.formatted(FreePort.next(), CHECK, port))) {
            // at the daemon's start all are equally cold: no ramp
            harness.awaitEligible("web", "a:1000");
            a.close();
            harness.awaitEligible("web", "");
            int cold = harness.dataPlane.published.size();
            try (var again = new NamedServer("a", port)) {
                harness.awaitEligible("web", "a:1000");
                assertThat(again.port()).isEqualTo(port);
                List<Integer> weights = harness.dataPlane.published.stream().skip(cold)
                        .map(routes -> routes.services().getFirst().candidates().servers())
                        .filter(eligible -> eligible.size() > 0).map(eligible -> eligible.weights()[0]).distinct()
                        .toList();
                assertThat(weights).hasSizeGreaterThan(3).isSorted();
            }
        }
    }

    static String unchecked(String... servers) throws Exception {
        return """
                services:
                  web:
                    listen: 127.0.0.1:%d
                    health-check: { type: none }
                    servers:
                      %s
                """.formatted(FreePort.next(), String.join("\n      ", servers));
    }
}

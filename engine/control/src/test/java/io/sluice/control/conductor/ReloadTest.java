package io.sluice.control.conductor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.list;
import static org.awaitility.Awaitility.await;

import io.sluice.control.api.Outcome;
import io.sluice.control.api.Question;
import io.sluice.control.conductor.listen.ListenerSockets;
import io.sluice.control.conductor.state.CounterRows;
import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.Listener;
import io.sluice.dataplane.service.RealServer;
import io.sluice.dataplane.service.Routes;
import io.sluice.dataplane.service.ServerColumn;
import io.sluice.ringbuffers.counters.CounterRow;
import io.sluice.testbed.FreePort;
import io.sluice.testbed.TemporaryDirectory;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** One configuration after another: what stays, what goes, and that a failure changes nothing. */
class ReloadTest {
    @Test
    void an_invalid_file_changes_nothing_and_says_where_it_is_wrong() throws Exception {
        try (var harness = new ConductorHarness(EligibilityTest.unchecked("a: 127.0.0.1:9"))) {
            Routes before = harness.dataPlane.newest();
            String yaml = Files.readString(harness.file).replace("servers:", "serwers:");
            Outcome outcome = harness.reload(yaml);
            assertThat(outcome).isInstanceOf(Outcome.Invalid.class);
            assertThat(((Outcome.Invalid) outcome).problems()).anySatisfy(problem -> assertThat(problem)
                    .startsWith(harness.file + ":").contains("serwers").contains("servers"));
            assertThat(harness.dataPlane.newest()).isSameAs(before);
            assertThat(harness.conductor.status().configuration().version()).isEqualTo(1);
        }
    }

    @Test
    void a_reload_that_changes_nothing_says_so_and_keeps_the_version() throws Exception {
        try (var harness = new ConductorHarness(EligibilityTest.unchecked("a: 127.0.0.1:9"))) {
            String yaml = Files.readString(harness.file);
            assertThat(harness.reload(yaml + "# only a remark\n")).isEqualTo(
                    Outcome.done("nothing changed: configuration version 1 stays in force"));
            assertThat(harness.conductor.status().configuration().version()).isEqualTo(1);
            harness.reload(yaml + "workers: 7\n");
            assertThat(harness.conductor.status().configuration().version()).isEqualTo(2);
            assertThat(harness.reload(yaml + "workers: 7\n")).extracting(Outcome.Done.class::cast)
                    .extracting(Outcome.Done::message).isEqualTo("nothing changed: configuration version 2 stays in"
                            + " force; needs a restart for: workers");
            assertThat(harness.conductor.status().configuration().version()).isEqualTo(2);
        }
    }

    @Test
    void what_stays_keeps_its_sockets_and_counters_and_the_report_says_what_changed() throws Exception {
        try (var harness = new ConductorHarness(EligibilityTest.unchecked("a: 127.0.0.1:9", "b: 127.0.0.1:10"))) {
            Listener listener = harness.service("web").forwarding().listeners().getFirst();
            CounterRow row = harness.server("web", "a").gauges();
            String yaml = Files.readString(harness.file).replace("b: 127.0.0.1:10", "c: 127.0.0.1:11");
            Outcome outcome = harness.reload(yaml + """
                      more:
                        listen: 127.0.0.1:%d
                        health-check: { type: none }
                        servers: { x: 127.0.0.1:9 }
                    tables: { affinity: 500000 }
                    """.formatted(FreePort.next()));
            assertThat(outcome).isInstanceOf(Outcome.Done.class).extracting(done -> ((Outcome.Done) done).details(),
                    list(String.class)).anyMatch(line -> line.contains("server b"))
                    .anyMatch(line -> line.contains("server c"))
                    .anyMatch(line -> line.contains("more"))
                    .anyMatch(line -> line.contains("tables") && line.contains("restart"));
            assertThat(harness.service("web").forwarding().listeners().getFirst()).isSameAs(listener);
            assertThat(harness.server("web", "a").gauges()).isSameAs(row);
            harness.awaitEligible("web", "a:100 c:100");
            harness.awaitEligible("more", "x:100");
            assertThat(harness.conductor.status().configuration().version()).isEqualTo(2);
        }
    }

    @Test
    void a_plan_says_what_a_reload_would_change_and_changes_nothing() throws Exception {
        try (var harness = new ConductorHarness(EligibilityTest.unchecked("a: 127.0.0.1:9"))) {
            Routes before = harness.dataPlane.newest();
            Path other = harness.directory.resolve("other.yaml");
            Files.writeString(other, Files.readString(harness.file).replace("a: 127.0.0.1:9", "b: 127.0.0.1:9"));
            assertThat(harness.conductor.ask(new Question.Planned(other.toString())))
                    .isInstanceOf(Outcome.Planned.class)
                    .extracting(planned -> ((Outcome.Planned) planned).plan().remarks(), list(String.class))
                    .containsExactly("server web/b added: 127.0.0.1:9",
                            "server web/a removed: 127.0.0.1:9; drains for up to 1h");
            assertThat(harness.dataPlane.newest()).isSameAs(before);
        }
    }

    @Test
    void an_address_that_somebody_else_has_is_refused_by_name_and_nothing_changes() throws Exception {
        try (var harness = new ConductorHarness(EligibilityTest.unchecked("a: 127.0.0.1:9"));
                var foreign = new ServerSocket(0)) {
            Routes before = harness.dataPlane.newest();
            Set<String> sockets = openSockets();
            Outcome outcome = harness.reload(Files.readString(harness.file) + """
                      fine:
                        listen: 127.0.0.1:%d
                        health-check: { type: none }
                        servers: { x: 127.0.0.1:9 }
                      taken:
                        listen: 127.0.0.1:%d
                        health-check: { type: none }
                        servers: { x: 127.0.0.1:9 }
                    """.formatted(FreePort.next(), foreign.getLocalPort()));
            assertThat(outcome).isInstanceOf(Outcome.Refused.class);
            assertThat(((Outcome.Refused) outcome).message()).contains("taken").contains("already in use by")
                    .contains("pid " + ProcessHandle.current().pid());
            assertThat(harness.dataPlane.newest()).isSameAs(before);
            // others of this process may close theirs meanwhile, or hold one for a moment
            await().atMost(ConductorHarness.PATIENCE)
                    .untilAsserted(() -> assertThat(sockets).containsAll(openSockets()));
            assertThat(harness.counters.allocated()).isEqualTo(rows(1, 1));
        }
    }

    @Test
    void a_wildcard_may_follow_an_address_of_our_own_on_the_same_port() throws Exception {
        try (var harness = new ConductorHarness(EligibilityTest.unchecked("a: 127.0.0.1:9"))) {
            String wider = Files.readString(harness.file).replace("listen: 127.0.0.1:", "listen: 0.0.0.0:");
            Listener narrow = harness.service("web").forwarding().listeners().getFirst();
            assertThat(harness.reload(wider)).isInstanceOf(Outcome.Done.class);
            assertThat(harness.service("web").forwarding().listeners()).singleElement().isNotSameAs(narrow);
            ListenerSockets.close(narrow);
        }
    }

    @Test
    void a_removed_server_keeps_its_counters_until_its_last_connection_ends() throws Exception {
        try (var harness = new ConductorHarness(EligibilityTest.unchecked("a: 127.0.0.1:9", "b: 127.0.0.1:10"))) {
            CounterRow gauges = harness.server("web", "b").gauges();
            gauges.atomicAdd(ServerColumn.CONNECTIONS, 1);
            String yaml = Files.readString(harness.file);
            harness.reload(yaml.replace("b: 127.0.0.1:10", ""));
            harness.awaitEligible("web", "a:100");
            assertThat(harness.conductor.status().services().getFirst().removed()).singleElement()
                    .satisfies(removed -> assertThat(removed.name()).isEqualTo("b"));
            assertThat(harness.counters.allocated()).isEqualTo(rows(1, 2));
            assertThat(harness.dataPlane.kicks).isEmpty();

            gauges.atomicAdd(ServerColumn.CONNECTIONS, -1);
            await().atMost(ConductorHarness.PATIENCE).until(() -> harness.counters.allocated() == rows(1, 1));
            await().atMost(ConductorHarness.PATIENCE)
                    .until(() -> harness.conductor.status().services().getFirst().removed().isEmpty());
        }
    }

    @Test
    void connections_of_what_was_removed_are_ended_after_the_drain_timeout() throws Exception {
        String yaml = draining("a: 127.0.0.1:9", "b: 127.0.0.1:10");
        try (var harness = new ConductorHarness(yaml)) {
            harness.server("web", "b").gauges().atomicAdd(ServerColumn.CONNECTIONS, 1);
            long service = harness.service("web").id();
            RealServer server = harness.server("web", "b");
            harness.reload(yaml.replace("b: 127.0.0.1:10", ""));
            await().atMost(ConductorHarness.PATIENCE).until(() -> !harness.dataPlane.kicks.isEmpty());
            assertThat(harness.dataPlane.kicks).singleElement()
                    .satisfies(kick -> assertThat(kick.matches(1, service, server, 2, 3)).isTrue())
                    .satisfies(kick -> assertThat(kick.reason()).isEqualTo(EndReason.REMOVED));
        }
    }

    @Test
    void connections_to_the_former_address_of_a_server_are_ended_after_the_drain_timeout() throws Exception {
        String yaml = draining("a: 127.0.0.1:9");
        try (var harness = new ConductorHarness(yaml)) {
            RealServer former = harness.server("web", "a");
            former.gauges().atomicAdd(ServerColumn.CONNECTIONS, 1);
            harness.reload(yaml.replace("127.0.0.1:9", "127.0.0.1:10"));
            assertEndsOnly(harness, former);
        }
    }

    @Test
    void a_removed_server_that_comes_back_elsewhere_still_drains_at_its_former_address() throws Exception {
        String yaml = draining("a: 127.0.0.1:9", "b: 127.0.0.1:11").replace("300ms", "3s");
        try (var harness = new ConductorHarness(yaml)) {
            RealServer former = harness.server("web", "a");
            former.gauges().atomicAdd(ServerColumn.CONNECTIONS, 1);
            harness.reload(yaml.replace("a: 127.0.0.1:9", ""));
            harness.reload(yaml.replace("127.0.0.1:9", "127.0.0.1:10"));
            assertEndsOnly(harness, former);
        }
    }

    @Test
    void a_server_that_moves_back_in_time_keeps_its_connections() throws Exception {
        String yaml = draining("a: 127.0.0.1:9", "b: 127.0.0.1:11");
        try (var harness = new ConductorHarness(yaml)) {
            RealServer first = harness.server("web", "a");
            RealServer other = harness.server("web", "b");
            List.of(first, other).forEach(server -> server.gauges().atomicAdd(ServerColumn.CONNECTIONS, 1));
            harness.reload(yaml.replace("127.0.0.1:9", "127.0.0.1:10").replace("300ms", "5s"));
            harness.reload(yaml.replace("127.0.0.1:11", "127.0.0.1:12").replace("300ms", "6s"));
            long service = harness.service("web").id();
            // whoever moved later ends later: what was due before has had its time
            await().atMost(ConductorHarness.PATIENCE).until(() -> harness.dataPlane.kicks.stream()
                    .anyMatch(kick -> kick.matches(1, service, other, 2, 3)));
            assertThat(harness.dataPlane.kicks).noneMatch(kick -> kick.matches(1, service, first, 2, 3));
        }
    }

    private static String draining(String... servers) throws Exception {
        return EligibilityTest.unchecked(servers).replace("    servers:",
                "    timeouts: { drain: 300ms }\n    servers:");
    }

    /** Connections with a server where it was are ended, and no others. */
    private static void assertEndsOnly(ConductorHarness harness, RealServer former) {
        long service = harness.service("web").id();
        await().atMost(ConductorHarness.PATIENCE).until(() -> !harness.dataPlane.kicks.isEmpty());
        assertThat(harness.dataPlane.kicks).singleElement().satisfies(kick -> {
            assertThat(kick.matches(1, service, former, 2, 3)).isTrue();
            assertThat(harness.service("web").servers()).noneMatch(now -> kick.matches(1, service, now, 2, 3));
        });
    }

    @Test
    void a_server_that_comes_back_while_it_leaves_stays() throws Exception {
        try (var harness = new ConductorHarness(EligibilityTest.unchecked("a: 127.0.0.1:9", "b: 127.0.0.1:10"))) {
            CounterRow gauges = harness.server("web", "b").gauges();
            gauges.atomicAdd(ServerColumn.CONNECTIONS, 1);
            String yaml = Files.readString(harness.file);
            harness.reload(yaml.replace("b: 127.0.0.1:10", ""));
            harness.reload(yaml);
            harness.awaitEligible("web", "a:100 b:100");
            assertThat(harness.server("web", "b").gauges()).isSameAs(gauges);
            assertThat(harness.conductor.status().services().getFirst().removed()).isEmpty();
            assertThat(harness.conductor.events(0)).noneMatch(event -> event.text().contains("internal"));
        }
    }

    @Test
    void counters_that_run_out_refuse_the_reload_and_change_nothing() throws Exception {
        try (var harness = new ConductorHarness(new TemporaryDirectory("conductor"),
                EligibilityTest.unchecked("a: 127.0.0.1:9"), rows(1, 1))) {
            Routes before = harness.dataPlane.newest();
            Outcome outcome = harness.reload(Files.readString(harness.file).replace("a: 127.0.0.1:9",
                    "a: 127.0.0.1:9\n      b: 127.0.0.1:10"));
            assertThat(outcome).isInstanceOf(Outcome.Refused.class);
            assertThat(((Outcome.Refused) outcome).message()).contains("no counters left");
            assertThat(harness.dataPlane.newest()).isSameAs(before);
        }
    }

    private static int rows(int services, int servers) {
        return CounterRows.rowsFor(services, servers, 2);
    }

    private static Set<String> openSockets() throws IOException {
        Set<String> sockets = new HashSet<>();
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            for (Path file : files.toList()) {
                try {
                    sockets.add(Files.readSymbolicLink(file).toString());
                } catch (NoSuchFileException closed) {
                    // meanwhile
                }
            }
        }
        sockets.removeIf(target -> !target.startsWith("socket:"));
        return sockets;
    }
}

package io.sluice.control.conductor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.control.api.AdminState;
import io.sluice.control.api.Caller;
import io.sluice.control.api.Command;
import io.sluice.control.api.DataPlanes;
import io.sluice.control.api.Outcome;
import io.sluice.dataplane.service.Kick;
import io.sluice.dataplane.service.Routes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Sockets and packets side by side: what is in force, and who counts where. */
class SeveralDataPlanesTest {
    private final RecordedDataPlane sockets = new RecordedDataPlane();
    private final RecordedDataPlane packets = new RecordedDataPlane(3, 0);
    private final DataPlanes all = new DataPlanes(List.of(sockets, packets));

    @Test
    void what_the_slowest_has_not_acknowledged_is_not_in_force() {
        all.publish(new Routes(7, List.of()));
        assertThat(all.acknowledgedVersion()).isEqualTo(7);
        packets.acknowledges = false;
        assertThat(all.acknowledgedVersion()).isNegative();
    }

    @Test
    void every_one_hears_of_routes_and_kicks() {
        all.publish(new Routes(1, List.of()));
        all.kick(Kick.of(1, 0, 0, 0, 0));
        assertThat(List.of(sockets, packets)).allSatisfy(one -> {
            assertThat(one.newest().version()).isEqualTo(1);
            assertThat(one.kicks).hasSize(1);
        });
    }

    @Test
    void each_service_and_server_has_a_row_per_writer_and_sockets_for_those_who_accept() throws Exception {
        try (var harness = new ConductorHarness(EligibilityTest.unchecked("a: 127.0.0.1:9"), packets)) {
            assertThat(harness.service("web").counters().counts()).hasSize(2 + 3);
            assertThat(harness.service("web").counters().ends()).hasSize(2 + 3);
            assertThat(harness.server("web", "a").counters()).hasSize(2 + 3);
            assertThat(harness.service("web").forwarding().listeners().getFirst().descriptors()).hasSize(2);
        }
    }

    @Test
    void a_change_is_answered_once_the_slowest_works_by_it() throws Exception {
        try (var harness = new ConductorHarness(EligibilityTest.unchecked("a: 127.0.0.1:9"), packets)) {
            packets.acknowledges = false;
            long before = packets.newest().version();
            CompletableFuture<Outcome> answer = CompletableFuture
                    .supplyAsync(() -> harness.conductor.tell(new Command.Administer("web", "a", AdminState.DRAIN),
                            Caller.DAEMON));
            await().atMost(Duration.ofSeconds(60)).until(() -> packets.newest().version() > before);
            assertThat(answer).isNotDone();
            packets.acknowledges = true;
            assertThat(answer.get(60, TimeUnit.SECONDS)).isInstanceOf(Outcome.Done.class);
        }
    }
}

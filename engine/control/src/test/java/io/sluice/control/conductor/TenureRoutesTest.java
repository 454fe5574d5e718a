package io.sluice.control.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.control.api.Event;
import io.sluice.dataplane.service.Routes;
import io.sluice.dataplane.service.Tenure;
import io.sluice.testbed.FreePort;
import org.junit.jupiter.api.Test;

/** What the workers hear of who listens. */
class TenureRoutesTest {
    private static final String YAML = """
            services:
              web: { listen: 127.0.0.1:%d, health-check: { type: none }, servers: { a: 127.0.0.1:9 } }
            """;

    @Test
    void a_daemon_listens_from_its_start_until_it_is_told_to_stop() throws Exception {
        try (var harness = new ConductorHarness(YAML.formatted(FreePort.next()))) {
            assertThat(harness.dataPlane.newest().tenure()).isEqualTo(Tenure.ACTIVE);
            assertThat(harness.service("web").forwarding().listeners()).hasSize(1);

            harness.conductor.stopListening();
            assertThat(harness.dataPlane.newest().tenure()).isEqualTo(Tenure.STOPPING);
            assertThat(harness.dataPlane.newest().services()).isEmpty();
        }
    }

    @Test
    void a_process_that_has_handed_over_names_its_services_without_listeners_and_stopping_changes_nothing()
            throws Exception {
        try (var harness = new ConductorHarness(YAML.formatted(FreePort.next()))) {
            harness.conductor.handOver();
            harness.conductor.stopListening();
            assertThat(harness.dataPlane.newest().tenure()).isInstanceOf(Tenure.HandedOver.class);
            assertThat(harness.service("web").forwarding().listeners()).isEmpty();
            assertThat(harness.conductor.events(0)).extracting(Event::text)
                    .doesNotContain("stopping: no new connections");
        }
    }

    @Test
    void a_passive_node_knows_its_services_without_listeners() throws Exception {
        try (var harness = new ConductorHarness(YAML.formatted(FreePort.next()))) {
            Routes passive = Routes.of(9, harness.dataPlane.newest().services(), Tenure.ACTIVE.giveWay());
            assertThat(passive.services()).singleElement().satisfies(service -> {
                assertThat(service.name()).isEqualTo("web");
                assertThat(service.forwarding().listeners()).isEmpty();
            });
            assertThat(passive.tenure()).isEqualTo(Tenure.PASSIVE);
        }
    }
}

package io.sluice.perftests.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.awaitility.Awaitility.await;

import io.sluice.perftests.serve.Target;
import io.sluice.perftests.serve.TargetServer;
import io.sluice.ringbuffers.ip.Ip;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every mode against real target servers over loopback. */
class LoadRunTest {
    private static final long MS = 1_000_000;

    @ParameterizedTest
    @CsvSource({"rr,echo", "rr,rr", "crc,crc", "udp-rr,udp-echo", "udp-new,udp-echo"})
    void every_operation_is_answered_and_every_byte_is_checked(String mode, String kind) throws Exception {
        try (TargetServer server = serve(kind)) {
            LoadOutcome outcome = run(plan(mode, server).verify(true).times(100 * MS, 1500 * MS, 500 * MS)
                    .timeouts(60_000 * MS, 60_000 * MS));
            assertThat(outcome.total().count(Count.OPERATIONS)).isPositive();
            assertThat(outcome.total().failures()).isZero();
            // counters and histograms are sampled one after the other while the driver goes on, on a busy machine for
            // long
            assertThat(outcome.total().latency.getTotalCount()).isCloseTo(outcome.total().count(Count.OPERATIONS),
                    withinPercentage(50));
        }
    }

    @ParameterizedTest
    @CsvSource({"up,sink", "down,source", "both,duplex", "echo,echo"})
    void bulk_streams_arrive_intact(String direction, String kind) throws Exception {
        TargetServer.Options options = new TargetServer.Options(64, 64, true, 1, List.of(), null);
        try (TargetServer server = TargetServer.start(options, Target.parse(kind))) {
            LoadOutcome outcome = run(plan("bulk", server).verify(true)
                    .direction(LoadPlan.Direction.valueOf(direction.toUpperCase(Locale.ROOT))));
            assertThat(outcome.total().bytesPerSecond()).isPositive();
            assertThat(outcome.total().failures()).isZero();
            assertThat(server.statistics().mismatches).hasValue(0);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void one_way_datagrams_are_counted_where_they_arrive(boolean gso) throws Exception {
        try (TargetServer server = serve("udp-sink")) {
            LoadOutcome outcome = run(plan("udp-send", server).rate(RateProfile.constant(2000)).late(MS, 1).gso(gso));
            assertThat(outcome.total().count(Count.OPERATIONS)).isPositive();
            await().atMost(Duration.ofSeconds(60)).until(() -> server.statistics().datagrams.get() > 0);
            assertThat(server.statistics().bytesReceived).hasValue(64 * server.statistics().datagrams.get());
            assertThat(server.statistics().reordered).hasValue(0);
        }
    }

    @Test
    void a_batch_that_one_message_cannot_hold_is_refused() {
        var target = new InetSocketAddress("127.0.0.1", 9);
        assertThatThrownBy(() -> LoadPlan.to(LoadMode.UDP_SEND, target).sizes(4000, 0).gso(true).build())
                .hasMessage("--gso: one message holds at most 64 datagrams and 65507 bytes, 16 of 4000 bytes; "
                        + "--batch is 32");
        assertThatThrownBy(() -> LoadPlan.to(LoadMode.UDP_REQUEST_RESPONSE, target).gso(true).build())
                .hasMessageContaining("udp-send");
    }

    @Test
    void a_target_that_refuses_is_named_with_the_reason() throws Exception {
        InetSocketAddress nobody = new InetSocketAddress("127.0.0.1", 1);
        assertThatThrownBy(() -> run(LoadPlan.to(LoadMode.REQUEST_RESPONSE, nobody))).isInstanceOf(IOException.class)
                .hasMessageContaining("refused")
                .hasMessageContaining("Does the target listen there?");
    }

    @Test
    void payload_that_differs_is_an_error_with_its_own_name() throws Exception {
        // a server that answers from another place of the stream than an echo would
        try (TargetServer server = serve("rr")) {
            LoadOutcome outcome = run(plan("rr", server).connections(2).verify(true));
            assertThat(outcome.total().count(Count.MISMATCH)).isPositive();
        }
    }

    @Test
    void a_stall_of_the_target_shows_in_every_operation_it_delayed() throws Exception {
        // 1000 operations a second against a server that answers nothing for 200 ms: 200 of them have waited, not one
        try (StallingEcho server = new StallingEcho(200)) {
            LoadOutcome outcome = run(
                    LoadPlan.to(LoadMode.REQUEST_RESPONSE, server.address()).times(100 * MS, 3000 * MS, 100 * MS)
                            .rate(RateProfile.constant(1000)).late(MS, 1));
            assertThat(server.stalls()).isPositive();
            long delayed = outcome.total().latency.getCountBetweenValues(20 * MS, Long.MAX_VALUE);
            assertThat(delayed).isGreaterThan(120);
            assertThat(outcome.total().latency.getMaxValue()).isGreaterThan(150 * MS);
            assertThat(outcome.total().count(Count.QUEUED)).isGreaterThan(100);
        }
    }

    @Test
    void steps_of_the_rate_are_reported_one_by_one() throws Exception {
        try (TargetServer server = serve("echo")) {
            LoadOutcome outcome = run(plan("rr", server).connections(4).rate(RateProfile.parse("200,800"))
                    .times(100 * MS, 4000 * MS, 500 * MS).late(MS, 1));
            assertThat(outcome.steps()).hasSize(2);
            assertThat(outcome.steps().get(0).perSecond(Count.OPERATIONS)).isCloseTo(200, within(60.0));
            assertThat(outcome.steps().get(1).perSecond(Count.OPERATIONS)).isCloseTo(800, within(240.0));
        }
    }

    @Test
    void a_ramp_of_connections_grows_to_its_end() throws Exception {
        try (TargetServer server = serve("echo")) {
            LoadOutcome outcome = run(
                    plan("rr", server).connections(RateProfile.parse("1..20")).times(100 * MS, 4000 * MS, 500 * MS));
            assertThat(outcome.series().getFirst().connections).isLessThan(outcome.series().getLast().connections);
            assertThat(outcome.series().getLast().connections).isBetween(17, 20);
        }
    }

    @Test
    void connections_come_from_every_source_address() throws Exception {
        try (TargetServer server = serve("echo"); PeerCounter counter = new PeerCounter()) {
            run(LoadPlan.to(LoadMode.IDLE, counter.address()).connections(12).times(0, 100 * MS, 100 * MS)
                    .sources(List.of(Ip.parse("127.0.0.2"), Ip.parse("127.0.0.3"),
                            Ip.parse("127.0.0.4"))));
            await().atMost(Duration.ofSeconds(60)).untilAsserted(
                    () -> assertThat(counter.peers()).containsExactlyInAnyOrder("127.0.0.2", "127.0.0.3", "127.0.0.4"));
        }
    }

    @Test
    void a_run_whose_generator_was_too_late_is_invalid_and_says_why() throws Exception {
        try (TargetServer server = serve("echo")) {
            // nobody sends within 1 ns of the intended time
            LoadOutcome outcome = run(plan("rr", server).rate(RateProfile.constant(500)).late(1, 0.01));
            assertThat(outcome.valid()).isFalse();
            assertThat(outcome.judgement().generatorWeak().getFirst()).contains("late").contains("limit");
        }
    }

    @Test
    void a_run_whose_own_host_had_no_means_for_its_connections_is_invalid_and_says_why() {
        LoadPlan plan = LoadPlan.to(LoadMode.IDLE, new InetSocketAddress("127.0.0.1", 1)).connections(10_000).build();
        assertThat(Judgement.of(plan, new Interval(0), 0, 0).generatorWeak()).isEmpty();
        assertThat(Judgement.of(plan, new Interval(0), 500, 0).generatorWeak()).singleElement().asString()
                .contains("500 connections", "ulimit -n", "--source");
    }

    @Test
    void each_step_of_the_connections_is_reported_by_its_number() throws Exception {
        try (TargetServer server = serve("crc")) {
            LoadOutcome outcome = run(plan("crc", server).connections(RateProfile.parse("2,5")));
            assertThat(Summary.of(outcome)).contains("2 connections  ", "5 connections  ");
        }
    }

    @Test
    void options_that_contradict_each_other_are_refused() {
        InetSocketAddress anywhere = new InetSocketAddress("127.0.0.1", 1);
        assertThatThrownBy(() -> LoadPlan.to(LoadMode.REQUEST_RESPONSE, anywhere).poisson(true).build())
                .hasMessageContaining("--rate");
        assertThatThrownBy(
                () -> LoadPlan.to(LoadMode.REQUEST_RESPONSE, anywhere).rate(RateProfile.constant(10)).think(1).build())
                .hasMessageContaining("--think");
        assertThatThrownBy(() -> LoadPlan.to(LoadMode.BULK, anywhere).rate(RateProfile.constant(10)).build())
                .hasMessageContaining("bulk");
    }

    @Test
    void a_target_that_never_answers_is_a_timeout_not_a_hang() throws Exception {
        try (PeerCounter silent = new PeerCounter()) {
            LoadOutcome outcome = run(
                    LoadPlan.to(LoadMode.REQUEST_RESPONSE, silent.address()).times(0, 600 * MS, 200 * MS)
                            .timeouts(100 * MS, 1000 * MS));
            assertThat(outcome.total().count(Count.TIMED_OUT)).isPositive();
            assertThat(outcome.total().count(Count.OPERATIONS)).isZero();
        }
    }

    private static TargetServer serve(String kind) {
        return TargetServer.start(TargetServer.Options.DEFAULT, Target.parse(kind));
    }

    private static LoadPlan.Builder plan(String mode, TargetServer server) {
        return LoadPlan.to(LoadMode.of(mode), server.address()).times(100 * MS, 300 * MS, 100 * MS);
    }

    private static LoadOutcome run(LoadPlan.Builder plan) throws IOException, InterruptedException {
        return new LoadRun(plan.build(), new LoadRun.Listener() {
        }).run();
    }
}

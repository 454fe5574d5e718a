package io.sluice.perftests.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sluice.perftests.serve.Target;
import io.sluice.perftests.serve.TargetServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every mode against real target servers over loopback. */
class LoadRunTest {
    @ParameterizedTest
    @CsvSource({"rr,echo", "rr,rr", "crc,crc", "udp-rr,udp-echo", "udp-new,udp-echo"})
    void every_operation_is_answered_and_every_byte_is_checked(String mode, String kind) throws Exception {
        try (TargetServer server = TargetServer.start(TargetServer.Options.DEFAULT, Target.parse(kind))) {
            Outcome outcome = run(new Plans(mode, server.address()).verify());
            assertThat(outcome.total().count(Count.OPERATIONS)).isPositive();
            assertThat(outcome.total().failures()).isZero();
            // counters and histograms are sampled one after the other while the driver goes on
            assertThat(outcome.total().latency.getTotalCount()).isCloseTo(outcome.total().count(Count.OPERATIONS),
                    within(64L));
        }
    }

    @ParameterizedTest
    @CsvSource({"up,sink", "down,source", "both,duplex", "echo,echo"})
    void bulk_streams_arrive_intact(String direction, String kind) throws Exception {
        TargetServer.Options options = new TargetServer.Options(64, 64, true, 1, java.util.List.of());
        try (TargetServer server = TargetServer.start(options, Target.parse(kind))) {
            Outcome outcome = run(new Plans("bulk", server.address()).verify().direction(direction));
            assertThat(outcome.total().bytesPerSecond()).isPositive();
            assertThat(outcome.total().failures()).isZero();
            assertThat(server.statistics().mismatches).hasValue(0);
        }
    }

    @Test
    void one_way_datagrams_are_counted_where_they_arrive() throws Exception {
        try (TargetServer server = TargetServer.start(TargetServer.Options.DEFAULT, Target.parse("udp-sink"))) {
            Outcome outcome = run(new Plans("udp-send", server.address()).rate("2000"));
            assertThat(outcome.total().count(Count.OPERATIONS)).isPositive();
            assertThat(server.statistics().datagrams.get()).isPositive();
            assertThat(server.statistics().reordered).hasValue(0);
        }
    }

    @Test
    void a_target_that_refuses_is_named_with_the_reason() throws Exception {
        InetSocketAddress nobody;
        try (ServerSocket socket = new ServerSocket(0)) {
            nobody = new InetSocketAddress("127.0.0.1", socket.getLocalPort());
        }
        assertThatThrownBy(() -> run(new Plans("rr", nobody))).isInstanceOf(IOException.class)
                .hasMessageContaining("refused").hasMessageContaining(
                        "Does the target listen there?");
    }

    @Test
    void payload_that_differs_is_an_error_with_its_own_name() throws Exception {
        // a server that answers from another place of the stream than an echo would
        try (TargetServer server = TargetServer.start(TargetServer.Options.DEFAULT, Target.parse("rr"))) {
            Outcome outcome = run(new Plans("rr", server.address()).connections("2").verify());
            assertThat(outcome.total().count(Count.MISMATCH)).isPositive();
        }
    }

    private static Outcome run(Plans plan) throws IOException, InterruptedException {
        return new LoadRun(plan.build(), new LoadRun.Listener() {
        }).run();
    }
}

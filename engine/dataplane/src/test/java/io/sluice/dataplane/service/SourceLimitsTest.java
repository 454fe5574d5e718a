package io.sluice.dataplane.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.conntrack.Mode;
import io.sluice.dataplane.service.VirtualService.Limits;
import io.sluice.ringbuffers.counters.CountersFile;
import io.sluice.ringbuffers.counters.Kind;
import io.sluice.scheduler.Candidates;
import io.sluice.scheduler.SchedulerKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits per client, by one worker; what two do to each other at once is for JCStress (bench, SourceLimitsStress). */
class SourceLimitsTest {
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    @TempDir
    Path folder = Path.of("");

    private final SourceLimits sources = new SourceLimits();
    private final long nowNs = System.nanoTime();

    @Test
    void a_full_periods_worth_may_come_at_once_and_then_one_whenever_it_is_due() throws IOException {
        VirtualService tenASecond = service(new Limits(0, 0, 10, SECOND_NS));
        for (int i = 0; i < 10; i++) {
            assertThat(sources.admit(tenASecond, 0, 1, nowNs)).isTrue();
        }
        assertThat(sources.admit(tenASecond, 0, 1, nowNs)).isFalse();
        assertThat(sources.admit(tenASecond, 0, 1, nowNs + SECOND_NS / 10 - 1)).isFalse();
        assertThat(sources.admit(tenASecond, 0, 1, nowNs + SECOND_NS / 10)).isTrue();
        assertThat(sources.admit(tenASecond, 0, 1, nowNs + SECOND_NS / 10)).isFalse();
        assertThat(sources.admit(tenASecond, 0, 2, nowNs)).as("another client").isTrue();
    }

    @Test
    void whoever_tries_too_often_does_not_wait_longer_for_it() throws IOException {
        VirtualService oneASecond = service(new Limits(0, 0, 1, SECOND_NS));
        assertThat(sources.admit(oneASecond, 0, 1, nowNs)).as("the very first").isTrue();
        for (int i = 0; i < 1_000; i++) {
            assertThat(sources.admit(oneASecond, 0, 1, nowNs + i)).isFalse();
        }
        assertThat(sources.admit(oneASecond, 0, 1, nowNs + SECOND_NS)).isTrue();
    }

    @Test
    void a_connection_that_ended_makes_room_for_the_next() throws IOException {
        VirtualService two = service(new Limits(0, 2, 0, 0));
        assertThat(sources.admit(two, 0, 1, nowNs)).isTrue();
        assertThat(sources.admit(two, 0, 1, nowNs)).isTrue();
        assertThat(sources.admit(two, 0, 1, nowNs)).isFalse();
        assertThat(sources.admit(two, 0, 2, nowNs)).as("another client").isTrue();
        sources.release(two, 0, 1);
        assertThat(sources.admit(two, 0, 1, nowNs)).isTrue();
        assertThat(sources.admit(two, 0, 1, nowNs)).isFalse();
    }

    private VirtualService service(Limits limits) throws IOException {
        var gauges = CountersFile.create(folder.resolve("counters"), 1).allocate(Kind.SERVICE, -1, "test");
        return new VirtualService(1, "test", List.of(), Candidates.none(SchedulerKind.ROUND_ROBIN), AffinityRule.NONE,
                VirtualService.AccessList.EVERYONE, limits, new ServiceRows(gauges, List.of(), List.of(), List.of()),
                new Forwarding.Packets(Mode.NAT, Forwarding.Packets.Engine.TC));
    }
}

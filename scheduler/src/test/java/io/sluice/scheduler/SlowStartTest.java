package io.sluice.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SlowStartTest {
    private static final long RAMP_NS = TimeUnit.SECONDS.toNanos(30);

    @Test
    void the_weight_rises_in_a_straight_line() {
        assertThat(SlowStart.weight(100, 0, RAMP_NS)).isEqualTo(1);
        assertThat(SlowStart.weight(100, 1, RAMP_NS)).isEqualTo(1);
        assertThat(SlowStart.weight(100, RAMP_NS / 4, RAMP_NS)).isEqualTo(25);
        assertThat(SlowStart.weight(100, RAMP_NS / 2, RAMP_NS)).isEqualTo(50);
        assertThat(SlowStart.weight(100, RAMP_NS, RAMP_NS)).isEqualTo(100);
        assertThat(SlowStart.rising(100, RAMP_NS - 1, RAMP_NS)).isTrue();
        assertThat(SlowStart.rising(100, RAMP_NS, RAMP_NS)).isFalse();
    }

    @Test
    void without_a_ramp_or_a_weight_nothing_changes() {
        assertThat(SlowStart.weight(100, 0, 0)).isEqualTo(100);
        assertThat(SlowStart.weight(0, 5, RAMP_NS)).isZero();
        assertThat(SlowStart.weight(1, 0, RAMP_NS)).isEqualTo(1);
        assertThat(SlowStart.rising(1, 0, RAMP_NS)).isFalse();
    }

    @Test
    void the_weight_never_falls_and_never_leaves_its_bounds() {
        SplittableRandom random = new SplittableRandom(51);
        for (int n = 0; n < 10_000; n++) {
            int weight = random.nextInt(1, 65_536);
            long rampNs = random.nextLong(1, Long.MAX_VALUE);
            long earlier = random.nextLong(-rampNs, rampNs);
            long later = random.nextLong(earlier, Long.MAX_VALUE);
            assertThat(SlowStart.weight(weight, earlier, rampNs)).isBetween(1, SlowStart.weight(weight, later, rampNs));
            assertThat(SlowStart.weight(weight, later, rampNs)).isLessThanOrEqualTo(weight);
        }
    }
}

package io.sluice.perftests.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.perftests.load.Arrivals.Spacing;
import io.sluice.perftests.stats.Samples;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/** When operations of an open loop are due. */
class ArrivalsTest {
    private static final long SECOND_NS = 1_000_000_000;
    private static final long START_NS = 5 * SECOND_NS;

    @Test
    void constant_arrivals_are_equally_far_apart() {
        double[] gaps = gaps(arrivals(RateProfile.constant(1_000), 1, 0, Spacing.CONSTANT), 5_000);
        assertThat(Arrays.stream(gaps)).allSatisfy(gap -> assertThat(gap).isCloseTo(1e6, within(2.0)));
    }

    @Test
    void poisson_arrivals_have_gaps_that_are_exponential() {
        double[] gaps = gaps(arrivals(RateProfile.constant(1_000), 1, 0, Spacing.POISSON), 50_000);
        assertThat(DoubleStream.of(gaps).average().orElseThrow()).isCloseTo(1e6, within(2e4));
        assertThat(Samples.median(gaps)).isCloseTo(1e6 * Math.log(2), within(2e4));
        double longerThanThreeMeans = DoubleStream.of(gaps).filter(gap -> gap > 3e6).count() / 50_000.0;
        assertThat(longerThanThreeMeans).isCloseTo(Math.exp(-3), within(0.005));
    }

    @Test
    void the_same_seed_gives_the_same_arrivals() {
        assertThat(gaps(arrivals(RateProfile.constant(1_000), 1, 0, Spacing.POISSON), 100))
                .isEqualTo(gaps(arrivals(RateProfile.constant(1_000), 1, 0, Spacing.POISSON), 100));
    }

    @Test
    void a_ramp_and_steps_are_followed_after_the_warm_up() {
        // 1 s of warm-up at the first rate, then 10 s
        assertThat(dueWithin(RateProfile.parse("100..300"), 1, 11)).isBetween(1_995, 2_005);
        assertThat(dueWithin(RateProfile.parse("100..300"), 0, 1)).isBetween(99, 101);
        assertThat(dueWithin(RateProfile.parse("100,400"), 1, 6)).isBetween(499, 501);
        assertThat(dueWithin(RateProfile.parse("100,400"), 6, 11)).isBetween(1_999, 2_001);
    }

    @Test
    void threads_share_the_rate_and_take_turns() {
        Arrivals first = arrivals(RateProfile.constant(1_000), 0.5, 0, Spacing.CONSTANT);
        Arrivals second = arrivals(RateProfile.constant(1_000), 0.5, 0.5, Spacing.CONSTANT);
        assertThat(second.nextNs() - first.nextNs()).isEqualTo(SECOND_NS / 1_000);
        assertThat(gaps(first, 100)).containsOnly(2e6);
    }

    private static int dueWithin(RateProfile profile, int fromSeconds, int toSeconds) {
        Arrivals arrivals = arrivals(profile, 1, 0, Spacing.CONSTANT);
        int due = 0;
        for (; arrivals.nextNs() < START_NS + toSeconds * SECOND_NS; arrivals.advance()) {
            due += arrivals.nextNs() >= START_NS + fromSeconds * SECOND_NS ? 1 : 0;
        }
        return due;
    }

    private static double[] gaps(Arrivals arrivals, int count) {
        double[] gaps = new double[count];
        for (int i = 0; i < count; i++) {
            long beforeNs = arrivals.nextNs();
            arrivals.advance();
            gaps[i] = arrivals.nextNs() - beforeNs;
        }
        return gaps;
    }

    private static Arrivals arrivals(RateProfile profile, double share, double offset, Spacing spacing) {
        return new Arrivals(profile, share, offset, spacing, 42, START_NS, SECOND_NS, 10 * SECOND_NS);
    }
}

package io.sluice.perftests.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The statistics against published tables and against series whose truth is known. */
class StatisticsTest {
    @Test
    void mann_whitney_agrees_with_published_exact_tables() {
        // Critical values (two-sided, alpha 0.01): n = m = 10 rejects at U <= 16, not at 17
        assertThat(MannWhitney.p(withU(10, 10, 16), right(10))).isLessThanOrEqualTo(0.01);
        assertThat(MannWhitney.p(withU(10, 10, 17), right(10))).isGreaterThan(0.01);
        // fully separated samples of 4 and 4: 2 / C(8,4)
        assertThat(MannWhitney.p(new double[]{1, 2, 3, 4}, new double[]{5, 6, 7, 8})).isCloseTo(2.0 / 70,
                within(1e-12));
        assertThat(MannWhitney.p(new double[]{1, 1, 1}, new double[]{1, 1, 1})).isEqualTo(1);
    }

    @Test
    void mann_whitney_agrees_with_the_counted_truth_where_values_repeat() {
        // 4 of the 70 ways to choose 4 of {1,2,2,3,5,6,6,7} are as lopsided as these; the approximation comes near
        assertThat(MannWhitney.p(new double[]{1, 2, 2, 5}, new double[]{3, 6, 6, 7})).isCloseTo(0.0571, within(0.03));
        assertThat(MannWhitney.p(new double[]{1, 2}, new double[0])).isEqualTo(1);
        assertThat(MannWhitney.p(new double[]{3}, new double[]{3, 3})).isEqualTo(1);
    }

    @Test
    void mann_whitney_is_one_where_neither_sample_wins() {
        assertThat(MannWhitney.p(new double[]{1, 4}, new double[]{2, 3})).isEqualTo(1);
        double[] series = new Random(5).doubles(60).toArray();
        assertThat(MannWhitney.p(series, series.clone())).isCloseTo(1, within(1e-9));
    }

    @Test
    void mann_whitney_cries_wolf_no_more_often_than_it_says() {
        Random random = new Random(11);
        int alarms = 0;
        for (int i = 0; i < 2_000; i++) {
            alarms += MannWhitney.p(random.doubles(10).toArray(), random.doubles(10).toArray()) < 0.01 ? 1 : 0;
        }
        assertThat(alarms).isBetween(5, 32); // 2000 * 0.009 expected
    }

    @Test
    void quantiles_interpolate() {
        assertThat(Samples.median(3, 1, 2)).isEqualTo(2);
        assertThat(Samples.median(4, 1, 2, 3)).isEqualTo(2.5);
        assertThat(Samples.quantile(new double[]{1, 2, 3, 4, 5}, 0.9)).isCloseTo(4.6, within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void a_step_in_a_series_is_found_where_it_is(long seed) {
        double[] series = noise(seed, 60, 0.03);
        for (int i = 35; i < 60; i++) {
            series[i] *= 0.88;
        }
        List<ChangePoints.ChangePoint> points = ChangePoints.find(series, seed);
        assertThat(points).hasSize(1);
        assertThat(points.getFirst().index()).isBetween(33, 37);
        assertThat(points.getFirst().change()).isCloseTo(-0.12, within(0.03));
        assertThat(points.getFirst().p()).isLessThanOrEqualTo(0.01);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void several_steps_are_all_found(long seed) {
        double[] series = noise(seed, 90, 0.02);
        for (int i = 30; i < 60; i++) {
            series[i] *= 1.15;
        }
        assertThat(ChangePoints.find(series, seed)).extracting(ChangePoints.ChangePoint::index).satisfiesExactly(
                first -> assertThat(first).isBetween(28, 32), second -> assertThat(second).isBetween(58, 62));
    }

    @Test
    void steady_series_hardly_ever_show_a_change_point() {
        long alarms = IntStream.range(0, 60)
                .filter(seed -> !ChangePoints.find(noise(1000 + seed, 40, 0.05), seed).isEmpty()).count();
        assertThat(alarms).isLessThanOrEqualTo(4);
    }

    @Test
    void one_outlier_is_no_drift() {
        double[] series = noise(3, 40, 0.03);
        series[20] *= 0.4;
        assertThat(ChangePoints.find(series, 1)).isEmpty();
    }

    @Test
    void too_few_points_say_nothing() {
        double[] series = new double[29];
        java.util.Arrays.fill(series, 15, 29, 100);
        assertThat(ChangePoints.find(series, 1)).isEmpty();
    }

    private static double[] noise(long seed, int length, double deviation) {
        Random random = new Random(seed);
        return IntStream.range(0, length).mapToDouble(i -> 1000 * Math.exp(random.nextGaussian() * deviation))
                .toArray();
    }

    /** n values with exactly U wins against 1..m. */
    private static double[] withU(int n, int m, int u) {
        double[] left = new double[n];
        int left_over = u;
        for (int i = 0; i < n; i++) {
            int wins = Math.min(m, left_over);
            left[i] = wins + 0.5 + i * 1e-6;
            left_over -= wins;
        }
        return left;
    }

    private static double[] right(int m) {
        return IntStream.rangeClosed(1, m).asDoubleStream().toArray();
    }
}

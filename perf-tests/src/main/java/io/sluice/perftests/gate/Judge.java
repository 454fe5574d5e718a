package io.sluice.perftests.gate;

import io.sluice.perftests.gate.Verdict.Answer;
import io.sluice.perftests.lab.Metric;
import io.sluice.perftests.stats.MannWhitney;
import io.sluice.perftests.stats.Samples;
import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * Turns the values of pairs into verdicts. A figure fails only where chance is unlikely (Mann-Whitney) and the change
 * is larger than both the limit and what equal builds differ by; a limit inside that noise cannot be judged and never
 * passes. Stateless.
 */
public final class Judge {
    private static final double QUANTILE = 0.99;
    private static final long SEED = 20_260_101;

    private Judge() {
    }

    /** Values are ratios to the control of the same pair where there is one. */
    public static Verdict compare(Figure figure, double[] baseline, double[] candidate, Limit limit, double floor,
            double significance) {
        double[] before = present(baseline);
        double[] after = present(candidate);
        double medianBefore = Samples.median(before);
        double medianAfter = Samples.median(after);
        if (limit.absolute()) {
            double highest = Samples.max(after);
            Answer answer = after.length < candidate.length || after.length == 0
                    ? Answer.CANNOT_JUDGE
                    : highest <= limit.atMost() ? Answer.PASSED : Answer.FAILED;
            return new Verdict(figure, answer, medianBefore, highest, Double.NaN, limit.atMost(), Double.NaN,
                    Double.NaN);
        }
        double worse = worse(figure.metric(), medianBefore, medianAfter);
        double p = MannWhitney.p(before, after);
        // the machine may be noisier today than when it was calibrated
        double band = Math.max(floor, byChance(before, before.length));
        return new Verdict(figure, answer(worse, p, limit.worse(), band, significance), medianBefore, medianAfter,
                worse, limit.worse(), band, p);
    }

    private static Answer answer(double worse, double p, double limit, double band, double significance) {
        if (p < significance && worse > Math.max(limit, band)) {
            return Answer.FAILED;
        }
        return limit < band || Double.isNaN(worse) || Double.isNaN(band) ? Answer.CANNOT_JUDGE : Answer.PASSED;
    }

    /**
     * The noise floor from A/A values: what the medians of two such samples of one build differ by, at the 99th
     * percentile.
     */
    public static double band(Metric metric, double[] left, double[] right) {
        double[] a = present(left);
        double[] b = present(right);
        if (a.length == 0 || b.length == 0) {
            return Double.NaN;
        }
        double observed = Math.abs(worse(metric, Samples.median(a), Samples.median(b)));
        return Math.max(observed, byChance(DoubleStream.concat(Arrays.stream(a), Arrays.stream(b)).toArray(),
                Math.min(a.length, b.length)));
    }

    private static double byChance(double[] values, int size) {
        if (values.length < 2) {
            return Double.NaN;
        }
        return Samples.medianChangeByChance(values, size, QUANTILE, SEED);
    }

    private static double worse(Metric metric, double before, double after) {
        return metric.moreIsBetter ? before / after - 1 : after / before - 1;
    }

    private static double[] present(double[] values) {
        return Arrays.stream(values).filter(Double::isFinite).toArray();
    }
}

package io.sluice.perftests.lab;

import io.sluice.perftests.stats.Samples;
import java.util.Arrays;

/** The values one metric took, round by round; NaN where a round has none. */
public record Series(String contender, String workload, Metric metric, double[] values) {
    /** The values that are there. */
    public double[] present() {
        return Arrays.stream(values).filter(value -> !Double.isNaN(value)).toArray();
    }

    public double median() {
        return Samples.median(present());
    }

    public double min() {
        return Samples.min(present());
    }

    public double max() {
        return Samples.max(present());
    }

    /** This divided by the other, round by round. */
    public double[] ratios(Series other) {
        return Arrays.stream(Samples.pairwise(values, other.values, (left, right) -> left / right))
                .filter(Double::isFinite).toArray();
    }
}

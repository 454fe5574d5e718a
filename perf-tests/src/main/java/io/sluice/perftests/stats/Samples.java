package io.sluice.perftests.stats;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleBinaryOperator;

/** Order statistics of measured values. Stateless. */
public final class Samples {
    private Samples() {
    }

    public static double median(double... values) {
        return quantile(values, 0.5);
    }

    /** Linear interpolation between order statistics (Hyndman and Fan's type 7). NaN where there are no values. */
    public static double quantile(double[] values, double share) {
        if (values.length == 0) {
            return Double.NaN;
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double position = share * (sorted.length - 1);
        int below = (int) Math.floor(position);
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }

    public static double min(double... values) {
        return Arrays.stream(values).min().orElse(Double.NaN);
    }

    public static double max(double... values) {
        return Arrays.stream(values).max().orElse(Double.NaN);
    }

    /** Element by element: the ratio of each pair, for instance. */
    public static double[] pairwise(double[] left, double[] right, DoubleBinaryOperator operator) {
        double[] result = new double[Math.min(left.length, right.length)];
        for (int i = 0; i < result.length; i++) {
            result[i] = operator.applyAsDouble(left[i], right[i]);
        }
        return result;
    }

    /**
     * How far the medians of two samples of one distribution lie apart by chance: the given quantile of their relative
     * difference, over pairs of samples drawn with replacement from these values.
     */
    public static double medianChangeByChance(double[] values, int size, double quantile, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] changes = new double[4_000];
        double[] left = new double[size];
        double[] right = new double[size];
        for (int i = 0; i < changes.length; i++) {
            for (int j = 0; j < size; j++) {
                left[j] = values[random.nextInt(values.length)];
                right[j] = values[random.nextInt(values.length)];
            }
            changes[i] = Math.abs(Math.log(median(left) / median(right)));
        }
        return Math.expm1(quantile(changes, quantile));
    }
}

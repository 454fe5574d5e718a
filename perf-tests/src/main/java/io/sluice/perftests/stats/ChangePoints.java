package io.sluice.perftests.stats;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Where a series changed its distribution: E-divisive (Matteson and James, A Nonparametric Approach for Multiple Change
 * Point Analysis of Multivariate Data, JASA 2014), exponent 1. It finds the split with the largest energy distance,
 * asks by permutation whether chance could have made it, and goes on in both halves. Stateless; seeded.
 */
public final class ChangePoints {
    /** Fewer points than this say nothing about drift. */
    public static final int FEWEST_POINTS = 30;

    private static final int FEWEST_PER_SIDE = 5;
    private static final int PERMUTATIONS = 499;
    private static final double SIGNIFICANCE = 0.01;

    /**
     * The series changed between {@code index - 1} and {@code index}. {@code change} is after / before - 1, by medians.
     */
    public record ChangePoint(int index, double before, double after, double p) {
        public double change() {
            return after / before - 1;
        }
    }

    private record Split(int from, int at, int to, double statistic) {
    }

    private ChangePoints() {
    }

    /** @return the change points in order; none for fewer than {@link #FEWEST_POINTS} values */
    public static List<ChangePoint> find(double[] series, long seed) {
        if (series.length < FEWEST_POINTS) {
            return List.of();
        }
        SplittableRandom random = new SplittableRandom(seed);
        List<Integer> borders = new ArrayList<>(List.of(0, series.length));
        List<double[]> found = new ArrayList<>();
        while (true) {
            Split best = best(series, borders);
            if (best == null) {
                break;
            }
            double p = chance(series, borders, best, random);
            if (p > SIGNIFICANCE) {
                break;
            }
            borders.add(best.at());
            borders.sort(Comparator.naturalOrder());
            found.add(new double[]{best.at(), p});
        }
        found.sort(Comparator.comparingDouble(one -> one[0]));
        List<ChangePoint> points = new ArrayList<>();
        for (double[] one : found) {
            int at = (int) one[0];
            int border = borders.indexOf(at);
            points.add(new ChangePoint(at, median(series, borders.get(border - 1), at),
                    median(series, at, borders.get(border + 1)), one[1]));
        }
        return points;
    }

    private static double median(double[] series, int from, int to) {
        return Samples.median(java.util.Arrays.copyOfRange(series, from, to));
    }

    /** How often shuffled segments hold a split as strong as this one. */
    private static double chance(double[] series, List<Integer> borders, Split best, SplittableRandom random) {
        int asStrong = 0;
        double[] shuffled = series.clone();
        for (int i = 0; i < PERMUTATIONS; i++) {
            for (int segment = 0; segment + 1 < borders.size(); segment++) {
                shuffle(shuffled, borders.get(segment), borders.get(segment + 1), random);
            }
            Split split = best(shuffled, borders);
            if (split != null && split.statistic() >= best.statistic()) {
                asStrong++;
                if (asStrong + 1 > SIGNIFICANCE * (PERMUTATIONS + 1)) {
                    break; // it cannot become significant any more
                }
            }
        }
        return (asStrong + 1.0) / (PERMUTATIONS + 1.0);
    }

    private static void shuffle(double[] values, int from, int to, SplittableRandom random) {
        for (int i = to - 1; i > from; i--) {
            int j = from + random.nextInt(i - from + 1);
            double held = values[i];
            values[i] = values[j];
            values[j] = held;
        }
    }

    private static @org.jspecify.annotations.Nullable Split best(double[] series, List<Integer> borders) {
        Split best = null;
        for (int segment = 0; segment + 1 < borders.size(); segment++) {
            Split split = best(series, borders.get(segment), borders.get(segment + 1));
            if (split != null && (best == null || split.statistic() > best.statistic())) {
                best = split;
            }
        }
        return best;
    }

    /**
     * The split of [from, to) with the largest weighted energy distance between its sides; sums are carried along:
     * O(n^2).
     */
    private static @org.jspecify.annotations.Nullable Split best(double[] series, int from, int to) {
        int n = to - from;
        if (n < 2 * FEWEST_PER_SIDE) {
            return null;
        }
        double within = 0; // distances among the left side
        double across = 0;
        double beyond = 0; // among the right side
        for (int i = from; i < to; i++) {
            for (int j = i + 1; j < to; j++) {
                beyond += Math.abs(series[i] - series[j]);
            }
        }
        Split best = null;
        for (int at = from; at < to; at++) {
            // series[at] moves from the right side to the left
            if (at > from) {
                int left = at - from;
                int right = to - at;
                if (left >= FEWEST_PER_SIDE && right >= FEWEST_PER_SIDE) {
                    double energy = 2 * across / ((double) left * right) - within / (left * (left - 1) / 2.0)
                            - beyond / (right * (right - 1) / 2.0);
                    double statistic = (double) left * right / (left + right) * energy;
                    if (best == null || statistic > best.statistic()) {
                        best = new Split(from, at, to, statistic);
                    }
                }
            }
            double toLeft = 0;
            double toRight = 0;
            for (int i = from; i < at; i++) {
                toLeft += Math.abs(series[i] - series[at]);
            }
            for (int i = at + 1; i < to; i++) {
                toRight += Math.abs(series[i] - series[at]);
            }
            within += toLeft;
            beyond -= toRight;
            across += toRight - toLeft;
        }
        return best;
    }
}

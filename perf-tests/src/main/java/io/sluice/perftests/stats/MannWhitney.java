package io.sluice.perftests.stats;

import java.util.Arrays;

/**
 * The Mann-Whitney U test (1947): do two samples come from one distribution? Exact for small samples without ties, the
 * normal approximation with tie and continuity correction otherwise. Stateless.
 */
public final class MannWhitney {
    private static final int EXACT_UP_TO = 50;

    private MannWhitney() {
    }

    /** @return the two-sided p-value; 1 where a sample is empty */
    public static double p(double[] left, double[] right) {
        int n = left.length;
        int m = right.length;
        if (n == 0 || m == 0) {
            return 1;
        }
        double u = wins(left, right);
        double smaller = Math.min(u, (double) n * m - u);
        if (n + m <= EXACT_UP_TO && !tied(left, right)) {
            return Math.min(1, 2 * exactAtMost((int) smaller, n, m));
        }
        return approximate(smaller, left, right);
    }

    /** U: how many pairs the left sample wins, ties counting half. */
    static double wins(double[] left, double[] right) {
        double u = 0;
        for (double a : left) {
            for (double b : right) {
                u += a > b ? 1 : a == b ? 0.5 : 0;
            }
        }
        return u;
    }

    private static boolean tied(double[] left, double[] right) {
        return Arrays.stream(left).anyMatch(a -> Arrays.stream(right).anyMatch(b -> a == b));
    }

    /** P(U <= u) by counting the orders of n and m values that have each U (Mann and Whitney's recurrence). */
    private static double exactAtMost(int u, int n, int m) {
        // ways[i][j] over k: number of orders of i left and j right values with U = k
        double[][] previous = new double[m + 1][];
        for (int i = 0; i <= n; i++) {
            double[][] current = new double[m + 1][];
            for (int j = 0; j <= m; j++) {
                double[] ways = new double[i * j + 1];
                if (i == 0 || j == 0) {
                    ways[0] = 1;
                } else {
                    // the largest value is a left one (beats all j right ones) or a right one (beats none)
                    add(ways, previous[j], j);
                    add(ways, current[j - 1], 0);
                }
                current[j] = ways;
            }
            previous = current;
        }
        double all = Arrays.stream(previous[m]).sum();
        return Arrays.stream(previous[m], 0, Math.min(u + 1, previous[m].length)).sum() / all;
    }

    private static void add(double[] target, double[] source, int shift) {
        for (int k = 0; k < source.length; k++) {
            target[k + shift] += source[k];
        }
    }

    static double approximate(double u, double[] left, double[] right) {
        double n = left.length;
        double m = right.length;
        double[] all = new double[left.length + right.length];
        System.arraycopy(left, 0, all, 0, left.length);
        System.arraycopy(right, 0, all, left.length, right.length);
        Arrays.sort(all);
        double ties = 0;
        for (int i = 0; i < all.length;) {
            int j = i;
            while (j < all.length && all[j] == all[i]) {
                j++;
            }
            double t = j - i;
            ties += t * t * t - t;
            i = j;
        }
        double total = n + m;
        double deviation = Math.sqrt(n * m / 12 * (total + 1 - ties / (total * (total - 1))));
        if (deviation == 0) {
            return 1; // every value is the same
        }
        double z = Math.max(0, n * m / 2 - u - 0.5) / deviation;
        return Math.min(1, 2 * upperTail(z));
    }

    /** P(Z > z) of the standard normal: Abramowitz and Stegun 26.2.17, error below 7.5e-8. */
    static double upperTail(double z) {
        double t = 1 / (1 + 0.2316419 * z);
        double polynomial = t
                * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        return Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI) * polynomial;
    }
}

package io.sluice.perftests.stats;

import org.apache.commons.statistics.inference.MannWhitneyUTest;

/** The Mann-Whitney U test (1947): do two samples come from one distribution? By commons-statistics. Stateless. */
public final class MannWhitney {
    private MannWhitney() {
    }

    /** @return the two-sided p-value; 1 where a sample is empty, or every value is the same */
    public static double p(double[] left, double[] right) {
        if (left.length == 0 || right.length == 0 || same(left, right)) {
            return 1;
        }
        // exact for small samples without ties, else the normal approximation with tie and continuity correction
        return MannWhitneyUTest.withDefaults().test(left, right).getPValue();
    }

    private static boolean same(double[] left, double[] right) {
        return Samples.min(left) == Samples.max(right) && Samples.max(left) == Samples.min(right);
    }
}

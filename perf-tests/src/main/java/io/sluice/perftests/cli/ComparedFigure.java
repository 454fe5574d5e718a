package io.sluice.perftests.cli;

import io.sluice.perftests.stats.MannWhitney;
import io.sluice.perftests.stats.Samples;
import java.util.stream.IntStream;

/** One figure that two results have: its values in the earlier and in the later one. Immutable. */
record ComparedFigure(String figure, double[] before, double[] after) {
    private static final double SIGNIFICANT = 0.01;

    /** What can be said of a difference. */
    enum Significance {
        DIFFERS("differs"), CHANCE("chance explains it"), TOO_FEW("too few values to tell");

        final String words;

        Significance(String words) {
            this.words = words;
        }
    }

    double a() {
        return Samples.median(before);
    }

    double b() {
        return Samples.median(after);
    }

    /** B divided by A; infinite where there was nothing before and there is something now. */
    double ratio() {
        return a() == b() ? 1 : b() / a();
    }

    double p() {
        return MannWhitney.p(before, after);
    }

    Significance significance() {
        if (p() < SIGNIFICANT) {
            return Significance.DIFFERS;
        }
        // as different as so few values can be
        double[] low = IntStream.range(0, before.length).asDoubleStream().toArray();
        double[] high = IntStream.range(before.length, before.length + after.length).asDoubleStream().toArray();
        return MannWhitney.p(low, high) < SIGNIFICANT ? Significance.CHANCE : Significance.TOO_FEW;
    }
}

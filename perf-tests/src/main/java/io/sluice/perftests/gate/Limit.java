package io.sluice.perftests.gate;

/**
 * What a figure may do.
 *
 * @param worse share by which the candidate may be worse than the baseline (0.05: 5 %); NaN where only {@code atMost}
 *            counts
 * @param atMost a value no candidate may exceed, whatever the baseline did; NaN where there is none
 */
public record Limit(double worse, double atMost) {
    public static Limit worse(double share) {
        return new Limit(share, Double.NaN);
    }

    public static Limit atMost(double value) {
        return new Limit(Double.NaN, value);
    }

    boolean absolute() {
        return Double.isNaN(worse);
    }
}

package io.sluice.perftests.load;

import java.util.SplittableRandom;

/**
 * The open loop's clock: hands out the intended time of each arrival, constant or Poisson, along a rate profile. Owned
 * by one driver thread. The schedule never waits for the target, so a stall shows in the latencies of everything it
 * delayed (no coordinated omission).
 */
final class Arrivals {
    enum Spacing {
        CONSTANT, POISSON
    }

    private final RateProfile ratePerSecond;
    private final double share;
    private final Spacing spacing;
    private final SplittableRandom random;
    private final long startNs;
    private final long warmUpNs;
    private final long durationNs;
    private double nextNs;

    /**
     * @param share of the whole rate that this thread makes: 1 / threads; threads are staggered by {@code offset}
     *            (0..1)
     */
    Arrivals(RateProfile ratePerSecond, double share, double offset, Spacing spacing, long seed, long startNs,
            long warmUpNs, long durationNs) {
        this.ratePerSecond = ratePerSecond;
        this.share = share;
        this.spacing = spacing;
        this.random = new SplittableRandom(seed);
        this.startNs = startNs;
        this.warmUpNs = warmUpNs;
        this.durationNs = durationNs;
        nextNs = offset * gapNs(0);
    }

    /** The intended time of the next arrival, on System.nanoTime's scale. */
    long nextNs() {
        return startNs + (long) nextNs;
    }

    void advance() {
        nextNs += gapNs(nextNs);
    }

    private double gapNs(double sinceStartNs) {
        double mean = 1e9 / (ratePerSecond.at((sinceStartNs - warmUpNs) / durationNs) * share);
        return spacing == Spacing.CONSTANT ? mean : -Math.log(1 - random.nextDouble()) * mean;
    }
}

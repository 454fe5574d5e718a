package io.sluice.perftests.gate;

import io.sluice.perftests.host.Fingerprint;
import io.sluice.perftests.lab.Comparison;
import io.sluice.perftests.lab.Metric;
import io.sluice.perftests.lab.Timing;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A machine in a model: its clock runs as fast as the test, everything on it drifts together from pair to pair, and
 * each trial has noise of its own. The truth about the builds is known.
 */
final class SimulatedMachine {
    private final Random random;
    private final double noise;
    private final double drift;
    private final double slowdown;
    private double pairFactor = 1;
    private int pair = -1;

    /**
     * @param noise relative deviation of one trial
     * @param drift relative deviation between pairs, felt by control, baseline and candidate alike
     * @param slowdown share by which the candidate is slower
     */
    SimulatedMachine(long seed, double noise, double drift, double slowdown) {
        random = new Random(seed);
        this.noise = noise;
        this.drift = drift;
        this.slowdown = slowdown;
    }

    /** Pairs as a test bed would have measured them. */
    Pairs pairs(int number) {
        Comparison comparison = new Comparison(Instant.EPOCH, "model", "model", number, Timing.SMOKE,
                new Fingerprint(Map.of()));
        for (int pair = 0; pair < number; pair++) {
            for (Side side : Side.values()) {
                int round = pair;
                measure(side, pair).forEach(
                        (figure, value) -> comparison.put(side.word, figure.workload(), figure.metric(), round, value));
            }
        }
        return Pairs.of(comparison);
    }

    private Map<Figure, Double> measure(Side side, int pair) {
        if (pair != this.pair) {
            this.pair = pair;
            pairFactor = Math.exp(random.nextGaussian() * drift);
        }
        double speed = pairFactor * (side == Side.CANDIDATE ? 1 - slowdown : 1);
        Map<Figure, Double> values = new TreeMap<>();
        values.put(Figure.parse("rr-64/operations-per-second"),
                100_000 * (side == Side.CONTROL ? 1.2 : 1) * speed * trial());
        values.put(Figure.parse("rr-64/p99"), 500 / speed * (side == Side.CONTROL ? 0.4 : 1) * trial());
        if (side != Side.CONTROL) {
            values.put(new Figure("idle", Metric.BYTES_PER_CONNECTION), 3_000 * trial());
            values.put(new Figure("reload", Metric.LOST_BY_RELOAD), 0.0);
        }
        return values;
    }

    private double trial() {
        return Math.exp(random.nextGaussian() * noise);
    }
}

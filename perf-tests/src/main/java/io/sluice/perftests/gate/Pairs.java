package io.sluice.perftests.gate;

import io.sluice.perftests.lab.Comparison;
import io.sluice.perftests.lab.Metric;
import io.sluice.perftests.lab.Series;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What was measured of control, baseline and candidate, pair by pair (the rounds of a comparison). Each value is also
 * divided by the control's of the same pair, where the control has it: what the machine does to everyone cancels out.
 */
public final class Pairs {
    private static final Set<Metric> RELATIVE_TO_CONTROL = Set.of(Metric.BYTES_PER_SECOND, Metric.OPERATIONS_PER_SECOND,
            Metric.DATAGRAMS_PER_SECOND, Metric.P50, Metric.P99, Metric.P999);

    private final Map<Side, Map<Figure, double[]>> values = new EnumMap<>(Side.class);
    private final Map<Side, Map<Figure, double[]>> relative = new EnumMap<>(Side.class);
    private final int pairs;

    private Pairs(int pairs) {
        this.pairs = pairs;
        for (Side side : Side.values()) {
            values.put(side, new TreeMap<>());
            relative.put(side, new TreeMap<>());
        }
    }

    /** From a comparison whose contenders carry the names of the sides. */
    public static Pairs of(Comparison comparison) {
        Pairs result = new Pairs(comparison.rounds);
        for (Side side : Side.values()) { // the control first: the others are divided by it
            for (Series series : comparison.series) {
                for (int pair = 0; series.contender().equals(side.word) && pair < comparison.rounds; pair++) {
                    result.put(side, new Figure(series.workload(), series.metric()), pair, series.values()[pair]);
                }
            }
        }
        return result;
    }

    private void put(Side side, Figure figure, int pair, double value) {
        room(values, side, figure)[pair] = value;
        double[] control = RELATIVE_TO_CONTROL.contains(figure.metric()) && side != Side.CONTROL
                ? of(values, Side.CONTROL).get(figure)
                : null;
        room(relative, side, figure)[pair] = control == null ? value : value / control[pair];
    }

    private double[] room(Map<Side, Map<Figure, double[]>> where, Side side, Figure figure) {
        return of(where, side).computeIfAbsent(figure, key -> {
            double[] empty = new double[pairs];
            Arrays.fill(empty, Double.NaN);
            return empty;
        });
    }

    private static Map<Figure, double[]> of(Map<Side, Map<Figure, double[]>> where, Side side) {
        return java.util.Objects.requireNonNull(where.get(side));
    }

    /** As measured. */
    public double[] values(Side side, Figure figure) {
        return of(values, side).getOrDefault(figure, new double[0]);
    }

    /** Divided by the control's value of the same pair, where that makes sense. */
    public double[] relative(Side side, Figure figure) {
        return of(relative, side).getOrDefault(figure, new double[0]);
    }

    public Set<Figure> figures() {
        return of(values, Side.CANDIDATE).keySet();
    }
}

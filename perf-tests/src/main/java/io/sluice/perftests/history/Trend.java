package io.sluice.perftests.history;

import io.sluice.perftests.lab.Metric;
import io.sluice.perftests.stats.ChangePoints;
import io.sluice.perftests.stats.ChangePoints.ChangePoint;
import io.sluice.perftests.stats.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * One figure over the runs that have it, oldest first, and where it changed.
 *
 * @param figure `rr-64/p99`, or `rr-64/p99/control` relative to the control
 * @param builds which build each value is of
 */
public record Trend(String figure, double[] values, List<String> builds, List<ChangePoint> changes) {
    private static final long SEED = 1;
    private static final String RELATIVE = "/control";

    public Trend {
        builds = List.copyOf(builds);
        changes = List.copyOf(changes);
    }

    /** @param runs that compare (one contender, setting and environment) */
    public static List<Trend> of(List<Entry> runs) {
        TreeSet<String> figures = new TreeSet<>();
        runs.forEach(run -> figures.addAll(run.figures().keySet()));
        List<Trend> trends = new ArrayList<>();
        for (String figure : figures) {
            List<Entry> having = runs.stream().filter(run -> run.figures().containsKey(figure)).toList();
            double[] values = having.stream().mapToDouble(run -> run.figures().getOrDefault(figure, Double.NaN))
                    .toArray();
            trends.add(new Trend(figure, values, having.stream().map(Entry::build).toList(),
                    ChangePoints.find(values, SEED)));
        }
        return trends;
    }

    public boolean relative() {
        return figure.endsWith(RELATIVE);
    }

    public Metric metric() {
        String own = relative() ? figure.substring(0, figure.length() - RELATIVE.length()) : figure;
        return Metric.of(own.substring(own.indexOf('/') + 1));
    }

    public double median() {
        return Samples.median(values);
    }

    public double newest() {
        return values[values.length - 1];
    }

    /** Of the levels between changes, is the newest worse than the one before it? */
    public boolean lastChangeIsWorse() {
        return !changes.isEmpty() && changes.getLast().change() != 0
                && changes.getLast().change() < 0 == metric().moreIsBetter;
    }

    /** A value as people read it. */
    public String show(double value) {
        return relative() ? String.format(Locale.ROOT, "%.3f ×", value) : metric().show(value);
    }
}

package io.sluice.perftests.report;

import io.sluice.perftests.history.Trend;
import io.sluice.perftests.history.Entry;
import io.sluice.perftests.stats.ChangePoints;
import io.sluice.perftests.stats.Samples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Each figure over the runs of the past, with the levels between its change points. Stateless. */
final class HistoryCharts {
    private static final int FEWEST = 3;

    private HistoryCharts() {
    }

    static void section(Html html, List<Entry> entries) {
        html.raw("<h2>Over time</h2><p class=\"soft\">")
                .text(entries.size()
                        + " runs in this environment, the oldest on the left. Lines are the levels between change points (E-divisive, from "
                        + ChangePoints.FEWEST_POINTS + " runs on).")
                .raw("</p><div class=\"grid-cards\">");
        Trend.of(entries).stream().filter(trend -> !trend.relative() && trend.values().length >= FEWEST)
                .forEach(trend -> card(html, trend));
        html.raw("</div>");
    }

    private static void card(Html html, Trend trend) {
        double[] values = trend.values();
        Plot plot = new Plot(trend.figure() + " over time")
                .x("build", "", IntStream.range(0, values.length).asDoubleStream().toArray()).labels(trend.builds())
                .values(trend.metric()).dots("value", "run", values);
        List<Integer> borders = new ArrayList<>(List.of(0));
        trend.changes().forEach(change -> borders.add(change.index()));
        borders.add(values.length);
        for (int i = 0; i + 1 < borders.size(); i++) {
            plot.line(i == 0 ? "level" : "level from run " + (borders.get(i) + 1), "level",
                    level(values, borders.get(i), borders.get(i + 1)));
        }
        if (!trend.changes().isEmpty()) {
            double[] changed = none(values.length);
            trend.changes().forEach(change -> changed[change.index()] = values[change.index()]);
            plot.dots("change", "change", changed);
        }
        String words = trend.changes().isEmpty()
                ? "no change point"
                : String.join("; ",
                        trend.changes().stream()
                                .map(change -> String.format(Locale.ROOT, "%+.1f %% at run %d (p %.3f)",
                                        change.change() * 100, change.index() + 1, change.p()))
                                .toList());
        html.raw("<figure class=\"card\"><figcaption>").text(trend.figure()).raw("<span class=\"hint\">").text(words)
                .raw("</span></figcaption>").raw(plot.toString()).raw("</figure>");
    }

    /** The median of a stretch, where the stretch is. */
    private static double[] level(double[] values, int from, int to) {
        double[] level = none(values.length);
        Arrays.fill(level, from, to, Samples.median(Arrays.copyOfRange(values, from, to)));
        return level;
    }

    private static double[] none(int length) {
        double[] none = new double[length];
        Arrays.fill(none, Double.NaN);
        return none;
    }
}

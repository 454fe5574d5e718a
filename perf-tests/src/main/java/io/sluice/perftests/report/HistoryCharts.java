package io.sluice.perftests.report;

import io.sluice.perftests.history.Trend;
import io.sluice.perftests.history.Entry;
import io.sluice.perftests.stats.ChangePoints;
import io.sluice.perftests.stats.Samples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Each figure over the runs of the past, with the levels between its change points. Stateless. */
final class HistoryCharts {
    private static final int FEWEST = 3;

    private HistoryCharts() {
    }

    static void section(Html html, List<Entry> entries) {
        html.raw("<h2>Over time</h2><p class=\"soft\">")
                .text(entries.size()
                        + " runs in this environment. Lines are the levels between change points (E-divisive, from "
                        + ChangePoints.FEWEST_POINTS + " runs on).")
                .raw("</p><div class=\"grid-cards\">");
        Trend.of(entries).stream().filter(trend -> !trend.relative() && trend.values().length >= FEWEST)
                .forEach(trend -> card(html, trend));
        html.raw("</div>");
    }

    private static void card(Html html, Trend trend) {
        double[] values = trend.values();
        Axis x = new Axis(0, Math.max(1, values.length - 1), false, Chart.LEFT, Chart.RIGHT);
        Axis y = new Axis(0, Samples.max(values) * 1.08, false, Chart.BOTTOM, Chart.TOP);
        Chart chart = new Chart(trend.figure() + " over time").horizontalGrid(y, trend::show);
        List<Integer> borders = new ArrayList<>(List.of(0));
        trend.changes().forEach(change -> borders.add(change.index()));
        borders.add(values.length);
        for (int i = 0; i + 1 < borders.size(); i++) {
            double level = Samples.median(Arrays.copyOfRange(values, borders.get(i), borders.get(i + 1)));
            chart.line("level", List.of(new double[]{x.at(borders.get(i)), y.at(level)},
                    new double[]{x.at(borders.get(i + 1) - 1.0), y.at(level)}));
        }
        for (int i = 0; i < values.length; i++) {
            int run = i;
            boolean changed = trend.changes().stream().anyMatch(change -> change.index() == run);
            chart.dot(x.at(i), y.at(values[i]), changed ? "change" : "",
                    trend.builds().get(i) + ": " + trend.show(values[i]));
        }
        chart.caption("runs, oldest first");
        String words = trend.changes().isEmpty()
                ? "no change point"
                : String.join("; ",
                        trend.changes().stream()
                                .map(change -> String.format(Locale.ROOT, "%+.1f %% at run %d (p %.3f)",
                                        change.change() * 100, change.index() + 1, change.p()))
                                .toList());
        html.raw("<figure class=\"card\"><figcaption>").text(trend.figure()).raw("<span class=\"hint\">").text(words)
                .raw("</span></figcaption>").raw(chart.toString()).raw("</figure>");
    }
}

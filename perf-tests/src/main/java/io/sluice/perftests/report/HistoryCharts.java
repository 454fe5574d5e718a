package io.sluice.perftests.report;

import io.sluice.perftests.history.Entry;
import io.sluice.perftests.history.History;
import io.sluice.perftests.lab.Metric;
import io.sluice.perftests.stats.ChangePoints;
import io.sluice.perftests.stats.Samples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** Each figure over the runs of the past, with the levels between its change points. Stateless. */
final class HistoryCharts {
    private static final int FEWEST = 3;
    private static final long SEED = 1;

    private HistoryCharts() {
    }

    static void section(Html html, List<Entry> entries) {
        TreeSet<String> figures = new TreeSet<>();
        entries.forEach(entry -> figures.addAll(entry.figures().keySet()));
        html.raw("<h2>Over time</h2><p class=\"soft\">")
                .text(entries.size()
                        + " runs in this environment. Lines are the levels between change points (E-divisive, from "
                        + ChangePoints.FEWEST_POINTS + " runs on).")
                .raw("</p><div class=\"grid-cards\">");
        for (String figure : figures) {
            if (!figure.endsWith("/control") && History.series(entries, figure).length >= FEWEST) {
                card(html, entries, figure);
            }
        }
        html.raw("</div>");
    }

    private static void card(Html html, List<Entry> entries, String figure) {
        double[] series = History.series(entries, figure);
        Metric metric = Metric.of(figure.substring(figure.indexOf('/') + 1));
        List<ChangePoints.ChangePoint> changes = ChangePoints.find(series, SEED);
        double high = Samples.max(series);
        Axis x = new Axis(0, Math.max(1, series.length - 1), false, Chart.LEFT, Chart.RIGHT);
        Axis y = new Axis(0, high * 1.08, false, Chart.BOTTOM, Chart.TOP);
        Chart chart = new Chart(figure + " over time").horizontalGrid(y, metric::show);
        List<Integer> borders = new ArrayList<>(List.of(0));
        changes.forEach(change -> borders.add(change.index()));
        borders.add(series.length);
        for (int i = 0; i + 1 < borders.size(); i++) {
            double level = Samples.median(Arrays.copyOfRange(series, borders.get(i), borders.get(i + 1)));
            chart.line("level", List.of(new double[]{x.at(borders.get(i)), y.at(level)},
                    new double[]{x.at(borders.get(i + 1) - 1.0), y.at(level)}));
        }
        for (int i = 0; i < series.length; i++) {
            int run = i;
            boolean changed = changes.stream().anyMatch(change -> change.index() == run);
            chart.dot(x.at(i), y.at(series[i]), changed ? "change" : "",
                    entries.get(Math.min(i, entries.size() - 1)).build() + ": " + metric.show(series[i]));
        }
        chart.caption("runs, oldest first");
        String words = changes.isEmpty()
                ? "no change point"
                : String.join("; ",
                        changes.stream().map(change -> String.format(Locale.ROOT, "%+.1f %% at run %d (p %.3f)",
                                change.change() * 100, change.index() + 1, change.p())).toList());
        html.raw("<figure class=\"card\"><figcaption>").text(figure).raw("<span class=\"hint\">").text(words)
                .raw("</span></figcaption>").raw(chart.toString()).raw("</figure>");
    }
}

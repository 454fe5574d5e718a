package io.sluice.perftests.report;

import io.sluice.perftests.lab.Comparison;
import io.sluice.perftests.lab.Metric;
import io.sluice.perftests.lab.Series;
import java.util.List;
import java.util.Optional;

/**
 * Medians as bars with the spread of the rounds as whiskers, one card per workload and metric; in HTML and CSS, which
 * is smaller than a chart of categories by uPlot and reads without scripts. Stateless.
 */
final class Bars {
    private Bars() {
    }

    static void card(Html html, Comparison comparison, Palette palette, String workload, Metric metric) {
        List<Series> all = comparison.contenders.keySet().stream()
                .map(contender -> comparison.find(contender, workload, metric)).flatMap(Optional::stream)
                .filter(series -> series.present().length > 0).toList();
        double most = all.stream().mapToDouble(Series::max).max().orElse(1);
        html.raw("<figure class=\"card\"><figcaption>").text(String.valueOf(comparison.workloads.get(workload)))
                .raw("<span class=\"hint\">").text(metric.title)
                .raw(metric.moreIsBetter ? " · more is better" : " · less is better").raw("</span></figcaption>");
        for (Series series : all) {
            double width = series.median() / most * 100;
            html.raw("<div class=\"bar\"><span class=\"name\">").text(series.contender()).raw(
                    "</span><span class=\"track\"><span class=\"fill %s\" style=\"width:%.2f%%\"></span>",
                    palette.of(series.contender()), Math.max(0, width));
            if (series.present().length > 1) {
                html.raw("<span class=\"whisker\" style=\"left:%.2f%%;width:%.2f%%\" title=\"%s – %s\"></span>",
                        Math.max(0, series.min() / most * 100), (series.max() - Math.max(0, series.min())) / most * 100,
                        Html.escape(metric.show(series.min())), Html.escape(metric.show(series.max())));
            }
            html.raw("</span><span class=\"value\">").text(metric.show(series.median())).raw("</span></div>");
        }
        html.raw("</figure>");
    }
}

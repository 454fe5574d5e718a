package io.sluice.perftests.report;

import io.sluice.perftests.Units;
import io.sluice.perftests.lab.Comparison;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** Latency over percentiles, both on logarithmic axes: the shape of the tail. Stateless. */
final class Spectrum {
    private static final double[] MARKS = {0, 90, 99, 99.9, 99.99, 99.999};
    private static final int POINTS = 120;

    private Spectrum() {
    }

    static void card(Html html, Comparison comparison, Palette palette, String workload) {
        Map<String, Histogram> histograms = new TreeMap<>();
        comparison.contenders.keySet().forEach(contender -> comparison.latencies(contender, workload)
                .ifPresent(histogram -> histograms.put(contender, histogram)));
        double smallest = histograms.values().stream()
                .mapToDouble(histogram -> Math.max(1_000, histogram.getValueAtPercentile(1))).min().orElse(1e3);
        double largest = histograms.values().stream().mapToDouble(Histogram::getMaxValue).max().orElse(1e9);
        long most = histograms.values().stream().mapToLong(Histogram::getTotalCount).max().orElse(1);
        double lastNines = Math.clamp(Math.log10(most), 2, 5);

        Axis x = new Axis(0, lastNines, false, Chart.LEFT, Chart.RIGHT);
        Axis y = Axis.decades(smallest, largest, Chart.BOTTOM, Chart.TOP);
        Chart chart = new Chart("Latency by percentile: " + comparison.workloads.get(workload)).horizontalGrid(y,
                Units::duration);
        for (double mark : MARKS) {
            double nines = -Math.log10(1 - mark / 100);
            if (nines <= lastNines) {
                chart.verticalTick(x.at(nines),
                        mark == 0 ? "min" : io.sluice.perftests.load.ResultFile.trimmed(mark) + "%");
            }
        }
        histograms.forEach(
                (contender, histogram) -> chart.line(palette.of(contender), points(histogram, x, y, lastNines)));
        html.raw("<figure class=\"card\"><figcaption>").text(String.valueOf(comparison.workloads.get(workload)))
                .raw("<span class=\"hint\">latency by percentile, both axes logarithmic</span></figcaption>");
        html.raw(Legend.of(histograms.keySet(), palette)).raw(chart.toString()).raw("</figure>");
    }

    /** Up to where a histogram has at least a handful of values: beyond that a line would be one value's luck. */
    private static List<double[]> points(Histogram histogram, Axis x, Axis y, double lastNines) {
        List<double[]> points = new ArrayList<>();
        double reaches = Math.min(lastNines, Math.log10(Math.max(10, histogram.getTotalCount())));
        for (int i = 0; i <= POINTS; i++) {
            double nines = reaches * i / POINTS;
            double percentile = 100 * (1 - Math.pow(10, -nines));
            points.add(new double[]{x.at(nines), y.at(histogram.getValueAtPercentile(percentile))});
        }
        return points;
    }
}

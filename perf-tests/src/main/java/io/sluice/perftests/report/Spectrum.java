package io.sluice.perftests.report;

import io.sluice.perftests.lab.Comparison;
import io.sluice.perftests.load.ResultFile;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
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
        long most = histograms.values().stream().mapToLong(Histogram::getTotalCount).max().orElse(1);
        double lastNines = Math.clamp(Math.log10(most), 2, 5);
        double[] nines = IntStream.rangeClosed(0, POINTS).mapToDouble(i -> lastNines * i / POINTS).toArray();

        Plot plot = new Plot("Latency by percentile: " + comparison.workloads.get(workload)).x("percentile", "", nines)
                .durations();
        for (double mark : MARKS) {
            double at = -Math.log10(1 - mark / 100);
            if (at <= lastNines) {
                plot.tick(at, mark == 0 ? "min" : ResultFile.trimmed(mark) + "%");
            }
        }
        histograms.forEach((contender, histogram) -> plot.line(contender, palette.of(contender),
                latencies(histogram, nines)));
        html.raw("<figure class=\"card\"><figcaption>").text(String.valueOf(comparison.workloads.get(workload)))
                .raw("<span class=\"hint\">latency by percentile, both axes logarithmic</span></figcaption>")
                .raw(plot.toString()).raw("</figure>");
    }

    /** Up to where a histogram has at least a handful of values: beyond that a line would be one value's luck. */
    private static double[] latencies(Histogram histogram, double[] nines) {
        double reaches = Math.log10(Math.max(10, histogram.getTotalCount()));
        return Arrays.stream(nines).map(at -> at > reaches
                ? Double.NaN
                : Math.max(1, histogram.getValueAtPercentile(100 * (1 - Math.pow(10, -at))))).toArray();
    }
}

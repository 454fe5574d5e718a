package io.sluice.perftests.report;

import io.sluice.perftests.LaboratoryExit;
import io.sluice.perftests.gate.Figure;
import io.sluice.perftests.gate.GateReport;
import io.sluice.perftests.gate.NoiseFloor;
import io.sluice.perftests.gate.Verdict;
import io.sluice.perftests.history.Entry;
import io.sluice.perftests.lab.Comparison;
import io.sluice.perftests.lab.Metric;
import io.sluice.perftests.lab.Series;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Puts the page together: the verdict in words first, then what it rests on. Used by one thread. */
public final class HtmlReport {
    private static final Set<Metric> BARS = EnumSet.of(Metric.BYTES_PER_SECOND, Metric.OPERATIONS_PER_SECOND,
            Metric.DATAGRAMS_PER_SECOND, Metric.CPU_PER_GIB, Metric.CPU_PER_OPERATION, Metric.BYTES_PER_CONNECTION,
            Metric.ALLOCATED_PER_OPERATION, Metric.FAILOVER_GAP);

    private final Comparison comparison;
    private final Palette palette;
    private @Nullable GateReport gate;
    private @Nullable NoiseFloor floor;
    private List<Entry> history = List.of();

    private HtmlReport(Comparison comparison) {
        this.comparison = comparison;
        palette = new Palette(comparison.contenders.keySet());
    }

    public static HtmlReport of(Comparison comparison) {
        return new HtmlReport(comparison);
    }

    /** Adds a gate's verdicts, which then come first. */
    public HtmlReport gate(GateReport report, NoiseFloor noise) {
        gate = report;
        floor = report.judgedBy(noise);
        return this;
    }

    /** Adds what equal builds differ by, without a gate. */
    public HtmlReport noise(NoiseFloor noise) {
        floor = noise;
        return this;
    }

    /** Adds the trend of every figure; entries of one contender in one environment, oldest first. */
    public HtmlReport history(List<Entry> entries) {
        history = List.copyOf(entries);
        return this;
    }

    public void write(Path file) throws IOException {
        Files.writeString(file, page());
    }

    String page() throws IOException {
        Html html = new Html();
        html.raw(
                "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>Sluice performance, ")
                .text(comparison.started.toString().substring(0, 10)).raw("</title><style>").raw(UPlot.style())
                .raw(UPlot.text("/report.css")).raw("</style></head><body><main>");
        verdict(html);
        if (gate != null) {
            verdicts(html, gate);
        }
        bars(html);
        spectra(html);
        timelines(html);
        noise(html);
        if (!history.isEmpty()) {
            HistoryCharts.section(html, history);
        }
        table(html);
        environment(html);
        html.raw("</main><script>").raw(UPlot.script()).raw("</script><script>").raw(UPlot.text("/charts.js"));
        return html.raw("</script></body></html>\n").toString();
    }

    private void verdict(Html html) {
        html.raw("<header><h1>Sluice performance, ")
                .text(comparison.started.toString().replace('T', ' ').substring(0, 16)).raw(" UTC</h1>");
        if (gate != null) {
            String tone = gate.exitCode() == LaboratoryExit.OK
                    ? "good"
                    : gate.exitCode() == LaboratoryExit.GATE_FAILED ? "bad" : "unsure";
            html.raw("<p class=\"lead %s\">", tone).text(gate.headline()).raw("</p>");
        } else {
            html.raw("<p class=\"lead\">").text(Words.headline(comparison)).raw("</p><ul class=\"points\">");
            for (Map.Entry<String, String> workload : comparison.workloads.entrySet()) {
                List<Words.Standing> here = Words.standings(comparison).stream()
                        .filter(one -> one.workload().equals(workload.getKey())).toList();
                if (!here.isEmpty()) {
                    html.raw("<li>").text(workload.getValue() + ", " + here.getFirst().metric().title + ": ");
                    for (int i = 0; i < here.size(); i++) {
                        Words.Standing one = here.get(i);
                        html.raw(i == 0 ? "<span class=\"%s\">" : ", <span class=\"%s\">",
                                one.sign() > 0 ? "good" : one.sign() < 0 ? "bad" : "soft").text(one.phrase())
                                .raw("</span>");
                    }
                    html.raw("</li>");
                }
            }
            html.raw("</ul>");
        }
        html.raw("<p class=\"soft\">")
                .text(String.format(Locale.ROOT, "%d interleaved rounds of %.1f s after %.1f s of warm-up, %s; %s.",
                        comparison.rounds, comparison.timing.measuredNs() / 1e9,
                        comparison.timing.warmUpNs() / 1e9, comparison.topology, comparison.layout))
                .raw("</p></header>");
    }

    private static void verdicts(Html html, GateReport gate) {
        html.raw(
                "<h2>Verdicts</h2><p class=\"soft\">A figure fails where chance is unlikely (Mann-Whitney) and the change exceeds both its limit and the A/A band.</p>");
        html.raw(
                "<div class=\"scroll\"><table><thead><tr><th>figure</th><th>verdict</th><th class=\"number\">change</th><th class=\"number\">limit</th><th class=\"number\">A/A band</th><th class=\"number\">p</th></tr></thead><tbody>");
        for (Verdict verdict : gate.verdicts()) {
            String tone = switch (verdict.answer()) {
                case PASSED -> "good";
                case FAILED -> "bad";
                case CANNOT_JUDGE -> "unsure";
            };
            boolean relative = !Double.isNaN(verdict.worse());
            html.raw("<tr><td>").text(verdict.figure().toString()).raw("</td><td class=\"%s\">", tone)
                    .text(verdict.answer().words).raw("</td><td class=\"number\">");
            html.text(relative
                    ? (verdict.worse() > 0 ? "worse " : "better ") + percent(Math.abs(verdict.worse()))
                    : verdict.figure().metric().show(verdict.candidate())).raw("</td><td class=\"number\">");
            html.text(relative ? percent(verdict.limit()) : "≤ " + verdict.figure().metric().show(verdict.limit()))
                    .raw("</td><td class=\"number\">").text(percent(verdict.band())).raw("</td><td class=\"number\">");
            html.text(Double.isNaN(verdict.p())
                    ? "-"
                    : verdict.p() < 1e-4 ? "< 0.0001" : String.format(Locale.ROOT, "%.4f", verdict.p()))
                    .raw("</td></tr>");
        }
        html.raw("</tbody></table></div>");
    }

    private void bars(Html html) {
        html.raw(
                "<h2>Side by side</h2><p class=\"soft\">Bars are medians of the rounds, whiskers reach from the lowest to the highest.</p><div class=\"grid-cards\">");
        for (String workload : comparison.workloads.keySet()) {
            comparison.metrics(workload).stream().filter(BARS::contains)
                    .forEach(metric -> Bars.card(html, comparison, palette, workload, metric));
        }
        html.raw("</div>");
    }

    private void spectra(Html html) {
        List<String> timed = comparison.workloads.keySet().stream().filter(workload -> comparison.contenders.keySet()
                .stream().anyMatch(contender -> comparison.latencies(contender, workload).isPresent())).toList();
        if (timed.isEmpty()) {
            return;
        }
        html.raw(
                "<h2>Latency</h2><p class=\"soft\">All rounds together. Open loops count from the intended send time.</p><div class=\"grid-cards\">");
        timed.forEach(workload -> Spectrum.card(html, comparison, palette, workload));
        html.raw("</div>");
    }

    private void timelines(Html html) {
        if (comparison.timelines.isEmpty()) {
            return;
        }
        html.raw(
                "<h2>Latency over time</h2><p class=\"soft\">With the pauses of the contender's JVM where they happened.</p><div class=\"grid-cards\">");
        comparison.timelines.forEach(timeline -> TimelineChart.card(html, timeline,
                comparison.workloads.getOrDefault(timeline.workload(), timeline.workload())));
        html.raw("</div>");
    }

    private void noise(Html html) {
        if (floor == null || floor.bands().isEmpty()) {
            return;
        }
        html.raw("<h2>Noise of this machine</h2><p class=\"soft\">")
                .text("What the medians of two equal builds differ by (A/A, " + floor.pairs() + " pairs, "
                        + floor.setting() + "). A mark is the gate's limit: a band beyond it cannot be judged.")
                .raw("</p><figure class=\"card\" style=\"margin-top:14px\">");
        double most = Math.max(0.1, floor.bands().values().stream().mapToDouble(Double::doubleValue).max().orElse(0.1));
        for (Map.Entry<Figure, Double> band : floor.bands().entrySet()) {
            Optional<Verdict> verdict = gate == null
                    ? Optional.empty()
                    : gate.verdicts().stream()
                            .filter(one -> one.figure().equals(band.getKey()) && !Double.isNaN(one.worse()))
                            .findFirst();
            boolean outside = verdict.isPresent() && verdict.get().limit() < band.getValue();
            html.raw(
                    "<div class=\"bar noise\"><span class=\"name\">")
                    .text(band.getKey().toString())
                    .raw("</span><span class=\"track\"><span class=\"fill %s\" style=\"width:%.2f%%\"></span>",
                            outside ? "outside" : "inside", band.getValue() / most * 100);
            verdict.filter(one -> one.limit() <= most).ifPresent(
                    one -> html.raw("<span class=\"limit\" style=\"left:%.2f%%\"></span>", one.limit() / most * 100));
            html.raw("</span><span class=\"value\">").text(percent(band.getValue())).raw("</span></div>");
        }
        html.raw("</figure>");
    }

    private void table(Html html) {
        html.raw("<h2>All figures</h2><div class=\"scroll\"><table><thead><tr><th>workload</th><th>figure</th>");
        comparison.contenders.keySet()
                .forEach(contender -> html.raw("<th class=\"number\">").text(contender).raw("</th>"));
        html.raw("</tr></thead><tbody>");
        for (String workload : comparison.workloads.keySet()) {
            for (Metric metric : comparison.metrics(workload)) {
                html.raw("<tr><td>").text(String.valueOf(comparison.workloads.get(workload))).raw("</td><td>")
                        .text(metric.title).raw("</td>");
                for (String contender : comparison.contenders.keySet()) {
                    Optional<Series> series = comparison.find(contender, workload, metric)
                            .filter(one -> one.present().length > 0);
                    html.raw("<td class=\"number\">").text(series.map(one -> metric.show(one.median())).orElse("-"));
                    series.filter(one -> one.present().length > 1).ifPresent(one -> html.raw("<small>")
                            .text(metric.show(one.min()) + " – " + metric.show(one.max())).raw("</small>"));
                    html.raw("</td>");
                }
                html.raw("</tr>");
            }
        }
        html.raw("</tbody></table></div>");
    }

    private void environment(Html html) {
        html.raw("<h2>Where and what</h2><dl>");
        comparison.contenders.forEach(
                (name, description) -> html.raw("<dt>").text(name).raw("</dt><dd>").text(description).raw("</dd>"));
        comparison.environment.ordered()
                .forEach((key, value) -> html.raw("<dt>").text(key).raw("</dt><dd>").text(value).raw("</dd>"));
        html.raw("</dl>");
        if (!comparison.remarks.isEmpty()) {
            html.raw("<h2>Remarks</h2><ul class=\"points\">");
            comparison.remarks.forEach(remark -> html.raw("<li>").text(remark).raw("</li>"));
            html.raw("</ul>");
        }
    }

    private static String percent(double share) {
        return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.1f %%", share * 100);
    }
}

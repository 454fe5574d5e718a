package io.sluice.perftests.report;

import io.sluice.perftests.Units;
import io.sluice.perftests.lab.Timeline;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Latency over the time of one trial, with the JVM's pauses marked where they happened. Stateless. */
final class TimelineChart {
    private TimelineChart() {
    }

    static void card(Html html, Timeline timeline, String title) {
        List<Timeline.Moment> moments = timeline.moments();
        double seconds = moments.isEmpty()
                ? 1
                : moments.getLast().atSeconds() + moments.getLast().atSeconds() / Math.max(1, moments.size() - 1);
        double smallest = moments.stream().mapToDouble(Timeline.Moment::p50Us).min().orElse(1) * 1e3;
        double largest = moments.stream().mapToDouble(Timeline.Moment::maxUs).max().orElse(1e3) * 1e3;
        Axis x = new Axis(0, seconds, false, Chart.LEFT, Chart.RIGHT);
        Axis y = Axis.decades(Math.max(1_000, smallest), largest, Chart.BOTTOM, Chart.TOP);
        Chart chart = new Chart("Latency over time: " + title).horizontalGrid(y, Units::duration);
        x.ticks().forEach(tick -> chart.verticalTick(x.at(tick),
                String.format(Locale.ROOT, tick == Math.rint(tick) ? "%.0f s" : "%.1f s", tick)));
        for (Timeline.Pause pause : timeline.pauses()) {
            boolean collection = pause.what().startsWith("Pause");
            chart.mark(x.at(pause.atSeconds()), pause.milliseconds() / 1e3 / seconds * (Chart.RIGHT - Chart.LEFT),
                    collection ? "gc" : "safepoint",
                    String.format(Locale.ROOT, "%s, %.2f ms at %.2f s", pause.what(), pause.milliseconds(),
                            pause.atSeconds()));
        }
        chart.line("p50", points(moments, x, y, Timeline.Moment::p50Us))
                .line("p99", points(moments, x, y, Timeline.Moment::p99Us))
                .line("max", points(moments, x, y, Timeline.Moment::maxUs));
        long collections = timeline.pauses().stream().filter(pause -> pause.what().startsWith("Pause")).count();
        double paused = timeline.pauses().stream().mapToDouble(Timeline.Pause::milliseconds).sum();
        html.raw("<figure class=\"card\"><figcaption>").text(timeline.contender() + ", " + title)
                .raw("<span class=\"hint\">").text(String.format(Locale.ROOT,
                        "first round; %d collections and %d other safepoints paused the JVM for %.1f ms in all",
                        collections, timeline.pauses().size() - collections, paused))
                .raw("</span></figcaption>");
        html.raw(
                "<div class=\"legend\"><span><i class=\"swatch p50\"></i>p50</span><span><i class=\"swatch p99\"></i>p99</span><span><i class=\"swatch max\"></i>max</span>"
                        + "<span><i class=\"swatch gc\"></i>collection</span><span><i class=\"swatch safepoint\"></i>safepoint</span></div>");
        html.raw(chart.toString()).raw("</figure>");
    }

    private static List<double[]> points(List<Timeline.Moment> moments, Axis x, Axis y,
            ToDoubleFunction<Timeline.Moment> value) {
        return moments.stream()
                .map(moment -> new double[]{x.at(moment.atSeconds()), y.at(value.applyAsDouble(moment) * 1e3)})
                .toList();
    }
}

package io.sluice.perftests.report;

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
        Plot plot = new Plot("Latency over time: " + title)
                .x("time", " s", moments.stream().mapToDouble(Timeline.Moment::atSeconds).toArray()).durations()
                .line("p50", "p50", latencies(moments, Timeline.Moment::p50Us))
                .line("p99", "p99", latencies(moments, Timeline.Moment::p99Us))
                .line("max", "max", latencies(moments, Timeline.Moment::maxUs));
        for (Timeline.Pause pause : timeline.pauses()) {
            plot.mark(pause.atSeconds(), pause.milliseconds() / 1e3, collection(pause) ? "gc" : "safepoint",
                    String.format(Locale.ROOT, "%s, %.2f ms at %.2f s", pause.what(), pause.milliseconds(),
                            pause.atSeconds()));
        }
        long collections = timeline.pauses().stream().filter(TimelineChart::collection).count();
        double paused = timeline.pauses().stream().mapToDouble(Timeline.Pause::milliseconds).sum();
        html.raw("<figure class=\"card\"><figcaption>").text(timeline.contender() + ", " + title)
                .raw("<span class=\"hint\">").text(String.format(Locale.ROOT,
                        "first round; %d collections and %d other safepoints paused the JVM for %.1f ms in all",
                        collections, timeline.pauses().size() - collections, paused))
                .raw("</span></figcaption>");
        html.raw(
                "<div class=\"legend\"><span><i class=\"swatch gc\"></i>collection</span><span><i class=\"swatch safepoint\"></i>safepoint</span></div>");
        html.raw(plot.toString()).raw("</figure>");
    }

    private static boolean collection(Timeline.Pause pause) {
        return pause.what().startsWith("Pause");
    }

    private static double[] latencies(List<Timeline.Moment> moments, ToDoubleFunction<Timeline.Moment> value) {
        return moments.stream().mapToDouble(value).map(us -> us * 1e3).toArray();
    }
}

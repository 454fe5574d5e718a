package io.sluice.perftests.load;

import io.sluice.perftests.Units;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** An outcome in a few lines for people. Stateless. */
final class Summary {
    private Summary() {
    }

    static String of(Outcome outcome) {
        Plan plan = outcome.plan();
        Interval total = outcome.total();
        StringBuilder text = new StringBuilder();
        text.append(String.format(Locale.ROOT, "%s, %s connections, %s, %.1f s%n", plan.mode().word, plan.connections(),
                plan.ratePerSecond() == null ? "closed loop" : "open loop at " + plan.ratePerSecond() + "/s",
                total.seconds));
        if (outcome.steps().size() > 1) {
            for (Interval step : outcome.steps()) {
                text.append(String.format(Locale.ROOT, "  %-12s ",
                        step.offeredPerSecond > 0
                                ? "at " + Units.count(step.offeredPerSecond) + "/s"
                                : step.connections + " open"));
                figures(text, plan, step);
            }
        }
        text.append("  ");
        figures(text, plan, total);
        if (plan.openLoop()) {
            text.append(String.format(Locale.ROOT, "  late %d (%.3f %%), queued %d, unfinished %d%n",
                    total.count(Count.LATE), Outcome.lateShare(total) * 100,
                    total.count(Count.QUEUED), outcome.unfinished()));
        }
        if (total.failures() > 0) {
            text.append("  errors");
            for (Count count : Count.values()) {
                if (count.failure && total.count(count) > 0) {
                    text.append(' ').append(count.word).append(' ').append(total.count(count));
                }
            }
            text.append('\n');
        }
        outcome.invalidBecause().forEach(reason -> text.append("  INVALID: ").append(reason).append('\n'));
        return text.toString();
    }

    private static void figures(StringBuilder text, Plan plan, Interval interval) {
        text.append(Progress.rate(plan, interval));
        Histogram latency = interval.latency;
        if (latency.getTotalCount() > 0) {
            for (double percentile : ResultFile.PERCENTILES) {
                text.append("  p").append(ResultFile.trimmed(percentile)).append(' ')
                        .append(Units.duration(latency.getValueAtPercentile(percentile)));
            }
            text.append("  max ").append(Units.duration(latency.getMaxValue()));
        }
        text.append('\n');
    }
}

package io.sluice.perftests.load;

import io.sluice.perftests.Units;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** An outcome in a few lines for people. Stateless. */
final class Summary {
    private Summary() {
    }

    static String of(LoadOutcome outcome) {
        LoadPlan plan = outcome.plan();
        Interval total = outcome.total();
        StringBuilder text = new StringBuilder();
        text.append(String.format(Locale.ROOT, "%s, %s connections, %s, %.1f s%n", plan.mode().word, plan.connections(),
                plan.ratePerSecond() == null ? "closed loop" : "open loop at " + plan.ratePerSecond() + "/s",
                total.seconds));
        if (outcome.steps().size() > 1) {
            for (int i = 0; i < outcome.steps().size(); i++) {
                text.append(String.format(Locale.ROOT, "  %-16s ", step(plan, i)));
                figures(text, plan, outcome.steps().get(i));
            }
        }
        text.append("  ");
        figures(text, plan, total);
        if (plan.openLoop()) {
            text.append(String.format(Locale.ROOT, "  arrivals %d, late %d (%.3f %%), queued %d, unfinished %d%n",
                    total.count(Count.ARRIVALS), total.count(Count.LATE), Judgement.lateShare(total) * 100,
                    total.count(Count.QUEUED), outcome.unfinished()));
        }
        if (total.failures() > 0) {
            text.append("  errors: ").append(total.failuresByKind()).append('\n');
        }
        outcome.judgement().targetFailed().forEach(reason -> text.append("  FAILED: ").append(reason).append('\n'));
        outcome.judgement().generatorWeak().forEach(reason -> text.append("  INVALID: ").append(reason).append('\n'));
        return text.toString();
    }

    private static String step(LoadPlan plan, int number) {
        RateProfile rate = plan.ratePerSecond();
        return rate != null
                ? "at " + rate.steps().get(number) + "/s"
                : plan.connections().steps().get(number) + " connections";
    }

    private static void figures(StringBuilder text, LoadPlan plan, Interval interval) {
        text.append(plan.mode() == LoadMode.IDLE
                ? Units.count(interval.connections) + " connections stand"
                : Progress.rate(plan, interval));
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

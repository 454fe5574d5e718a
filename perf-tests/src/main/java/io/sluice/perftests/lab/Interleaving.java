package io.sluice.perftests.lab;

import io.sluice.perftests.load.Interval;
import io.sluice.perftests.load.LoadOutcome;
import io.sluice.perftests.stats.Samples;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/** The visits to one contender that make up one trial: what they found together. Harness's thread. */
final class Interleaving {
    private final List<Measured> visits = new ArrayList<>();
    private final Histogram latency = new Histogram(3);
    private final List<Timeline.Moment> moments = new ArrayList<>();
    private final List<Timeline.Pause> pauses = new ArrayList<>();
    private double seconds;
    private boolean jvm;

    /** @param jvmLog of the contender, where it is a JVM */
    void add(Measured visit, Optional<Path> jvmLog) throws IOException {
        visits.add(visit);
        LoadOutcome outcome = visit.outcome();
        if (outcome == null || !visit.trouble().isEmpty()) {
            return;
        }
        latency.add(outcome.total().latency);
        for (Interval interval : outcome.series()) {
            if (interval.latency.getTotalCount() > 0) {
                moments.add(new Timeline.Moment(seconds + interval.fromSeconds,
                        interval.latency.getValueAtPercentile(50) / 1e3,
                        interval.latency.getValueAtPercentile(99) / 1e3, interval.latency.getMaxValue() / 1e3));
            }
        }
        if (jvmLog.isPresent()) {
            jvm = true;
            pauses(outcome, jvmLog.get());
        }
        seconds += outcome.total().seconds;
    }

    private void pauses(LoadOutcome outcome, Path log) throws IOException {
        for (JvmLog.Pause pause : JvmLog.pauses(log)) {
            double at = (pause.endNs() - outcome.measuredFromNs()) / 1e9 - pause.milliseconds() / 1e3;
            if (at >= 0 && at <= outcome.total().seconds) {
                pauses.add(new Timeline.Pause(seconds + at, pause.milliseconds(), pause.what()));
            }
        }
    }

    /** The median of the visits, so that a disturbed one does not count; percentiles are of all operations together. */
    Measured together() {
        for (Measured visit : visits) {
            if (!visit.trouble().isEmpty()) {
                return visit;
            }
        }
        Map<Metric, Double> values = new EnumMap<>(Metric.class);
        for (Metric metric : visits.getFirst().values().keySet()) {
            values.put(metric, switch (metric) {
                case P50 -> latency.getValueAtPercentile(50) / 1e3;
                case P99 -> latency.getValueAtPercentile(99) / 1e3;
                case P999 -> latency.getValueAtPercentile(99.9) / 1e3;
                default -> Samples.median(visits.stream().map(Measured::values)
                        .mapToDouble(found -> found.getOrDefault(metric, Double.NaN)).filter(Double::isFinite)
                        .toArray());
            });
        }
        return new Measured(values, null, "");
    }

    Histogram latency() {
        return latency;
    }

    /** Was it a JVM, whose pauses a timeline can tell? */
    boolean jvm() {
        return jvm;
    }

    /** What happened when, visit after visit without what lay between. */
    Timeline timeline(String contender, String workload) {
        return new Timeline(contender, workload, moments, pauses);
    }
}

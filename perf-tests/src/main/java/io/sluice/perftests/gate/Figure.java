package io.sluice.perftests.gate;

import io.sluice.perftests.lab.Metric;

/** One gated figure: a metric of a workload. Reads and writes as `rr-64/p99`. */
public record Figure(String workload, Metric metric) implements Comparable<Figure> {
    public static Figure parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 1) {
            throw new IllegalArgumentException("'" + text + "' is no figure: WORKLOAD/METRIC, like rr-64/p99");
        }
        return new Figure(text.substring(0, slash), Metric.of(text.substring(slash + 1)));
    }

    @Override
    public int compareTo(Figure other) {
        int byWorkload = workload.compareTo(other.workload);
        return byWorkload != 0 ? byWorkload : metric.compareTo(other.metric);
    }

    @Override
    public String toString() {
        return workload + "/" + metric.word;
    }
}

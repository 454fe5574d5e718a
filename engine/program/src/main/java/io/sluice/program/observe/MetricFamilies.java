package io.sluice.program.observe;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.LinkedHashMap;
import java.util.Map;

/** Metric families while they are filled in for one scrape. One thread. */
final class MetricFamilies {
    private final Map<String, GaugeSnapshot.Builder> gauges = new LinkedHashMap<>();
    private final Map<String, CounterSnapshot.Builder> counters = new LinkedHashMap<>();
    private final Map<String, HistogramSnapshot.Builder> histograms = new LinkedHashMap<>();

    void gauge(String name, String help, double value, String... labels) {
        gauges.computeIfAbsent(name, absent -> GaugeSnapshot.builder().name(name).help(help)).dataPoint(
                GaugeDataPointSnapshot.builder().labels(Labels.of(labels)).value(value).build());
    }

    /** @param name without {@code _total}, which the text format adds */
    void counter(String name, String help, long value, String... labels) {
        counters.computeIfAbsent(name, absent -> CounterSnapshot.builder().name(name).help(help)).dataPoint(
                CounterDataPointSnapshot.builder().labels(Labels.of(labels)).value(value).build());
    }

    void histogram(String name, String help, ClassicHistogramBuckets buckets, double sum, String... labels) {
        histograms.computeIfAbsent(name, absent -> HistogramSnapshot.builder().name(name).help(help)).dataPoint(
                HistogramDataPointSnapshot.builder().labels(Labels.of(labels)).classicHistogramBuckets(buckets).sum(sum)
                        .build());
    }

    /**
     * The gauges apart from the rest: {@code sluice_service_connections} and {@code sluice_service_connections_total}
     * are two names in the text format, one in the library's model.
     */
    MetricSnapshots gauges() {
        var all = MetricSnapshots.builder();
        gauges.values().forEach(family -> all.metricSnapshot(family.build()));
        return all.build();
    }

    MetricSnapshots countersAndHistograms() {
        var all = MetricSnapshots.builder();
        counters.values().forEach(family -> all.metricSnapshot(built(family)));
        histograms.values().forEach(family -> all.metricSnapshot(family.build()));
        return all.build();
    }

    private static MetricSnapshot built(CounterSnapshot.Builder family) {
        return family.build();
    }
}

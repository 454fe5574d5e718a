package io.sluice.perftests.lab;

import io.sluice.perftests.host.Fingerprint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/** What a comparison of contenders found: every metric of every workload, round by round. Built by one thread. */
public final class Comparison {
    public final Instant started;
    public final String topology;
    public final String layout;
    public final int rounds;
    /** How many of them were made. */
    public int roundsDone;
    public final Timing timing;
    public final Fingerprint environment;
    /** Name to description, in the order they were asked for. */
    public final Map<String, String> contenders = new LinkedHashMap<>();
    /** Id to title. */
    public final Map<String, String> workloads = new LinkedHashMap<>();
    public final List<Series> series = new ArrayList<>();
    /** Latencies of all rounds together, by contender and workload. */
    public final Map<String, Histogram> latencies = new LinkedHashMap<>();
    /** Moments of a run of Sluice for the report. */
    public final List<Timeline> timelines = new ArrayList<>();
    /** What disturbed trials, and who could not take part. */
    public final List<String> remarks = new ArrayList<>();

    public Comparison(Instant started, String topology, String layout, int rounds, Timing timing,
            Fingerprint environment) {
        this.started = started;
        this.topology = topology;
        this.layout = layout;
        this.rounds = rounds;
        this.timing = timing;
        this.environment = environment;
    }

    /** What noise depends on besides the machine: where and on which processors, and how long each trial took. */
    public String setting() {
        return setting(topology, layout, timing);
    }

    static String setting(String topology, String layout, Timing timing) {
        String place = topology.replaceAll("[^a-zA-Z0-9]+", "-") + "-" + timing.word();
        return layout.equals(TestBed.layout(List.of(0), List.of(1)))
                ? place
                : place + "-processors" + layout.replaceAll("\\D+", "-");
    }

    /** Notes one value. */
    public void put(String contender, String workload, Metric metric, int round, double value) {
        find(contender, workload, metric).orElseGet(() -> {
            double[] values = new double[rounds];
            Arrays.fill(values, Double.NaN);
            Series made = new Series(contender, workload, metric, values);
            series.add(made);
            return made;
        }).values()[round] = value;
    }

    public Optional<Series> find(String contender, String workload, Metric metric) {
        return series.stream().filter(
                one -> one.contender().equals(contender) && one.workload().equals(workload) && one.metric() == metric)
                .findFirst();
    }

    /** The metrics measured of this workload, in the order of their importance. */
    public List<Metric> metrics(String workload) {
        return Arrays.stream(Metric.values()).filter(
                metric -> series.stream().anyMatch(one -> one.workload().equals(workload) && one.metric() == metric))
                .toList();
    }

    static String key(String contender, String workload) {
        return contender + "/" + workload;
    }

    public Optional<Histogram> latencies(String contender, String workload) {
        return Optional.ofNullable(latencies.get(key(contender, workload)));
    }
}

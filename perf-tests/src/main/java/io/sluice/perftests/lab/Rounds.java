package io.sluice.perftests.lab;

import io.sluice.perftests.contender.Contender;
import io.sluice.perftests.contender.Running;
import io.sluice.perftests.load.Interval;
import io.sluice.perftests.load.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Measures contenders in interleaved rounds: in every round each of them is started afresh, and every workload visits all
 * of them in turn before the next begins, the first one changing from round to round. Whatever drifts on the machine
 * meanwhile drifts for all. Harness's thread.
 */
public final class Rounds {
    private final Stand stand;
    private final List<Contender> contenders;
    private final List<Workload> workloads;
    private final Comparison result;
    private final Consumer<String> progress;

    /** @param contenders those that can run here */
    public Rounds(Stand stand, List<Contender> contenders, List<Workload> workloads, Comparison result,
            Consumer<String> progress) {
        this.stand = stand;
        this.contenders = List.copyOf(contenders);
        this.workloads = List.copyOf(workloads);
        this.result = result;
        this.progress = progress;
        contenders.forEach(contender -> result.contenders.put(contender.name(), contender.describe()));
        workloads.forEach(workload -> result.workloads.put(workload.id(), workload.title()));
    }

    public void run() throws IOException {
        for (int round = 0; round < result.rounds; round++) {
            List<Contender> order = new ArrayList<>(contenders);
            Collections.rotate(order, -round);
            lasting(round, order);
            for (Workload workload : workloads) {
                for (Contender contender : order) {
                    if (workload.wantsFreshContender() && contender.carries(workload.work())) {
                        try (Running running = start(contender, round, workload.id())) {
                            trial(round, workload, contender, running);
                        }
                    }
                }
            }
        }
    }

    /** The workloads that leave a contender as it was, all on one process each. */
    private void lasting(int round, List<Contender> order) throws IOException {
        List<Workload> here = workloads.stream().filter(workload -> !workload.wantsFreshContender()).toList();
        if (here.isEmpty()) {
            return;
        }
        Map<Contender, Running> running = new LinkedHashMap<>();
        try {
            for (Contender contender : order) {
                running.put(contender, start(contender, round, "round"));
            }
            for (Workload workload : here) {
                for (Map.Entry<Contender, Running> entry : running.entrySet()) {
                    if (entry.getKey().carries(workload.work())) {
                        trial(round, workload, entry.getKey(), entry.getValue());
                    }
                }
            }
        } finally {
            for (Running one : running.values()) {
                one.close();
            }
        }
    }

    private Running start(Contender contender, int round, String why) throws IOException {
        String folder = (contender.name() + "-" + round + "-" + why).replaceAll("[^a-zA-Z0-9.-]", "_");
        return contender.start(stand.situation(folder));
    }

    private void trial(int round, Workload workload, Contender contender, Running running) throws IOException {
        String where = "round " + (round + 1) + "/" + result.rounds + "  " + workload.id() + "  " + contender.name();
        long startedNs = System.nanoTime();
        Measured measured = workload.measure(stand, running);
        if (!measured.trouble().isEmpty()) {
            result.remarks.add(where + ": left out, " + measured.trouble());
            progress.accept(where + "  LEFT OUT: " + measured.trouble());
            return;
        }
        measured.values().forEach((metric, value) -> result.put(contender.name(), workload.id(), metric, round, value));
        Outcome outcome = measured.outcome();
        if (outcome != null && outcome.total().latency.getTotalCount() > 0) {
            result.latencies.computeIfAbsent(Comparison.key(contender.name(), workload.id()),
                    key -> new org.HdrHistogram.Histogram(3)).add(outcome.total().latency);
            if (running.jvmLog().isPresent() && result.timelines.stream().noneMatch(
                    one -> one.contender().equals(contender.name()) && one.workload().equals(workload.id()))) {
                result.timelines.add(timeline(contender, workload, outcome, running.jvmLog().get(), startedNs));
            }
        }
        StringBuilder figures = new StringBuilder();
        for (Metric metric : workload.metrics()) {
            Double value = measured.values().get(metric);
            if (value != null) {
                figures.append("  ").append(metric.title).append(' ').append(metric.show(value));
            }
        }
        progress.accept(where + figures);
    }

    private static Timeline timeline(Contender contender, Workload workload, Outcome outcome, Path log, long trialNs)
            throws IOException {
        List<Timeline.Moment> moments = new ArrayList<>();
        for (Interval interval : outcome.series()) {
            if (interval.latency.getTotalCount() > 0) {
                moments.add(new Timeline.Moment(interval.fromSeconds, interval.latency.getValueAtPercentile(50) / 1e3,
                        interval.latency.getValueAtPercentile(99) / 1e3, interval.latency.getMaxValue() / 1e3));
            }
        }
        long measuredNs = outcome.measuredFromNs();
        double seconds = outcome.total().seconds;
        List<Timeline.Pause> pauses = JvmLog.pauses(log).stream().filter(pause -> pause.endNs() > trialNs)
                .map(pause -> new Timeline.Pause((pause.endNs() - measuredNs) / 1e9 - pause.milliseconds() / 1e3,
                        pause.milliseconds(), pause.what()))
                .filter(pause -> pause.atSeconds() >= 0 && pause.atSeconds() <= seconds).toList();
        return new Timeline(contender.name(), workload.id(), moments, pauses);
    }
}

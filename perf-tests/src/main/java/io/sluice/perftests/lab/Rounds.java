package io.sluice.perftests.lab;

import io.sluice.perftests.contender.Contender;
import io.sluice.perftests.contender.Contenders;
import io.sluice.perftests.contender.Running;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Measures contenders in interleaved rounds: in every round each of them is started afresh, and every workload visits
 * all of them in turn, several times, before the next begins, the first one changing from visit to visit and round to
 * round. Whatever drifts on the machine meanwhile drifts for all. Harness's thread.
 */
public final class Rounds {
    /** What happens to the comparison after every round. */
    public interface Keeper {
        void keep(Comparison comparison) throws IOException;
    }

    private final TestBed testBed;
    private final List<Contender> contenders;
    private final List<Workload> workloads;
    private final Comparison result;
    private final Consumer<String> progress;

    /** @param contenders those that can run here */
    public Rounds(TestBed testBed, List<Contender> contenders, List<Workload> workloads, Comparison result,
            Consumer<String> progress) {
        this.testBed = testBed;
        this.contenders = List.copyOf(contenders);
        this.workloads = List.copyOf(workloads);
        this.result = result;
        this.progress = progress;
        contenders.forEach(contender -> result.contenders.put(contender.name(), contender.describe()));
        workloads.forEach(workload -> result.workloads.put(workload.id(), workload.title()));
    }

    public void run() throws IOException {
        run(comparison -> {
            // it is whole at the end
        });
    }

    /** Makes the rounds that are still to be made. */
    public void run(Keeper keeper) throws IOException {
        if (result.roundsDone == result.rounds) {
            return;
        }
        List<Workload.OnRunning> onRunning = workloads.stream().filter(Workload.OnRunning.class::isInstance)
                .map(Workload.OnRunning.class::cast).toList();
        List<Workload.OnFresh> onFresh = workloads.stream().filter(Workload.OnFresh.class::isInstance)
                .map(Workload.OnFresh.class::cast).toList();
        warmGenerator(onRunning);
        for (int round = result.roundsDone; round < result.rounds; round++) {
            List<Contender> order = new ArrayList<>(contenders);
            Collections.rotate(order, -round);
            if (!onRunning.isEmpty()) {
                onRunning(round, order, onRunning);
            }
            for (Workload.OnFresh workload : onFresh) {
                for (Contender contender : order) {
                    if (contender.carries(workload.work())) {
                        String folder = folder(contender, round, workload.id());
                        record(round, workload, contender,
                                trial(() -> workload.measure(testBed, contender, folder)));
                    }
                }
            }
            result.roundsDone = round + 1;
            keeper.keep(result);
        }
    }

    /** The generator and the servers are JVM programs too: who comes first would find them slow. */
    private void warmGenerator(List<Workload.OnRunning> onRunning) throws IOException {
        try (Running direct = Contenders.of("direct").start(testBed.situation("generator"))) {
            for (Workload.OnRunning workload : onRunning) {
                if (workload.inVisits()) {
                    workload.measure(testBed.with(testBed.timing().visit(0)), direct);
                }
            }
        }
    }

    private void onRunning(int round, List<Contender> order, List<Workload.OnRunning> workloads) throws IOException {
        Map<Contender, Running> running = new LinkedHashMap<>();
        try {
            for (Contender contender : order) {
                if (!contender.disturbsOthers()) {
                    running.put(contender, start(contender, round));
                }
            }
            for (Workload.OnRunning workload : workloads) {
                trials(round, order.stream().filter(contender -> contender.carries(workload.work())).toList(), workload,
                        running);
            }
        } finally {
            for (Running one : running.values()) {
                one.close();
            }
        }
    }

    private void trials(int round, List<Contender> order, Workload.OnRunning workload, Map<Contender, Running> running)
            throws IOException {
        Timing timing = testBed.timing();
        int count = workload.inVisits() ? timing.visits() : 1;
        if (workload.inVisits()) {
            rehearse(order, workload, running);
        }
        Map<Contender, Interleaving> interleavings = new LinkedHashMap<>();
        for (int visit = 0; visit < count; visit++) {
            TestBed place = workload.inVisits() ? testBed.with(timing.visit(visit)) : testBed;
            List<Contender> turn = new ArrayList<>(order);
            Collections.rotate(turn, -visit);
            for (Contender contender : turn) {
                visit(round, workload, contender, running.get(contender), place,
                        interleavings.computeIfAbsent(contender, key -> new Interleaving()));
            }
        }
        interleavings.forEach((contender, found) -> {
            record(round, workload, contender, found.together());
            remember(workload, contender, found);
        });
    }

    /** Those that stay from visit to visit get to know how the workload begins and ends. */
    private void rehearse(List<Contender> order, Workload.OnRunning workload, Map<Contender, Running> running) {
        TestBed place = testBed.with(testBed.timing().rehearsal());
        for (Contender contender : order) {
            Running standing = running.get(contender);
            for (int i = 0; i < Timing.REHEARSALS && standing != null; i++) {
                trial(() -> workload.measure(place, standing)); // whatever goes wrong does so in the visits as well
            }
        }
    }

    /** @param standing null for a contender that serves during its own visits only */
    private void visit(int round, Workload.OnRunning workload, Contender contender, @Nullable Running standing,
            TestBed place, Interleaving trial) throws IOException {
        Running running = standing != null ? standing : start(contender, round);
        try {
            trial.add(trial(() -> workload.measure(place, running)), running.jvmLog());
        } finally {
            if (standing == null) {
                running.close();
            }
        }
    }

    private Running start(Contender contender, int round) throws IOException {
        return contender.start(testBed.situation(folder(contender, round, "traffic")));
    }

    private interface Trial {
        Measured run() throws IOException;
    }

    /** A trial that fails is one value less, and says so; the others of a long run still count. */
    private static Measured trial(Trial trial) {
        try {
            return trial.run();
        } catch (IOException e) {
            String why = String.join("; ",
                    String.valueOf(e.getMessage()).lines().filter(line -> !line.isBlank()).distinct().limit(3)
                            .toList());
            return new Measured(Map.of(), null, why);
        }
    }

    private static String folder(Contender contender, int round, String why) {
        return (contender.name() + "-" + (round + 1) + "-" + why).replaceAll("[^a-zA-Z0-9.-]", "_");
    }

    private void record(int round, Workload workload, Contender contender, Measured measured) {
        String where = "round " + (round + 1) + "/" + result.rounds + "  " + workload.id() + "  " + contender.name();
        if (!measured.trouble().isEmpty()) {
            result.remarks.add(where + ": left out, " + measured.trouble());
            progress.accept(where + "  LEFT OUT: " + measured.trouble());
            return;
        }
        StringBuilder figures = new StringBuilder();
        for (Metric metric : workload.metrics()) {
            Double value = measured.values().get(metric);
            if (value != null) {
                result.put(contender.name(), workload.id(), metric, round, value);
                figures.append("  ").append(metric.title).append(' ').append(metric.show(value));
            }
        }
        if (!figures.isEmpty()) {
            progress.accept(where + figures);
        }
    }

    /** Keeps latencies of all rounds, and of the first one what happened when. */
    private void remember(Workload workload, Contender contender, Interleaving trial) {
        if (trial.latency().getTotalCount() == 0) {
            return;
        }
        result.latencies.computeIfAbsent(Comparison.key(contender.name(), workload.id()), key -> new Histogram(3))
                .add(trial.latency());
        boolean first = result.timelines.stream()
                .noneMatch(one -> one.contender().equals(contender.name()) && one.workload().equals(workload.id()));
        if (first && trial.jvm()) {
            result.timelines.add(trial.timeline(contender.name(), workload.id()));
        }
    }
}

package io.sluice.perftests.gate;

import io.sluice.perftests.contender.Contender;
import io.sluice.perftests.contender.Contenders;
import io.sluice.perftests.contender.Named;
import io.sluice.perftests.contender.Running;
import io.sluice.perftests.host.Fingerprint;
import io.sluice.perftests.lab.Comparison;
import io.sluice.perftests.lab.ComparisonFile;
import io.sluice.perftests.lab.Measured;
import io.sluice.perftests.lab.Metric;
import io.sluice.perftests.lab.Rounds;
import io.sluice.perftests.lab.TestBed;
import io.sluice.perftests.lab.Workload;
import io.sluice.perftests.lab.Workloads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Measures two builds pair by pair, the control beside them, at the workloads that limits name. Harness's thread. */
public final class GateRun {
    /** Of the baseline's saturation: busy, with room to breathe. */
    private static final double LATENCY_LOAD = 0.6;
    private static final String LATENCY = "latency";

    private final TestBed testBed;
    private final Consumer<String> progress;

    public GateRun(TestBed testBed, Consumer<String> progress) {
        this.testBed = testBed;
        this.progress = progress;
    }

    /** @param baseline and candidate may be one build: that is the A/A run that finds the noise floor */
    public Comparison measure(Contender baseline, Contender candidate, Limits limits, int pairs) throws IOException {
        Comparison comparison = empty(pairs);
        measure(sides(baseline, candidate), limits, comparison, whole -> {
            // the caller keeps it
        });
        return comparison;
    }

    /** As {@link #measure}, kept in a file pair by pair: pairs that the file has are not measured again. */
    Comparison measureOn(Path file, Contender baseline, Contender candidate, Limits limits, int pairs)
            throws IOException {
        List<Contender> sides = sides(baseline, candidate);
        Comparison comparison = empty(pairs);
        if (Files.exists(file)) {
            Comparison before = ComparisonFile.read(file);
            if (isOf(before, sides, comparison)) {
                progress.accept(
                        "  " + before.roundsDone + " of " + pairs + " pairs were measured before (" + file + ")");
                comparison = before;
            }
        }
        measure(sides, limits, comparison, sofar -> ComparisonFile.write(sofar, file));
        return comparison;
    }

    private static boolean isOf(Comparison before, List<Contender> sides, Comparison wanted) {
        return before.setting().equals(wanted.setting())
                && before.rounds == wanted.rounds && sides.stream()
                        .allMatch(side -> side.describe().equals(before.contenders.get(side.name())));
    }

    private static List<Contender> sides(Contender baseline, Contender candidate) {
        return List.of(Contenders.of(Side.CONTROL.word), new Named(Side.BASELINE.word, baseline),
                new Named(Side.CANDIDATE.word, candidate));
    }

    private Comparison empty(int pairs) {
        return new Comparison(Instant.now(), testBed.topology().name(), testBed.layout(), pairs, testBed.timing(),
                Fingerprint.ofThisHost());
    }

    private void measure(List<Contender> sides, Limits limits, Comparison comparison, Rounds.Keeper keeper)
            throws IOException {
        for (Contender contender : sides) {
            if (contender.missing(testBed.topology()).isPresent()) {
                throw new IOException(contender.name() + ": " + contender.missing(testBed.topology()).get());
            }
        }
        new Rounds(testBed, sides, workloads(limits, sides.get(1)), comparison, progress).run(keeper);
    }

    private List<Workload> workloads(Limits limits, Contender baseline) throws IOException {
        Set<String> names = new LinkedHashSet<>();
        limits.limits().keySet().forEach(figure -> names.add(figure.workload()));
        List<Workload> workloads = new ArrayList<>();
        for (String name : names) {
            workloads.add(name.equals(LATENCY) ? latency(baseline) : Workloads.of(name).getFirst());
        }
        return workloads;
    }

    /** Both builds get the same load: a share of what the baseline can do at most. */
    private Workload latency(Contender baseline) throws IOException {
        Workload.OnRunning saturation = (Workload.OnRunning) Workloads.of("rr-64").getFirst();
        try (Running running = baseline.start(testBed.situation("saturation"))) {
            Measured measured = saturation.measure(testBed, running);
            Double rate = measured.values().get(Metric.OPERATIONS_PER_SECOND);
            if (rate == null || !measured.trouble().isEmpty()) {
                throw new IOException("the baseline's saturation could not be measured: " + measured.trouble());
            }
            double load = Math.rint(rate * LATENCY_LOAD / 100) * 100;
            progress.accept(String.format(java.util.Locale.ROOT, "saturation %s: latency is measured at %.0f/s",
                    Metric.OPERATIONS_PER_SECOND.show(rate), load));
            return Workloads.atRate(LATENCY,
                    String.format(java.util.Locale.ROOT, "request-response at %.0f/s (60 %% of saturation)", load),
                    load);
        }
    }
}

package io.sluice.bench.gate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs the benchmarks that a limits file speaks of, each in a JVM of its own with the gc profiler. */
final class GateRun {
    /**
     * How long. Warm-up is generous: code over foreign memory inlines deeply, is compiled late, and allocates until
     * then.
     */
    record Length(int warmups, int warmupMs, int iterations, int iterationMs) {
        static final Length NORMAL = new Length(4, 750, 5, 300);
        static final Length SHORT = new Length(2, 750, 1, 200);
    }

    private record Selection(String benchmark, Map<String, String> with) {
    }

    private final Limits limits;
    private final Path results;
    private final Length length;

    GateRun(Limits limits, Path results, Length length) {
        this.limits = limits;
        this.results = results;
        this.length = length;
    }

    /** Measures, telling of each benchmark as it starts; JMH's own output goes into the results directory. */
    List<Measurement> measure(Consumer<String> progress) throws RunnerException, IOException {
        Files.createDirectories(results);
        List<Measurement> measurements = new ArrayList<>();
        for (Selection selection : selections()) {
            progress.accept(selection.with.isEmpty() ? selection.benchmark : selection.benchmark + selection.with);
            measurements.addAll(measure(selection, results.resolve(fileName(selection))));
        }
        return measurements;
    }

    private Set<Selection> selections() {
        Set<Selection> selections = new LinkedHashSet<>();
        limits.allocation().forEach((benchmark, limit) -> {
            if (!limit.equals(Limits.ANY)) {
                selections.add(new Selection(benchmark, Map.of()));
            }
        });
        for (Limits.Ratio ratio : limits.ratios()) {
            for (Limits.Side side : List.of(ratio.of(), ratio.to())) {
                if (!selections.contains(new Selection(side.benchmark(), Map.of()))) {
                    selections.add(new Selection(side.benchmark(), side.with()));
                }
            }
        }
        return selections;
    }

    private List<Measurement> measure(Selection selection, Path base) throws RunnerException {
        Path json = base.resolveSibling(base.getFileName() + ".json");
        ChainedOptionsBuilder options = new OptionsBuilder().include("\\." + Pattern.quote(selection.benchmark) + "$")
                .forks(1).warmupIterations(length.warmups).warmupTime(TimeValue.milliseconds(length.warmupMs))
                .measurementIterations(length.iterations).measurementTime(TimeValue.milliseconds(length.iterationMs))
                .addProfiler(GCProfiler.class).shouldFailOnError(true).resultFormat(ResultFormatType.JSON)
                .result(json.toString()).output(base.resolveSibling(base.getFileName() + ".log").toString());
        limits.parameters().forEach(options::param);
        selection.with.forEach(options::param);
        new Runner(options.build()).run();
        return JmhResults.read(json);
    }

    private static String fileName(Selection selection) {
        return (selection.benchmark + "-" + String.join("-", selection.with.values())).replaceAll("-$", "");
    }
}

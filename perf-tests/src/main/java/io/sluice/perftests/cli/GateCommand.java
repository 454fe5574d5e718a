package io.sluice.perftests.cli;

import io.sluice.perftests.contender.Contender;
import io.sluice.perftests.gate.Builds;
import io.sluice.perftests.gate.Figure;
import io.sluice.perftests.gate.GateFile;
import io.sluice.perftests.gate.GateReport;
import io.sluice.perftests.gate.GateRun;
import io.sluice.perftests.gate.Limits;
import io.sluice.perftests.gate.NoiseFloor;
import io.sluice.perftests.gate.Pairs;
import io.sluice.perftests.gate.Side;
import io.sluice.perftests.history.Entry;
import io.sluice.perftests.history.History;
import io.sluice.perftests.host.StateFolder;
import io.sluice.perftests.lab.Comparison;
import io.sluice.perftests.lab.ComparisonFile;
import io.sluice.perftests.lab.TestBed;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** `sluice perf gate`: is the candidate worse than the baseline? */
@Command(name = "gate", sortOptions = false, mixinStandardHelpOptions = true, description = "Measures a candidate against a baseline in interleaved pairs: passed (0), failed (99) or cannot judge (98).", footerHeading = "%nExamples:%n", footer = {
    "  sluice perf gate --baseline git:main~1                 this build against the commit before",
    "  sluice perf gate --baseline git:v1.0 --candidate git:main --workloads rr-64,crc-64",
    "  sluice perf gate --baseline /opt/sluice --limits my-gates.yaml"})
final class GateCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private TestBedOptions options = new TestBedOptions();

    @Mixin
    private GateOptions gate = new GateOptions();

    @Option(names = "--baseline", required = true, paramLabel = "BUILD", description = "git:REF, a folder with a build, one of its jars, or a contender")
    private String baseline = "";

    @Option(names = "--candidate", paramLabel = "BUILD", description = "the same (default: this build)", defaultValue = "sluice")
    private String candidate = "sluice";

    @Option(names = "--calibrate", description = "calibrate first even where a noise floor is known")
    private boolean calibrate;

    @Option(names = "--out", paramLabel = "DIR", description = "where results and logs go (default: a new folder in the temporary one)")
    private @Nullable Path out;

    @Override
    public Integer call() throws IOException {
        var line = Objects.requireNonNull(spec).commandLine();
        PrintWriter stderr = line.getErr();
        Path folder = OutputFolder.open(out, "sluice-gate-");
        Limits limits = gate.limits();
        Builds builds = new Builds(Lines.to(stderr, ""));
        Contender before = builds.resolve(baseline, Side.BASELINE);
        Contender after = builds.resolve(candidate, Side.CANDIDATE);
        NoiseFloor floor;
        Comparison comparison;
        try (TestBed testBed = options.testBed(folder, stderr)) {
            Path kept = gate.floor(testBed.setting());
            Optional<NoiseFloor> known = calibrate ? Optional.empty() : NoiseFloor.read(kept);
            floor = known.isPresent() && known.get().bands().keySet().containsAll(relative(limits))
                    ? known.get()
                    : CalibrateCommand.calibrate(baseline, testBed, gate, folder, stderr);
            comparison = new GateRun(testBed, Lines.to(stderr, "")).measure(before, after, limits, limits.pairs());
        }
        GateReport report = GateReport.of(Pairs.of(comparison), limits, floor);
        ComparisonFile.write(comparison, folder.resolve("result.json"));
        GateFile.write(report, floor, folder.resolve("gate.json"));
        new Keeping(comparison).report().gate(report, floor).write(folder.resolve("report.html"));
        remember(comparison, builds.version(candidate));
        PrintWriter stdout = line.getOut();
        stdout.print(report.text());
        comparison.remarks.forEach(stdout::println);
        stdout.println("\nReport: " + folder.resolve("report.html"));
        stdout.flush();
        return report.exitCode();
    }

    /** The candidate's figures belong to the trend of the builds before it. */
    private void remember(Comparison comparison, String version) throws IOException {
        for (Entry entry : History.entries(comparison, version)) {
            if (entry.contender().equals(Side.CANDIDATE.word) && Keeping.lastsLongEnough(comparison)) {
                History.append(StateFolder.history(), entry);
            }
        }
    }

    private static Set<Figure> relative(Limits limits) {
        return limits.limits().entrySet().stream().filter(entry -> !Double.isNaN(entry.getValue().worse()))
                .map(Map.Entry::getKey).collect(Collectors.toSet());
    }
}

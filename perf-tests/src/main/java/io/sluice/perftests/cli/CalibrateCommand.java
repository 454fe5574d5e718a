package io.sluice.perftests.cli;

import io.sluice.perftests.LaboratoryExit;
import io.sluice.perftests.contender.Contender;
import io.sluice.perftests.gate.Builds;
import io.sluice.perftests.gate.GateRun;
import io.sluice.perftests.gate.Limits;
import io.sluice.perftests.gate.NoiseFloor;
import io.sluice.perftests.gate.Pairs;
import io.sluice.perftests.gate.Side;
import io.sluice.perftests.lab.Comparison;
import io.sluice.perftests.lab.ComparisonFile;
import io.sluice.perftests.lab.TestBed;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** `sluice perf calibrate`: what two equal builds differ by on this machine. */
@Command(name = "calibrate", sortOptions = false, mixinStandardHelpOptions = true, description = "Measures one build against itself (A/A) and keeps what equal builds differ by: the noise floor of this machine.")
final class CalibrateCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private TestBedOptions options = new TestBedOptions();

    @Mixin
    private GateOptions gate = new GateOptions();

    @Option(names = "--build", paramLabel = "BUILD", description = "git:REF, a folder, one of its jars or a contender (default: this build)", defaultValue = "sluice")
    private String build = "sluice";

    @Override
    public Integer call() throws IOException {
        var line = Objects.requireNonNull(spec).commandLine();
        Path folder = Files.createTempDirectory("sluice-calibrate-");
        NoiseFloor floor;
        try (TestBed testBed = options.testBed(folder, line.getErr())) {
            floor = calibrate(build, testBed, gate, folder, line.getErr());
        }
        print(floor, line.getOut());
        return LaboratoryExit.OK;
    }

    /** Measures and keeps the floor. */
    static NoiseFloor calibrate(String build, TestBed testBed, GateOptions gate, Path folder, PrintWriter progress)
            throws IOException {
        Limits limits = gate.limits();
        Contender one = new Builds(progress::println).resolve(build, Side.BASELINE);
        Comparison comparison = new GateRun(testBed, Lines.to(progress, "A/A  ")).measure(one, one, limits,
                limits.pairs());
        ComparisonFile.write(comparison, folder.resolve("calibration.json"));
        Path kept = gate.floor(testBed.setting());
        NoiseFloor floor = NoiseFloor.of(Pairs.of(comparison), limits.pairs(), testBed.setting(), comparison.started)
                .over(NoiseFloor.read(kept));
        floor.write(kept);
        return floor;
    }

    static void print(NoiseFloor floor, PrintWriter out) {
        out.println("Noise floor of this machine (" + floor.setting() + ", " + floor.pairs()
                + " A/A pairs): smaller changes of the medians are chance.");
        floor.bands().forEach((figure, band) -> out.printf(Locale.ROOT, "  %-45s %6.1f %%%n", figure, band * 100));
        out.flush();
    }
}

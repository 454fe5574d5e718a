package io.sluice.perftests.gate;

import io.sluice.perftests.ExitCode;
import io.sluice.perftests.contender.Contender;
import io.sluice.perftests.lab.Comparison;
import io.sluice.perftests.lab.ComparisonFile;
import io.sluice.perftests.lab.Stand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** The gate against the truth, for real: one build against itself, and against the same build slowed down. Harness's thread. */
public final class GateSelfTest {
    private static final Limits LIMITS = Limits.parse("""
            gates:
              rr-64: { operations-per-second: 7% }
            """, "self-test");

    /** @param equalBuilds must not fail; {@code slowed} must */
    public record Result(GateReport equalBuilds, GateReport slowed) {
        /** 0 where the gate told both apart, 99 where it was wrong, 98 where noise hid the truth. */
        public int exitCode() {
            if (equalBuilds.exitCode() == ExitCode.GATE_FAILED || slowed.exitCode() == ExitCode.OK) {
                return ExitCode.GATE_FAILED;
            }
            return slowed.exitCode() == ExitCode.GATE_FAILED ? ExitCode.OK : ExitCode.CANNOT_JUDGE;
        }

        public String verdict() {
            return switch (exitCode()) {
                case ExitCode.OK -> "PROVEN: the injected slowdown was caught, equal builds were not accused.";
                case ExitCode.CANNOT_JUDGE ->
                    "CANNOT JUDGE: on this machine, as noisy as it is now, the injected slowdown hides in what equal builds differ by; the gate said so and did not pass it.";
                default -> "WRONG: the gate accused equal builds or passed the injected slowdown.";
            };
        }
    }

    private GateSelfTest() {
    }

    /** @param folder keeps the three measurements; one that is there already is not made again */
    public static Result run(Stand stand, Contender build, double slowdown, int pairs, Path folder,
            Consumer<String> progress) throws IOException {
        GateRun run = new GateRun(stand, progress);
        Comparison calibration = kept(folder.resolve("1-calibration.json"), stand, pairs, progress,
                "calibrating: the build against itself", () -> run.measure(build, build, LIMITS, pairs));
        NoiseFloor floor = NoiseFloor.of(Pairs.of(calibration), pairs, "self-test", calibration.started);
        GateReport equalBuilds = GateReport.of(Pairs.of(kept(folder.resolve("2-equal-builds.json"), stand, pairs,
                progress, "the build against itself, judged", () -> run.measure(build, build, LIMITS, pairs))), LIMITS,
                floor);
        GateReport slowed = GateReport.of(Pairs.of(kept(folder.resolve("3-slowed.json"), stand, pairs, progress,
                "the build against itself slowed down",
                () -> run.measure(build, new Slowed(build, slowdown), LIMITS, pairs))), LIMITS, floor);
        return new Result(equalBuilds, slowed);
    }

    private interface Measurement {
        Comparison make() throws IOException;
    }

    private static Comparison kept(Path file, Stand stand, int pairs, Consumer<String> progress, String title,
            Measurement measurement) throws IOException {
        if (Files.exists(file)) {
            Comparison before = ComparisonFile.read(file);
            if (before.setting().equals(stand.setting()) && before.rounds == pairs) {
                progress.accept(title + " (measured before: " + file + ")");
                return before;
            }
        }
        progress.accept(title);
        Comparison made = measurement.make();
        ComparisonFile.write(made, file);
        return made;
    }
}

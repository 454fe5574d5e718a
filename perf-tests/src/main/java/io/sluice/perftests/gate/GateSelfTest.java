package io.sluice.perftests.gate;

import io.sluice.perftests.LaboratoryExit;
import io.sluice.perftests.contender.Contender;
import io.sluice.perftests.lab.TestBed;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * The gate against the truth, for real: one build against itself, and against the same build slowed down. Harness's
 * thread.
 */
public final class GateSelfTest {
    private static final Limits LIMITS = Limits.parse("""
            gates:
              rr-64: { operations-per-second: 7% }
            """, "self-test");

    /** @param equalBuilds must not fail; {@code slowed} must */
    public record Result(GateReport equalBuilds, GateReport slowed) {
        /** 0 where the gate told both apart, 99 where it was wrong, 98 where noise hid the truth. */
        public int exitCode() {
            if (equalBuilds.exitCode() == LaboratoryExit.GATE_FAILED || slowed.exitCode() == LaboratoryExit.OK) {
                return LaboratoryExit.GATE_FAILED;
            }
            return slowed.exitCode() == LaboratoryExit.GATE_FAILED ? LaboratoryExit.OK : LaboratoryExit.CANNOT_JUDGE;
        }

        public String verdict() {
            return switch (exitCode()) {
                case LaboratoryExit.OK -> "PROVEN: the injected slowdown was caught, equal builds were not accused.";
                case LaboratoryExit.CANNOT_JUDGE ->
                    "CANNOT JUDGE: on this machine, as noisy as it is now, the injected slowdown hides in what equal builds differ by; the gate said so and did not pass it.";
                default -> "WRONG: the gate accused equal builds or passed the injected slowdown.";
            };
        }
    }

    private final TestBed testBed;
    private final Contender build;
    private final int pairs;
    private final Path folder;
    private final Consumer<String> progress;

    private GateSelfTest(TestBed testBed, Contender build, int pairs, Path folder, Consumer<String> progress) {
        this.testBed = testBed;
        this.build = build;
        this.pairs = pairs;
        this.folder = folder;
        this.progress = progress;
    }

    /** @param folder keeps the three measurements pair by pair; what is there already is not measured again */
    public static Result run(TestBed testBed, Contender build, double slowdown, int pairs, Path folder,
            Consumer<String> progress) throws IOException {
        GateSelfTest test = new GateSelfTest(testBed, build, pairs, folder, progress);
        Pairs calibration = test.pairs("1-calibration.json", "calibrating: the build against itself", build);
        NoiseFloor floor = NoiseFloor.of(calibration, pairs, "self-test", Instant.now());
        Pairs equal = test.pairs("2-equal-builds.json", "the build against itself, judged", build);
        Pairs slowed = test.pairs("3-slowed.json", "the build against itself slowed down", new Slowed(build, slowdown));
        return new Result(GateReport.of(equal, LIMITS, floor), GateReport.of(slowed, LIMITS, floor));
    }

    private Pairs pairs(String fileName, String title, Contender candidate) throws IOException {
        progress.accept(title);
        return Pairs.of(new GateRun(testBed, progress).measureOn(folder.resolve(fileName), build, candidate, LIMITS,
                pairs));
    }
}

package io.sluice.perftests.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.perftests.LaboratoryExit;
import io.sluice.perftests.gate.Verdict.Answer;
import io.sluice.perftests.host.Fingerprint;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gate judged by machines whose truth is known. */
class GateTest {
    private static final int MACHINES = 60;
    private static final Limits LIMITS = Limits.parse("""
            pairs: 10
            gates:
              rr-64: { operations-per-second: 8%, p99: 8% }
              idle: { bytes-per-connection: 8% }
              reload: { lost-by-reload: { at-most: 0 } }
            """, "test.yaml");

    @Test
    void an_injected_slowdown_of_15_percent_is_caught() throws IOException {
        int caught = 0;
        for (int seed = 0; seed < MACHINES; seed++) {
            GateReport report = judge(seed, 0.03, 0.10, 0.15);
            caught += report.exitCode() == LaboratoryExit.GATE_FAILED ? 1 : 0;
        }
        assertThat(caught).isEqualTo(MACHINES);
    }

    @Test
    void equal_builds_pass() throws IOException {
        int failed = 0;
        int passed = 0;
        for (int seed = 0; seed < MACHINES; seed++) {
            // quiet enough to judge a limit of 8 %: at 3 % per trial equal builds differ by about as much
            GateReport report = judge(1_000 + seed, 0.02, 0.10, 0);
            failed += report.exitCode() == LaboratoryExit.GATE_FAILED ? 1 : 0;
            passed += report.exitCode() == LaboratoryExit.OK ? 1 : 0;
        }
        assertThat(failed).isZero();
        assertThat(passed).isGreaterThan(MACHINES * 9 / 10);
    }

    @Test
    void a_limit_inside_the_noise_cannot_be_judged_and_never_passes() throws IOException {
        int falseAlarms = 0;
        for (int seed = 0; seed < MACHINES; seed++) {
            int equal = judge(2_000 + seed, 0.25, 0.10, 0).exitCode();
            assertThat(equal).isIn(LaboratoryExit.CANNOT_JUDGE, LaboratoryExit.GATE_FAILED);
            falseAlarms += equal == LaboratoryExit.GATE_FAILED ? 1 : 0;
            // a slowdown that noise hides is not passed either
            assertThat(judge(3_000 + seed, 0.25, 0.10, 0.15).exitCode()).isIn(LaboratoryExit.CANNOT_JUDGE,
                    LaboratoryExit.GATE_FAILED);
        }
        // three figures at p < 0.01: chance alone may ring once in about thirty machines
        assertThat(falseAlarms).isLessThanOrEqualTo(MACHINES / 30);
    }

    @Test
    void a_slowdown_beyond_the_noise_fails_even_where_the_limit_is_inside_it() throws IOException {
        assertThat(judge(7, 0.12, 0.10, 0.60).exitCode()).isEqualTo(LaboratoryExit.GATE_FAILED);
    }

    @Test
    void drift_that_hits_everyone_is_no_regression() throws IOException {
        for (int seed = 0; seed < 20; seed++) {
            assertThat(judge(4_000 + seed, 0.02, 0.35, 0).exitCode()).isNotEqualTo(LaboratoryExit.GATE_FAILED);
        }
    }

    @Test
    void a_machine_noisier_than_when_it_was_calibrated_cannot_judge() throws IOException {
        NoiseFloor quiet = floor(5, 0.01);
        Pairs today = new SimulatedMachine(6, 0.25, 0.05, 0).pairs(10);
        assertThat(GateReport.of(today, LIMITS, quiet).exitCode()).isEqualTo(LaboratoryExit.CANNOT_JUDGE);
    }

    @Test
    void what_is_lost_counts_absolutely() {
        Figure lost = Figure.parse("reload/lost-by-reload");
        assertThat(Judge.compare(lost, new double[]{0, 0}, new double[]{0, 0}, Limit.atMost(0), 0, 0.01).answer())
                .isEqualTo(Answer.PASSED);
        assertThat(Judge.compare(lost, new double[]{0, 0}, new double[]{0, 1}, Limit.atMost(0), 0, 0.01).answer())
                .isEqualTo(Answer.FAILED);
        assertThat(
                Judge.compare(lost, new double[]{0, 0}, new double[]{0, Double.NaN}, Limit.atMost(0), 0, 0.01).answer())
                .isEqualTo(Answer.CANNOT_JUDGE);
    }

    @Test
    void a_figure_that_was_not_measured_or_calibrated_cannot_be_judged() {
        Figure figure = Figure.parse("rr-64/p99");
        assertThat(Judge.compare(figure, new double[0], new double[0], Limit.worse(0.1), 0.01, 0.01).answer())
                .isEqualTo(Answer.CANNOT_JUDGE);
        double[] values = IntStream.range(0, 10).mapToDouble(i -> 1 + i * 0.001).toArray();
        assertThat(Judge.compare(figure, values, values, Limit.worse(0.1), Double.NaN, 0.01).answer())
                .isEqualTo(Answer.CANNOT_JUDGE);
    }

    @Test
    void the_verdict_comes_first_and_names_every_figure() throws IOException {
        String text = judge(1, 0.03, 0.05, 0.30).text();
        assertThat(text).startsWith("FAILED: ");
        assertThat(text).contains("rr-64/operations-per-second", "rr-64/p99", "idle/bytes-per-connection",
                "reload/lost-by-reload");
    }

    @Test
    void the_noise_floor_survives_its_file(@TempDir Path folder) throws IOException {
        NoiseFloor floor = floor(9, 0.05);
        Path file = NoiseFloor.file(folder, new Fingerprint(Map.of("kernel", "test")), "loopback");
        floor.write(file);
        assertThat(NoiseFloor.read(file)).contains(floor);
        assertThat(NoiseFloor.read(folder.resolve("none"))).isEmpty();
    }

    @Test
    void a_figure_has_one_band_wherever_it_is_written(@TempDir Path folder) throws IOException {
        // a machine that is noisier than when it was calibrated: the verdicts rest on what it is now
        NoiseFloor calibrated = floor(9, 0.001);
        GateReport report = GateReport.of(new SimulatedMachine(3, 0.1, 0.05, 0).pairs(LIMITS.pairs()), LIMITS,
                calibrated);
        Path file = folder.resolve("gate.json");
        GateFile.write(report, calibrated, file);
        NoiseFloor written = GateFile.readFloor(file);
        assertThat(report.verdicts()).filteredOn(verdict -> !Double.isNaN(verdict.band())).isNotEmpty()
                .allSatisfy(verdict -> assertThat(written.band(verdict.figure())).isEqualTo(verdict.band())
                        .isGreaterThan(calibrated.band(verdict.figure())));
    }

    @Test
    void calibrating_some_figures_again_keeps_what_is_known_of_the_others() {
        Figure rate = Figure.parse("rr-64/operations-per-second");
        Figure memory = Figure.parse("idle/bytes-per-connection");
        NoiseFloor before = new NoiseFloor(Instant.EPOCH, 10, "test", Map.of(rate, 0.05, memory, 0.02));
        NoiseFloor again = new NoiseFloor(Instant.EPOCH, 10, "test", Map.of(rate, 0.01));
        assertThat(again.over(Optional.of(before)).bands()).containsExactlyInAnyOrderEntriesOf(
                Map.of(rate, 0.01, memory, 0.02));
        assertThat(again.over(Optional.empty())).isEqualTo(again);
    }

    @Test
    void the_packaged_limits_name_everything_the_project_gates() throws IOException {
        List<String> figures = Limits.packaged().limits().keySet().stream().map(Figure::toString).toList();
        assertThat(figures).contains("bulk-64/bytes-per-second", "bulk-64/cpu-seconds-per-gib",
                "rr-64/operations-per-second", "crc-64/operations-per-second", "latency/p50", "latency/p99",
                "latency/p99.9",
                "idle/bytes-per-connection", "allocation/allocated-bytes-per-operation", "reload/lost-by-reload",
                "failover/failover-gap-ms");
    }

    @Test
    void a_wrong_limit_says_where_and_what_is_allowed() {
        assertThatThrownBy(() -> Limits.parse("gates: { rr-64: { p99: fast } }", "gates.yaml"))
                .hasMessageContaining("rr-64/p99").hasMessageContaining("5%");
        assertThatThrownBy(() -> Limits.parse("gates: { rr-64: { p98: 5% } }", "gates.yaml"))
                .hasMessageContaining("p98").hasMessageContaining("p99.9");
        assertThatThrownBy(() -> Limits.parse("pairs: 3", "gates.yaml")).hasMessageContaining("at least 10 pairs");
        assertThatThrownBy(() -> Limits.parse("gate: {}", "gates.yaml")).hasMessageContaining("unknown key 'gate'");
    }

    private static GateReport judge(long seed, double noise, double drift, double slowdown) throws IOException {
        return GateReport.of(new SimulatedMachine(seed, noise, drift, slowdown).pairs(LIMITS.pairs()), LIMITS,
                floor(seed + 77_777, noise));
    }

    private static NoiseFloor floor(long seed, double noise) throws IOException {
        return NoiseFloor.of(new SimulatedMachine(seed, noise, 0.05, 0).pairs(10), 10, "test", Instant.EPOCH);
    }
}

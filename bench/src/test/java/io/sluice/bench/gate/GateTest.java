package io.sluice.bench.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bench.gate.Finding.Verdict;
import io.sluice.bench.gate.Limits.Ratio;
import io.sluice.bench.gate.Limits.Side;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The gate must catch what it is for and must not pass what it did not see. */
class GateTest {
    private static final Path LIMITS = Path.of("limits.yaml");
    private static final long JMH_ITSELF = 16_384;
    private static final Limits NO_ALLOCATION = new Limits(JMH_ITSELF, Map.of(),
            Map.of("SchedulerBenchmark.choose", "0", "SchedulerBenchmark.baseline", "any"), List.of());

    @TempDir
    Path directory = Path.of("");

    private String recorded = "";

    @BeforeEach
    void read_the_recorded_run() throws Exception {
        try (var in = Objects.requireNonNull(GateTest.class.getResourceAsStream("/jmh-result.json"))) {
            recorded = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void a_recorded_run_is_read_with_parameters_times_and_allocation() throws Exception {
        List<Measurement> run = measurements(recorded);
        assertThat(run).hasSize(4);
        Measurement maglev = choose(run, "maglev");
        assertThat(maglev.parameters()).containsEntry("servers", "32");
        assertThat(maglev.nsPerOperation()).hasSize(3).allMatch(ns -> ns > 1 && ns < 1_000);
        assertThat(maglev.bytesPerOperation()).isBetween(0.0, 0.1);
    }

    @Test
    void a_run_that_does_not_allocate_passes() throws Exception {
        List<Finding> findings = Judge.findings(NO_ALLOCATION, measurements(recorded));
        assertThat(findings).hasSize(2).allMatch(f -> f.verdict() == Verdict.PASSED);
        assertThat(Judge.exitCode(findings)).isZero();
    }

    @Test
    void one_allocation_of_16_bytes_in_a_hundred_operations_is_caught() throws Exception {
        Measurement maglev = choose(measurements(recorded), "maglev");
        String injected = recorded.replace("\"score\" : " + maglev.bytesPerOperation(), "\"score\" : 0.16");
        assertThat(injected).isNotEqualTo(recorded);
        List<Finding> findings = Judge.findings(NO_ALLOCATION, measurements(injected));
        assertThat(findings).filteredOn(f -> f.verdict() == Verdict.FAILED).singleElement().extracting(Finding::text)
                .asString().contains("SchedulerBenchmark.choose", "maglev", "0.160 bytes");
        assertThat(Judge.exitCode(findings)).isEqualTo(Judge.EXIT_FAILED);
    }

    @Test
    void what_jmh_itself_allocates_is_not_blamed_on_slow_operations() {
        // 5 KB in 15,000 operations; 24 bytes in each of them
        Limits limits = new Limits(JMH_ITSELF, Map.of(), Map.of("A.a", "0"), List.of());
        assertThat(Judge.findings(limits, List.of(slow(0.33)))).extracting(Finding::verdict)
                .containsExactly(Verdict.PASSED);
        assertThat(Judge.findings(limits, List.of(slow(24.0)))).extracting(Finding::verdict)
                .containsExactly(Verdict.FAILED);
    }

    @Test
    void a_limited_benchmark_that_did_not_run_is_not_a_pass() {
        List<Finding> findings = Judge.findings(NO_ALLOCATION, List.of());
        assertThat(findings).singleElement().extracting(Finding::verdict).isEqualTo(Verdict.CANNOT_JUDGE);
        assertThat(Judge.exitCode(findings)).isEqualTo(Judge.EXIT_CANNOT_JUDGE);
    }

    @Test
    void a_run_without_the_gc_profiler_is_not_a_pass() throws Exception {
        List<Finding> findings = Judge.findings(NO_ALLOCATION,
                measurements(recorded.replace("gc.alloc.rate.norm", "something.else")));
        assertThat(Judge.exitCode(findings)).isEqualTo(Judge.EXIT_CANNOT_JUDGE);
    }

    @Test
    void a_benchmark_without_a_limit_fails() throws Exception {
        Limits limits = new Limits(JMH_ITSELF, Map.of(), Map.of("SchedulerBenchmark.choose", "0"), List.of());
        assertThat(Judge.findings(limits, measurements(recorded))).filteredOn(f -> f.verdict() == Verdict.FAILED)
                .singleElement().extracting(Finding::text).asString().contains("SchedulerBenchmark.baseline");
    }

    @Test
    void a_ratio_passes_or_fails_only_where_all_iterations_agree() {
        assertThat(ratio(List.of(10.0, 12.0), List.of(20.0, 24.0), 1.0)).isEqualTo(Verdict.PASSED);
        assertThat(ratio(List.of(30.0, 32.0), List.of(20.0, 24.0), 1.0)).isEqualTo(Verdict.FAILED);
        assertThat(ratio(List.of(21.0, 25.0), List.of(20.0, 24.0), 1.0)).isEqualTo(Verdict.CANNOT_JUDGE);
        assertThat(ratio(List.of(10.0), List.of(20.0, 24.0), 1.0)).isEqualTo(Verdict.CANNOT_JUDGE);
        assertThat(ratio(List.of(), List.of(20.0, 24.0), 1.0)).isEqualTo(Verdict.CANNOT_JUDGE);
    }

    @Test
    void a_ratio_compares_equal_parameters_only() {
        Ratio ratio = new Ratio(new Side("A.a", Map.of()), new Side("B.b", Map.of()), 1);
        Limits limits = new Limits(JMH_ITSELF, Map.of(), Map.of("A.a", "any", "B.b", "any"), List.of(ratio));
        List<Measurement> run = List.of(at("A.a", "4", 1), at("A.a", "32", 8), at("B.b", "4", 2), at("B.b", "32", 16));
        assertThat(Judge.findings(limits, run)).hasSize(2).allMatch(f -> f.verdict() == Verdict.PASSED);
    }

    @Test
    void the_limits_file_names_every_benchmark_and_nothing_else() {
        Set<String> benchmarks = BenchmarkList.defaultList()
                .getAll(OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT), List.of()).stream()
                .map(BenchmarkListEntry::getUsername).map(JmhResults::simpleName).collect(Collectors.toSet());
        Limits limits = Limits.read(LIMITS);
        assertThat(limits.allocation().keySet()).containsExactlyInAnyOrderElementsOf(benchmarks);
        for (Ratio ratio : limits.ratios()) {
            assertThat(benchmarks).contains(ratio.of().benchmark(), ratio.to().benchmark());
        }
    }

    @Test
    void limits_can_be_narrowed_to_some_benchmarks() {
        Ratio ratio = new Ratio(new Side("A.a", Map.of()), new Side("B.b", Map.of()), 1);
        Limits limits = new Limits(JMH_ITSELF, Map.of(), Map.of("A.a", "0", "B.b", "0"), List.of(ratio));
        Limits ofA = limits.only(Pattern.compile("^A"));
        assertThat(ofA.allocation()).containsOnly(Map.entry("A.a", "0"), Map.entry("B.b", "any"));
        assertThat(ofA.ratios()).containsExactly(ratio);
        assertThat(limits.only(Pattern.compile("^B")).ratios()).isEmpty();
        assertThat(Judge.exitCode(Judge.findings(limits.only(Pattern.compile("C")), List.of())))
                .as("nothing was judged").isEqualTo(Judge.EXIT_CANNOT_JUDGE);
    }

    @Test
    void a_real_run_catches_a_real_allocation() throws Exception {
        Limits limits = new Limits(JMH_ITSELF, Map.of(),
                Map.of("BenchGateSelfTest.counts", "0", "BenchGateSelfTest.allocates", "0"),
                List.of());
        List<Finding> findings = Judge.findings(limits,
                new GateRun(limits, directory, GateRun.Length.SHORT).measure(name -> {
                }));
        assertThat(findings).filteredOn(f -> f.verdict() == Verdict.FAILED).singleElement().extracting(Finding::text)
                .asString().contains("BenchGateSelfTest.allocates", "24.0");
        assertThat(findings).filteredOn(f -> f.verdict() == Verdict.PASSED).hasSize(1);
    }

    private List<Measurement> measurements(String json) throws Exception {
        return JmhResults.read(Files.writeString(directory.resolve("run.json"), json));
    }

    private static Measurement choose(List<Measurement> run, String scheduler) {
        return run.stream().filter(m -> scheduler.equals(m.parameters().get("scheduler"))).findFirst().orElseThrow();
    }

    private static Measurement slow(double bytes) {
        return new Measurement("A.a", Map.of(), List.of(20_000.0), bytes, 300e6);
    }

    private static Measurement at(String benchmark, String servers, double ns) {
        return new Measurement(benchmark, Map.of("servers", servers), List.of(ns, ns), 0, 1e9);
    }

    private static Verdict ratio(List<Double> of, List<Double> to, double atMost) {
        Limits limits = new Limits(JMH_ITSELF, Map.of(), Map.of("A.a", "any", "B.b", "any"),
                List.of(new Ratio(new Side("A.a", Map.of()), new Side("B.b", Map.of()), atMost)));
        List<Measurement> run = List.of(new Measurement("A.a", Map.of(), of, 0, 1e9),
                new Measurement("B.b", Map.of(), to, 0, 1e9));
        return Judge.findings(limits, run).getFirst().verdict();
    }
}

package io.sluice.perftests.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.perftests.LaboratoryExit;
import io.sluice.perftests.Main;
import io.sluice.perftests.lab.Comparison;
import io.sluice.perftests.lab.ComparisonFile;
import io.sluice.perftests.lab.Metric;
import io.sluice.perftests.lab.Timing;
import io.sluice.perftests.report.KnownResults;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Commands that need nothing but stored results. */
class StoredResultsTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void a_report_is_made_from_a_stored_result() throws IOException {
        Path result = folder.resolve("result.json");
        ComparisonFile.write(KnownResults.comparison(), result);
        assertThat(run("perf", "report", result.toString())).as("%s", err).isZero();
        assertThat(Files.readString(folder.resolve("report.html"))).contains("Sluice is ahead in 1 of 3 comparisons",
                "Pause Young (Allocation Failure), 12.50 ms at 2.20 s");
    }

    @Test
    void history_names_the_build_where_a_figure_changed() throws IOException {
        assertThat(history()).as("%s", err).isZero();
        assertThat(out.toString()).startsWith("40 runs of sluice, loopback-full, environment ");
        assertThat(row("rr-64/operations-per-second")).containsPattern("-(9|10)\\.\\d % at build30 \\(p 0\\.00\\d\\)");
        assertThat(row("rr-64/p99")).doesNotContain("build");
        assertThat(history("--output", "json", "--figure", "rr-64/p99")).isZero();
        assertThat(out.toString()).contains("\"changes\" : [ ]");
    }

    @Test
    void history_fails_where_the_last_change_is_for_the_worse() throws IOException {
        assertThat(history("--fail-on-change")).isEqualTo(LaboratoryExit.GATE_FAILED);
        assertThat(history("--fail-on-change", "--figure", "rr-64/p99")).isEqualTo(LaboratoryExit.OK);
    }

    @Test
    void a_history_without_runs_of_this_machine_says_what_it_has() throws IOException {
        Path file = folder.resolve("history.jsonl");
        KnownResults.writePast(file);
        assertThat(run("perf", "history", "--file", file.toString())).isEqualTo(LaboratoryExit.INTERNAL_ERROR);
        assertThat(err.toString()).contains("sluice in " + KnownResults.MACHINE.name() + " (loopback-full)");
    }

    @Test
    void two_results_differ_only_where_there_are_enough_values_to_tell() throws IOException {
        assertThat(compare(new double[]{1, 2, 3, 4, 5, 6}, new double[]{11, 12, 13, 14, 15, 16})).contains("differs");
        assertThat(compare(new double[]{1, 2, 3, 4, 5, 6}, new double[]{1, 2, 3, 4, 5, 6}))
                .contains("1.000  chance explains it");
        assertThat(compare(new double[]{1, 2, 3}, new double[]{11, 12, 13})).contains("too few values to tell");
        assertThat(compare(new double[]{0, 0, 0}, new double[]{0, 0, 0})).doesNotContain("NaN");
    }

    @Test
    void results_of_different_kinds_are_not_compared() throws IOException {
        Path run = folder.resolve("result.json");
        ComparisonFile.write(KnownResults.comparison(), run);
        Path load = Files.writeString(folder.resolve("load.json"), "{\"kind\": \"sluice-load\"}");
        assertThat(run("compare", run.toString(), load.toString())).isEqualTo(LaboratoryExit.INTERNAL_ERROR);
        assertThat(err.toString()).contains("different kinds");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void what_cannot_be_compared_is_named_before_any_table() throws IOException {
        String result = stored("a.json", new double[]{1, 2, 3}).toString();
        String missing = folder.resolve("missing.json").toString();
        String broken = Files.writeString(folder.resolve("broken.json"), "figures").toString();
        String other = Files.writeString(folder.resolve("other.json"), "{\"kind\": \"sluice-load\"}").toString();
        assertFails("compare: " + missing + " does not exist", result, missing);
        assertFails("compare: " + broken + " is no JSON", broken, result);
        assertFails("have no figure in common", other, other);
    }

    private void assertFails(String message, String a, String b) {
        assertThat(run("compare", a, b)).isEqualTo(LaboratoryExit.INTERNAL_ERROR);
        assertThat(err.toString()).contains(message).doesNotContain("Exception");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void compare_says_what_should_not_be_believed() throws IOException {
        Path late = Files.writeString(folder.resolve("late.json"), """
                {"kind": "sluice-load", "valid": false, "invalid-because": ["sent too late"], "plan": {"mode": "rr"},
                 "intervals": [{"operations-per-second": 10, "latency-us": {"p50": 5}}]}""");
        Path good = Files.writeString(folder.resolve("good.json"), """
                {"kind": "sluice-load", "valid": true, "plan": {"mode": "crc"},
                 "intervals": [{"operations-per-second": 20, "latency-us": {"p50": 6}}]}""");
        assertThat(run("compare", late.toString(), good.toString())).isZero();
        assertThat(out.toString()).contains("NOTE: " + late + " is invalid: sent too late",
                "NOTE: the two measured different things: rr and crc");
        out.getBuffer().setLength(0);
        assertThat(run("compare", "-o", "json", late.toString(), good.toString())).isZero();
        JsonNode json = JsonMapper.builder().build().readTree(out.toString());
        assertThat(json.at("/figures/0/figure").asString()).startsWith("operations-per-second");
        assertThat(json.at("/figures/0/ratio").asDouble()).isEqualTo(2);
        assertThat(json.at("/notes").size()).isEqualTo(2);
    }

    @Test
    void compare_tells_how_the_plans_differ() throws IOException {
        String form = """
                {"kind": "sluice-load", "plan": {"mode": "rr", "targets": ["%s"], "connections": "%d", "seconds": 2.0%s},
                 "intervals": [{"operations-per-second": 10}]}""";
        Path a = Files.writeString(folder.resolve("a.json"), form.formatted("10.0.0.1:80", 64, ""));
        Path same = Files.writeString(folder.resolve("same.json"), form.formatted("10.0.0.2:80", 64, ""));
        Path other = Files.writeString(folder.resolve("other.json"),
                form.formatted("10.0.0.1:80", 1, ", \"rate\": \"500\""));
        assertThat(run("compare", a.toString(), same.toString())).as("%s", err).isZero();
        assertThat(out.toString()).doesNotContain("NOTE");
        assertThat(run("compare", a.toString(), other.toString())).isZero();
        assertThat(out.toString()).contains("NOTE: the plans differ: connections 64 and 1; rate none and 500");
    }

    @Test
    void compare_fails_where_it_was_asked_to_and_chance_does_not_explain_it() throws IOException {
        Path slow = stored("slow.json", new double[]{10, 11, 12, 13, 14, 15});
        Path quick = stored("quick.json", new double[]{20, 21, 22, 23, 24, 25});
        String[] results = {"compare", quick.toString(), slow.toString(), "--fail-if"};
        assertThat(run(results[0], results[1], results[2])).isEqualTo(LaboratoryExit.OK);
        assertThat(failIf(results, "rate<-5%")).isEqualTo(LaboratoryExit.GATE_FAILED);
        assertThat(out.toString())
                .contains("FAILS: --fail-if 'rate<-5%': sluice rr-64/operations-per-second is 0.556 × A");
        assertThat(failIf(results, "rr-64/operations-per-second < 0.5")).isEqualTo(LaboratoryExit.OK);
        assertThat(failIf(results, "rate>+10%")).isEqualTo(LaboratoryExit.OK);
        assertThat(run("compare", quick.toString(), slow.toString(), "-o", "json", "--fail-if", "rate<0.9"))
                .isEqualTo(LaboratoryExit.GATE_FAILED);
        assertThat(out.toString()).contains("\"answer\" : \"FAILS\"");

        String few = stored("few.json", new double[]{1, 2, 3}).toString();
        assertThat(run("compare", quick.toString(), few, "--fail-if", "rate<0.9"))
                .isEqualTo(LaboratoryExit.CANNOT_JUDGE);
    }

    @Test
    void an_expression_that_compare_does_not_understand_is_refused_with_what_it_would() throws IOException {
        String result = stored("a.json", new double[]{1, 2, 3}).toString();
        for (String wrong : List.of("p99>2ms", "rate<5%", "rate<=0.9", "p99", "rate>+1.1")) {
            assertThat(run("compare", result, result, "--fail-if", wrong)).as(wrong).isEqualTo(LaboratoryExit.USAGE);
            assertThat(err.toString()).contains("--fail-if '" + wrong + "': ", "p99>+10%").doesNotContain("Exception");
        }
        assertThat(run("compare", result, result, "--fail-if", "p50>1.1")).isEqualTo(LaboratoryExit.USAGE);
        assertThat(err.toString()).contains("no figure ends in p50; there are sluice rr-64/operations-per-second");
    }

    private int failIf(String[] command, String expression) {
        out.getBuffer().setLength(0);
        return run(command[0], command[1], command[2], command[3], expression);
    }

    private String compare(double[] before, double[] after) throws IOException {
        out.getBuffer().setLength(0);
        Path a = stored("a.json", before);
        Path b = stored("b.json", after);
        assertThat(run("compare", a.toString(), b.toString())).as("%s", err).isZero();
        return out.toString();
    }

    private Path stored(String name, double[] values) throws IOException {
        Comparison comparison = new Comparison(Instant.EPOCH, "test", "test", values.length, Timing.SMOKE,
                KnownResults.MACHINE);
        for (int round = 0; round < values.length; round++) {
            comparison.put("sluice", "rr-64", Metric.OPERATIONS_PER_SECOND, round, values[round]);
        }
        Path file = folder.resolve(name);
        ComparisonFile.write(comparison, file);
        return file;
    }

    @Test
    void publishing_where_no_folder_is_fails_before_anything_is_measured() {
        assertThat(run("perf", "run", "--smoke", "--publish=" + folder.resolve("none/RESULTS.md")))
                .isEqualTo(LaboratoryExit.USAGE);
        assertThat(err.toString()).contains("there is no folder");
    }

    @Test
    void workloads_are_listed_with_what_they_find() {
        assertThat(run("perf", "workloads")).isZero();
        assertThat(out.toString()).contains("bulk-64", "udp-new", "failover", "lost-by-reload", "core: bulk-64");
    }

    private int history(String... options) throws IOException {
        Path file = folder.resolve("history.jsonl");
        KnownResults.writePast(file);
        String[] all = new String[6 + options.length];
        System.arraycopy(new String[]{"perf", "history", "--file", file.toString(), "--environment",
            KnownResults.MACHINE.name()}, 0, all, 0, 6);
        System.arraycopy(options, 0, all, 6, options.length);
        return run(all);
    }

    private String row(String figure) {
        return out.toString().lines().filter(line -> line.startsWith(figure + " ")).findFirst().orElse("no " + figure);
    }

    private int run(String... arguments) {
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }
}

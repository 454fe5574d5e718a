package io.sluice.perftests.cli;

import io.sluice.perftests.ExitCode;
import io.sluice.perftests.lab.Comparison;
import io.sluice.perftests.lab.ComparisonFile;
import io.sluice.perftests.lab.Series;
import io.sluice.perftests.stats.MannWhitney;
import io.sluice.perftests.stats.Samples;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** `sluice compare A B`: two results side by side, and whether chance explains the difference. */
@Command(name = "compare", mixinStandardHelpOptions = true, description = "Compares two results of `sluice load --out` or of `sluice perf run`, with significance (Mann-Whitney).", footerHeading = "%nExamples:%n", footer = {
    "  sluice compare before.json after.json"})
public final class CompareCommand implements Callable<Integer> {
    private static final double SIGNIFICANT = 0.01;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(index = "0", paramLabel = "A", description = "the earlier result")
    private Path left = Path.of("");

    @Parameters(index = "1", paramLabel = "B", description = "the later result")
    private Path right = Path.of("");

    @Override
    public Integer call() throws IOException {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        JsonMapper json = JsonMapper.builder().build();
        JsonNode a = json.readTree(Files.readString(left));
        JsonNode b = json.readTree(Files.readString(right));
        String kind = a.path("kind").asString("");
        if (!kind.equals(b.path("kind").asString(""))) {
            throw new IOException(left + " and " + right + " are results of different kinds");
        }
        if (!kind.equals(ComparisonFile.KIND) && !kind.equals("sluice-load")) {
            throw new IOException(left + " is neither a result of `sluice load --out` nor of `sluice perf run`");
        }
        out.printf("%-44s %14s %14s %9s  %s%n", "figure", "A", "B", "B / A", "significance");
        if (kind.equals(ComparisonFile.KIND)) {
            comparisons(out, ComparisonFile.read(left), ComparisonFile.read(right));
        } else {
            loads(out, a, b);
        }
        out.flush();
        return ExitCode.OK;
    }

    private static void comparisons(PrintWriter out, Comparison a, Comparison b) {
        for (Series before : a.series) {
            Optional<Series> after = b.find(before.contender(), before.workload(), before.metric());
            after.ifPresent(
                    series -> row(out, before.contender() + " " + before.workload() + "/" + before.metric().word,
                            before.present(), series.present()));
        }
    }

    private static void loads(PrintWriter out, JsonNode a, JsonNode b) {
        for (String figure : new String[]{"operations-per-second", "bytes-sent-per-second", "bytes-received-per-second",
            "latency-us/p50", "latency-us/p99", "latency-us/max"}) {
            double[] before = perInterval(a, figure);
            double[] after = perInterval(b, figure);
            if (before.length > 0 && after.length > 0) {
                row(out, figure + " (per interval)", before, after);
            }
        }
    }

    private static double[] perInterval(JsonNode result, String figure) {
        return StreamSupport.stream(result.path("intervals").spliterator(), false)
                .map(interval -> interval.at("/" + figure)).filter(JsonNode::isNumber).mapToDouble(JsonNode::asDouble)
                .toArray();
    }

    private static void row(PrintWriter out, String figure, double[] before, double[] after) {
        double p = MannWhitney.p(before, after);
        double a = Samples.median(before);
        double b = Samples.median(after);
        out.printf(Locale.ROOT, "%-44s %14.2f %14.2f %9s  %s (p %.4f, n %d and %d)%n", figure, a, b,
                a == 0 ? "-" : String.format(Locale.ROOT, "%.3f", b / a), words(p, before.length, after.length), p,
                before.length, after.length);
    }

    private static String words(double p, int before, int after) {
        if (p < SIGNIFICANT) {
            return "differs";
        }
        // as different as so few values can be
        double[] low = IntStream.range(0, before).asDoubleStream().toArray();
        double[] high = IntStream.range(before, before + after).asDoubleStream().toArray();
        return MannWhitney.p(low, high) < SIGNIFICANT ? "chance explains it" : "too few values to tell";
    }
}

package io.sluice.perftests.cli;

import io.sluice.perftests.ExitCode;
import io.sluice.perftests.lab.Comparison;
import io.sluice.perftests.lab.ComparisonFile;
import io.sluice.perftests.lab.Series;
import io.sluice.perftests.load.ResultFile;
import io.sluice.perftests.stats.MannWhitney;
import io.sluice.perftests.stats.Samples;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
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

    /** One figure that both results have. */
    private record Row(String figure, double[] before, double[] after) {
    }

    @Override
    public Integer call() throws IOException {
        List<Row> rows = rows();
        if (rows.isEmpty()) {
            throw new IOException(left + " and " + right + " have no figure in common");
        }
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        out.printf("%-44s %14s %14s %9s  %s%n", "figure", "A", "B", "B / A", "significance");
        rows.forEach(row -> print(out, row));
        out.flush();
        return ExitCode.OK;
    }

    private List<Row> rows() throws IOException {
        JsonNode a = read(left);
        JsonNode b = read(right);
        String kind = a.path("kind").asString("");
        if (!kind.equals(b.path("kind").asString(""))) {
            throw new IOException(left + " and " + right + " are results of different kinds");
        }
        return switch (kind) {
            case ComparisonFile.KIND -> comparisons(ComparisonFile.read(left), ComparisonFile.read(right));
            case ResultFile.KIND -> loads(a, b);
            default -> throw new IOException(
                    left + " is neither a result of `sluice load --out` nor of `sluice perf run`");
        };
    }

    private static JsonNode read(Path file) throws IOException {
        try {
            return JsonMapper.shared().readTree(Files.readString(file));
        } catch (JacksonException e) {
            throw new IOException(file + " is no JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static List<Row> comparisons(Comparison a, Comparison b) {
        List<Row> rows = new ArrayList<>();
        for (Series before : a.series) {
            b.find(before.contender(), before.workload(), before.metric()).ifPresent(after -> rows
                    .add(new Row(before.contender() + " " + before.workload() + "/" + before.metric().word,
                            before.present(), after.present())));
        }
        return rows;
    }

    private static List<Row> loads(JsonNode a, JsonNode b) {
        return Stream.of("operations-per-second", "bytes-sent-per-second", "bytes-received-per-second",
                "latency-us/p50", "latency-us/p99", "latency-us/max")
                .map(figure -> new Row(figure + " (per interval)", perInterval(a, figure), perInterval(b, figure)))
                .filter(row -> row.before.length > 0 && row.after.length > 0).toList();
    }

    private static double[] perInterval(JsonNode result, String figure) {
        return StreamSupport.stream(result.path("intervals").spliterator(), false)
                .map(interval -> interval.at("/" + figure)).filter(JsonNode::isNumber).mapToDouble(JsonNode::asDouble)
                .toArray();
    }

    private static void print(PrintWriter out, Row row) {
        double p = MannWhitney.p(row.before, row.after);
        double a = Samples.median(row.before);
        double b = Samples.median(row.after);
        out.printf(Locale.ROOT, "%-44s %14.2f %14.2f %9s  %s (p %.4f, n %d and %d)%n", row.figure, a, b,
                a == 0 ? "-" : String.format(Locale.ROOT, "%.3f", b / a), words(p, row.before.length, row.after.length),
                p, row.before.length, row.after.length);
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

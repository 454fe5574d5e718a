package io.sluice.perftests.cli;

import io.sluice.perftests.LaboratoryExit;
import io.sluice.perftests.lab.Comparison;
import io.sluice.perftests.lab.ComparisonFile;
import io.sluice.perftests.lab.Series;
import io.sluice.perftests.load.ResultFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** `sluice compare A B`: two results side by side, and whether chance explains the difference. */
@Command(name = "compare", mixinStandardHelpOptions = true, description = "Compares two results of `sluice load --out` or of `sluice perf run`, with significance (Mann-Whitney).", footerHeading = "%nExamples:%n", footer = {
    "  sluice compare before.json after.json", "  sluice compare before.json after.json -o json",
    "  sluice compare before.json after.json --fail-if 'p99>+10%%' --fail-if 'rate<-5%%'"})
public final class CompareCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(index = "0", paramLabel = "A", description = "the earlier result")
    private Path left = Path.of("");

    @Parameters(index = "1", paramLabel = "B", description = "the later result")
    private Path right = Path.of("");

    @Option(names = {"-o",
        "--output"}, paramLabel = "text|json", description = "what stdout gets (default ${DEFAULT-VALUE})", defaultValue = "text")
    private Output output = Output.TEXT;

    private enum Output {
        TEXT, JSON
    }

    @Option(names = "--fail-if", paramLabel = "EXPRESSION", description = "exit 99 where B / A of a figure is beyond this and chance does not explain it: p99>+10%%, rate<-5%%, rr-64/p99>1.1; repeatable. 98 where there are too few values to tell, or a result is invalid")
    private List<String> failIf = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        List<FailIf> conditions = failIf.stream().map(FailIf::parse).toList();
        JsonNode a = read(left);
        JsonNode b = read(right);
        List<ComparedFigure> rows = rows(a, b);
        if (rows.isEmpty()) {
            throw new IOException(left + " and " + right + " have no figure in common");
        }
        List<FailIf.Finding> findings = conditions.stream().flatMap(one -> one.judge(rows).stream()).toList();
        List<String> remarks = remarks(a, b);
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        if (output == Output.JSON) {
            out.println(json(rows, remarks, findings).toPrettyString());
        } else {
            out.printf("%-44s %14s %14s %9s  %s%n", a.has("intervals") ? "figure (per interval)" : "figure", "A", "B",
                    "B / A", "significance");
            rows.forEach(row -> print(out, row));
            remarks.forEach(remark -> out.println("NOTE: " + remark));
            findings.forEach(finding -> out.println(finding.describe()));
        }
        out.flush();
        if (findings.stream().anyMatch(FailIf.Finding::fails)) {
            return LaboratoryExit.GATE_FAILED;
        }
        boolean doubtful = findings.stream().anyMatch(FailIf.Finding::cannotJudge) || !valid(a) || !valid(b);
        return doubtful && !findings.isEmpty() ? LaboratoryExit.CANNOT_JUDGE : LaboratoryExit.OK;
    }

    private static boolean valid(JsonNode result) {
        return result.path("valid").asBoolean(true);
    }

    private List<ComparedFigure> rows(JsonNode a, JsonNode b) throws IOException {
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

    /** Why these figures say less than they seem to. */
    private List<String> remarks(JsonNode a, JsonNode b) {
        List<String> remarks = new ArrayList<>();
        Map<Path, JsonNode> results = new LinkedHashMap<>();
        results.put(left, a);
        results.put(right, b);
        results.forEach((file, result) -> {
            if (!valid(result)) {
                remarks.add(file + " is invalid: " + StreamSupport.stream(result.path("invalid-because").spliterator(),
                        false).map(JsonNode::asString).collect(Collectors.joining("; ")));
            }
        });
        String before = a.path("plan").path("mode").asString("");
        String after = b.path("plan").path("mode").asString("");
        if (!before.equals(after)) {
            remarks.add("the two measured different things: " + before + " and " + after);
        }
        PlanDifference.between(a, b).ifPresent(remarks::add);
        return remarks;
    }

    private static List<ComparedFigure> comparisons(Comparison a, Comparison b) {
        List<ComparedFigure> rows = new ArrayList<>();
        for (Series before : a.series) {
            b.find(before.contender(), before.workload(), before.metric()).ifPresent(after -> rows
                    .add(new ComparedFigure(before.contender() + " " + before.workload() + "/" + before.metric().word,
                            before.present(), after.present())));
        }
        return rows;
    }

    private static List<ComparedFigure> loads(JsonNode a, JsonNode b) {
        return Stream.of("operations-per-second", "bytes-sent-per-second", "bytes-received-per-second",
                "latency-us/p50", "latency-us/p99", "latency-us/max")
                .map(figure -> new ComparedFigure(figure, perInterval(a, figure), perInterval(b, figure)))
                .filter(row -> row.before().length > 0 && row.after().length > 0).toList();
    }

    private static double[] perInterval(JsonNode result, String figure) {
        return StreamSupport.stream(result.path("intervals").spliterator(), false)
                .map(interval -> interval.at("/" + figure)).filter(JsonNode::isNumber).mapToDouble(JsonNode::asDouble)
                .toArray();
    }

    private static void print(PrintWriter out, ComparedFigure row) {
        out.printf(Locale.ROOT, "%-44s %14.2f %14.2f %9s  %s (p %.4f, n %d and %d)%n", row.figure(), row.a(), row.b(),
                row.a() == 0 ? "-" : String.format(Locale.ROOT, "%.3f", row.ratio()), row.significance().words,
                row.p(), row.before().length, row.after().length);
    }

    private static ObjectNode json(List<ComparedFigure> rows, List<String> remarks, List<FailIf.Finding> findings) {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        ArrayNode figures = root.putArray("figures");
        for (ComparedFigure row : rows) {
            ObjectNode figure = figures.addObject().put("figure", row.figure()).put("a", row.a()).put("b", row.b());
            if (row.a() != 0) {
                figure.put("ratio", row.ratio());
            }
            figure.put("verdict", row.significance().words).put("p", row.p()).put("values-of-a", row.before().length)
                    .put("values-of-b", row.after().length);
        }
        ArrayNode notes = root.putArray("notes");
        remarks.forEach(notes::add);
        ArrayNode conditions = root.putArray("fail-if");
        findings.forEach(finding -> conditions.addObject().put("expression", finding.expression().text())
                .put("figure", finding.figure().figure()).put("answer", finding.answer()));
        return root;
    }
}

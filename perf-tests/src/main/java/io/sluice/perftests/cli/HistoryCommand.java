package io.sluice.perftests.cli;

import io.sluice.perftests.LaboratoryExit;
import io.sluice.perftests.history.Entry;
import io.sluice.perftests.history.History;
import io.sluice.perftests.history.Trend;
import io.sluice.perftests.host.Fingerprint;
import io.sluice.perftests.host.StateFolder;
import io.sluice.perftests.stats.ChangePoints;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** `sluice perf history`: each figure over the runs of the past, and where it changed. */
@Command(name = "history", sortOptions = false, mixinStandardHelpOptions = true, description = {
    "Shows every figure over the runs of the past, and where it changed (E-divisive, from 30 runs on).",
    "Only runs of one contender, one environment and one setting (topology and length of trials) compare."}, footerHeading = "%nExamples:%n", footer = {
        "  sluice perf history",
        "  sluice perf history --contender haproxy --figure rr-64/operations-per-second",
        "  sluice perf history --fail-on-change    exit 99 where the newest level of a figure is worse than the one before"})
final class HistoryCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--file", paramLabel = "FILE", description = "the history (default: history.jsonl in the state folder)")
    private @Nullable Path file;

    @Option(names = "--contender", paramLabel = "NAME", description = "whose (default ${DEFAULT-VALUE})", defaultValue = "sluice")
    private String contender = "sluice";

    @Option(names = "--environment", paramLabel = "ID", description = "of which machine (default: this one; all of them are listed where it has no run)")
    private @Nullable String environment;

    @Option(names = "--setting", paramLabel = "NAME", description = "like loopback-full (default: that of the newest run)")
    private @Nullable String setting;

    @Option(names = "--figure", paramLabel = "FIGURE", description = "only this one, like rr-64/p99; with /control behind it: relative to the control")
    private @Nullable String figure;

    @Option(names = "--fail-on-change", description = "exit 99 where the last change of a figure made it worse")
    private boolean failOnChange;

    @Option(names = {"-o",
        "--output"}, paramLabel = "text|json", description = "what stdout gets (default ${DEFAULT-VALUE})", defaultValue = "text")
    private String output = "text";

    @Override
    public Integer call() throws IOException {
        if (!output.equals("text") && !output.equals("json")) {
            throw new IllegalArgumentException("'" + output + "' is not an output: text or json");
        }
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        Path from = file != null ? file : StateFolder.history();
        List<Entry> all = History.read(from);
        String where = environment != null ? environment : Fingerprint.ofThisHost().name();
        List<Entry> here = all.stream()
                .filter(entry -> entry.contender().equals(contender) && entry.environment().equals(where)).toList();
        if (here.isEmpty()) {
            throw new IOException(from + " has no run of " + contender + " in environment " + where + known(all));
        }
        String which = setting != null ? setting : here.getLast().setting();
        List<Entry> runs = History.comparable(here, contender, which, where);
        List<Trend> trends = Trend.of(runs).stream().filter(one -> figure == null || one.figure().equals(figure))
                .toList();
        if (trends.isEmpty()) {
            throw new IOException("no run of " + contender + " (" + which + ") has a figure "
                    + Objects.requireNonNullElse(figure, ""));
        }
        if (output.equals("json")) {
            out.println(json(trends, which, where).toPrettyString());
        } else {
            text(out, trends, runs, which, where);
        }
        out.flush();
        return failOnChange && trends.stream().anyMatch(Trend::lastChangeIsWorse)
                ? LaboratoryExit.GATE_FAILED
                : LaboratoryExit.OK;
    }

    private static String known(List<Entry> all) {
        List<String> known = all.stream()
                .map(entry -> entry.contender() + " in " + entry.environment() + " (" + entry.setting() + ")")
                .distinct().toList();
        return known.isEmpty() ? ": it is empty; `sluice perf run` adds to it" : "; it has " + String.join(", ", known);
    }

    private void text(PrintWriter out, List<Trend> trends, List<Entry> runs, String which, String where) {
        out.printf("%d runs of %s, %s, environment %s, %s to %s%n", runs.size(), contender, which, where,
                runs.getFirst().time().toString().substring(0, 16), runs.getLast().time().toString().substring(0, 16));
        if (runs.size() < ChangePoints.FEWEST_POINTS) {
            out.printf("Changes are looked for from %d runs on.%n", ChangePoints.FEWEST_POINTS);
        }
        out.printf("%n%-44s %5s %14s %14s  %s%n", "figure", "runs", "median", "newest", "changes");
        for (Trend trend : trends) {
            List<String> changes = new ArrayList<>();
            for (ChangePoints.ChangePoint change : trend.changes()) {
                changes.add(String.format(Locale.ROOT, "%+.1f %% at %s (p %.3f)", change.change() * 100,
                        trend.builds().get(change.index()), change.p()));
            }
            out.printf("%-44s %5d %14s %14s  %s%n", trend.figure(), trend.values().length,
                    trend.show(trend.median()), trend.show(trend.newest()), String.join("; ", changes));
        }
    }

    private ObjectNode json(List<Trend> trends, String which, String where) {
        ObjectNode root = JsonMapper.builder().build().createObjectNode();
        root.put("kind", "sluice-history").put("contender", contender).put("setting", which).put("environment", where);
        ArrayNode figures = root.putArray("figures");
        for (Trend trend : trends) {
            ObjectNode one = figures.addObject().put("figure", trend.figure());
            ArrayNode values = one.putArray("values");
            for (double value : trend.values()) {
                values.add(value);
            }
            ArrayNode builds = one.putArray("builds");
            trend.builds().forEach(builds::add);
            ArrayNode changes = one.putArray("changes");
            for (ChangePoints.ChangePoint change : trend.changes()) {
                changes.addObject().put("index", change.index()).put("build", trend.builds().get(change.index()))
                        .put("before", change.before()).put("after", change.after()).put("p", change.p());
            }
        }
        return root;
    }
}

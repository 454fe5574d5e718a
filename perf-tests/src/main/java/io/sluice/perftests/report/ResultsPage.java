package io.sluice.perftests.report;

import io.sluice.perftests.lab.Comparison;
import io.sluice.perftests.lab.Metric;
import io.sluice.perftests.lab.Series;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Comparisons as a page of Markdown: the verdict, the figures with their spread, and all that is needed to make it
 * again. Stateless.
 */
public final class ResultsPage {
    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final Map<String, String> NAMES = Map.of("sluice", "Sluice", "haproxy", "HAProxy", "nginx", "nginx",
            "nft", "nftables", "direct", "nothing between");
    private static final int SPREAD_NEEDS = 2;

    /**
     * How the figures came to be.
     *
     * @param build the source Sluice was built from, as git names it
     */
    public record Provenance(String command, String build, Duration took) {
    }

    private ResultsPage() {
    }

    public static String page(List<Comparison> comparisons, Provenance provenance) {
        Comparison first = comparisons.getFirst();
        StringBuilder text = new StringBuilder("# Results\n\n");
        comparisons.forEach(one -> text.append("**").append(place(one)).append(":** ").append(Words.headline(one))
                .append('\n').append('\n'));
        text.append("Made on ").append(MINUTE.format(first.started)).append(" from commit `").append(provenance.build())
                .append("` in ").append(several(provenance.took().toMinutes() + 1, "minute"))
                .append(" by one command, and not edited:\n\n```sh\n")
                .append(provenance.command()).append("\n```\n\n");
        text.append(
                """
                        ## How to read it

                        - In every round each contender is started afresh on its own processor, and every workload visits all of them in turn, several times, before the next begins. What drifts on the machine drifts for all.
                        - Figures are **medians of the rounds** (of the visits within a round; percentiles are of all its operations). A ratio is Sluice divided by the other **within a round**; behind it stand the lowest and the highest round.
                        - %s
                        - "nothing between" is the client talking to the server: what the machine can do at most.

                        """
                        .formatted(Words.MARKS));
        comparisons.forEach(one -> section(text, one));
        environment(text, first);
        return text.toString();
    }

    /** The first figure of every workload, for a README. */
    public static String glance(Comparison comparison, Provenance provenance) {
        StringBuilder text = new StringBuilder();
        text.append(Words.headline(comparison)).append(" Medians of ").append(comparison.rounds)
                .append(" interleaved rounds, ratios within a round with their range; bold where Sluice is better in every round and by 5 % or more, italic where it is worse. ")
                .append(place(comparison)).append(", ").append(comparison.layout).append("; ")
                .append(comparison.environment.ordered().getOrDefault("kernel", "")).append(", JDK ")
                .append(comparison.environment.ordered().getOrDefault("jdk", "")).append(", ")
                .append(MINUTE.format(comparison.started)).append(", commit `").append(provenance.build())
                .append("`.\n\n");
        table(text, comparison, false);
        return text.append("\n`").append(provenance.command())
                .append("` makes this table and [all figures](perf-tests/RESULTS.md).\n").toString();
    }

    private static String place(Comparison comparison) {
        return comparison.topology.contains("veth") ? "Between network namespaces (veth)" : "Loopback";
    }

    private static String several(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private static void section(StringBuilder text, Comparison comparison) {
        text.append("## ").append(place(comparison)).append("\n\n");
        text.append(String.format(Locale.ROOT,
                "%s, each trial %.1f s in %s after %.1f s of warm-up; %s; %s.%n%n",
                several(comparison.rounds, "interleaved round"), comparison.timing.measuredNs() / 1e9,
                several(comparison.timing.visits(), "visit"),
                comparison.timing.warmUpNs() / 1e9,
                comparison.topology, comparison.layout));
        table(text, comparison, true);
        text.append("\n<details><summary>Lowest and highest round of every figure</summary>\n\n");
        spreads(text, comparison);
        text.append("\n</details>\n\n");
        comparison.contenders.forEach((name, description) -> text.append("- **").append(name(name)).append("**: ")
                .append(description).append('\n'));
        if (!comparison.remarks.isEmpty()) {
            text.append("\nRemarks:\n\n");
            comparison.remarks.forEach(remark -> text.append("- ").append(line(remark)).append('\n'));
        }
        text.append('\n');
    }

    private static void table(StringBuilder text, Comparison comparison, boolean everyMetric) {
        List<String> contenders = List.copyOf(comparison.contenders.keySet());
        List<String> peers = Words.own(comparison).isPresent() ? Words.peers(comparison) : List.of();
        List<String> head = new ArrayList<>(List.of("work", "figure"));
        contenders.forEach(contender -> head.add(name(contender)));
        peers.forEach(peer -> head.add("÷ " + name(peer)));
        row(text, head);
        text.append("|---|---|").append("---:|".repeat(contenders.size() + peers.size())).append('\n');
        for (Map.Entry<String, String> workload : comparison.workloads.entrySet()) {
            String title = workload.getValue();
            for (Metric metric : shown(comparison, workload.getKey(), everyMetric)) {
                List<String> cells = new ArrayList<>(List.of(title, metric.title));
                contenders.forEach(contender -> cells.add(
                        comparison.find(contender, workload.getKey(), metric).map(one -> metric.show(one.median()))
                                .orElse("–")));
                peers.forEach(peer -> cells.add(ratio(comparison, peer, workload.getKey(), metric)));
                row(text, cells);
                title = "";
            }
        }
    }

    /** The middle of a distribution and its far end are left to the second table, where its 99th percentile is here. */
    private static List<Metric> shown(Comparison comparison, String workload, boolean everyMetric) {
        List<Metric> all = comparison.metrics(workload);
        return all.stream().filter(metric -> metric == all.getFirst()
                || (everyMetric && metric != Metric.P50 && metric != Metric.P999)).toList();
    }

    private static String ratio(Comparison comparison, String peer, String workload, Metric metric) {
        Optional<Words.Standing> found = Words.own(comparison)
                .flatMap(own -> Words.standing(comparison, own, peer, workload, metric));
        return found.map(Words.Standing::marked).orElse("–");
    }

    private static void spreads(StringBuilder text, Comparison comparison) {
        List<String> contenders = List.copyOf(comparison.contenders.keySet());
        List<String> head = new ArrayList<>(List.of("workload", "figure"));
        contenders.forEach(contender -> head.add(name(contender)));
        row(text, head);
        text.append("|---|---|").append("---:|".repeat(contenders.size())).append('\n');
        for (String workload : comparison.workloads.keySet()) {
            for (Metric metric : comparison.metrics(workload)) {
                List<String> cells = new ArrayList<>(List.of("`" + workload + "`", metric.title));
                contenders.forEach(contender -> cells.add(comparison.find(contender, workload, metric)
                        .map(one -> spread(one, metric)).orElse("–")));
                row(text, cells);
            }
        }
    }

    private static String spread(Series series, Metric metric) {
        double[] present = series.present();
        if (present.length == 0) {
            return "–";
        }
        return present.length < SPREAD_NEEDS
                ? metric.show(series.median()) + " (one round)"
                : metric.show(series.min()) + " – " + metric.show(series.max());
    }

    private static void environment(StringBuilder text, Comparison comparison) {
        text.append("## Environment\n\n| | |\n|---|---|\n");
        comparison.environment.ordered().forEach((key, value) -> row(text, List.of(key, value)));
    }

    private static void row(StringBuilder text, List<String> cells) {
        text.append("| ").append(String.join(" | ", cells.stream().map(ResultsPage::line).toList())).append(" |\n");
    }

    private static String line(String text) {
        return text.replace('\n', ' ').replace("|", "\\|");
    }

    /** `sluice:relay=copy` is Sluice with that option. */
    private static String name(String contender) {
        int options = contender.indexOf(':');
        String base = options < 0 ? contender : contender.substring(0, options);
        return NAMES.getOrDefault(base, base)
                + (options < 0 ? "" : " (" + contender.substring(options + 1).replace(":", ", ") + ")");
    }
}

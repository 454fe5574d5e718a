package io.sluice.perftests.lab;

import io.sluice.perftests.stats.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A comparison as Markdown: medians with their spread, and Sluice against each peer of the same round. Stateless. */
public final class MarkdownTable {
    private static final List<String> PEERS = List.of("haproxy", "nginx");

    private MarkdownTable() {
    }

    public static String of(Comparison comparison) {
        StringBuilder text = new StringBuilder();
        List<String> contenders = List.copyOf(comparison.contenders.keySet());
        text.append("| workload | figure |");
        contenders.forEach(contender -> text.append(' ').append(contender).append(" |"));
        String own = contenders.stream().filter(contender -> contender.startsWith("sluice")).findFirst().orElse("");
        List<String> peers = own.isEmpty()
                ? List.of()
                : contenders.stream().filter(contender -> PEERS.stream().anyMatch(contender::startsWith)).toList();
        peers.forEach(peer -> text.append(" ").append(own).append(" ÷ ").append(peer).append(" |"));
        text.append("\n|---|---|").append("---|".repeat(contenders.size() + peers.size())).append('\n');
        for (String workload : comparison.workloads.keySet()) {
            for (Metric metric : comparison.metrics(workload)) {
                List<String> cells = new ArrayList<>();
                cells.add(comparison.workloads.get(workload));
                cells.add(metric.title);
                contenders.forEach(contender -> cells.add(cell(comparison.find(contender, workload, metric), metric)));
                peers.forEach(peer -> cells.add(ratio(comparison, own, peer, workload, metric)));
                text.append("| ").append(String.join(" | ", cells)).append(" |\n");
            }
        }
        return text.toString();
    }

    private static String cell(Optional<Series> series, Metric metric) {
        if (series.isEmpty() || series.get().present().length == 0) {
            return "-";
        }
        Series one = series.get();
        return one.present().length == 1
                ? metric.show(one.median())
                : "**" + metric.show(one.median()) + "** (" + metric.show(one.min()) + " – " + metric.show(one.max())
                        + ")";
    }

    private static String ratio(Comparison comparison, String own, String peer, String workload, Metric metric) {
        Optional<Series> left = comparison.find(own, workload, metric);
        Optional<Series> right = comparison.find(peer, workload, metric);
        if (left.isEmpty() || right.isEmpty()) {
            return "-";
        }
        double[] ratios = left.get().ratios(right.get());
        if (ratios.length == 0) {
            return "-";
        }
        double median = Samples.median(ratios);
        String spread = ratios.length == 1
                ? ""
                : String.format(Locale.ROOT, " (%.2f – %.2f)", Samples.min(ratios), Samples.max(ratios));
        boolean better = metric.moreIsBetter ? median > 1 : median < 1;
        return String.format(Locale.ROOT, "%s%.2f%s%s", better ? "**" : "", median, better ? "**" : "", spread);
    }
}

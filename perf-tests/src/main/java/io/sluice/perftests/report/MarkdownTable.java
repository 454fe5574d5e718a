package io.sluice.perftests.report;

import io.sluice.perftests.lab.Comparison;
import io.sluice.perftests.lab.Metric;
import io.sluice.perftests.lab.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A comparison as Markdown: medians with their spread, and Sluice against each peer of the same round. Stateless. */
public final class MarkdownTable {
    private MarkdownTable() {
    }

    public static String of(Comparison comparison) {
        StringBuilder text = new StringBuilder();
        List<String> contenders = List.copyOf(comparison.contenders.keySet());
        text.append("| workload | figure |");
        contenders.forEach(contender -> text.append(' ').append(contender).append(" |"));
        String own = Words.own(comparison).orElse("");
        List<String> peers = own.isEmpty() ? List.of() : Words.peers(comparison);
        peers.forEach(peer -> text.append(" ").append(own).append(" ÷ ").append(peer).append(" |"));
        text.append("\n|---|---|").append("---|".repeat(contenders.size() + peers.size())).append('\n');
        for (String workload : comparison.workloads.keySet()) {
            for (Metric metric : comparison.metrics(workload)) {
                List<String> cells = new ArrayList<>();
                cells.add(comparison.workloads.get(workload));
                cells.add(metric.title);
                contenders.forEach(contender -> cells.add(cell(comparison.find(contender, workload, metric), metric)));
                peers.forEach(peer -> cells.add(Words.standing(comparison, own, peer, workload, metric)
                        .map(Words.Standing::marked).orElse("–")));
                text.append("| ").append(String.join(" | ", cells)).append(" |\n");
            }
        }
        return peers.isEmpty() ? text.toString() : text.append('\n').append(Words.MARKS).append('\n').toString();
    }

    private static String cell(Optional<Series> series, Metric metric) {
        if (series.isEmpty() || series.get().present().length == 0) {
            return "–";
        }
        Series one = series.get();
        return one.present().length == 1
                ? metric.show(one.median())
                : metric.show(one.median()) + " (" + metric.show(one.min()) + " – " + metric.show(one.max()) + ")";
    }
}

package io.sluice.perftests.report;

import io.sluice.perftests.lab.Comparison;
import io.sluice.perftests.lab.Metric;
import io.sluice.perftests.lab.Series;
import io.sluice.perftests.stats.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A comparison in sentences: who is ahead at what, by how much, and where the rounds do not agree. Stateless. */
final class Words {
    /** Three rounds agree by chance now and then: smaller differences are none. */
    private static final double LEVEL = 0.05;

    /** What the marks of {@link Standing#marked} mean, in every table. */
    static final String MARKS = "**Bold**: Sluice is better in every round. _Italic_: it is worse in every round. Plain: level, as the rounds do not agree or differ by less than 5 %.";

    /** One workload against one peer. */
    record Standing(String workload, String peer, Metric metric, double ratio, double low, double high) {
        /** 1 ahead, -1 behind, 0 where the rounds disagree or the difference is small. */
        int sign() {
            if ((low <= 1 && high >= 1) || Math.abs(ratio - 1) < LEVEL) {
                return 0;
            }
            return ratio > 1 == metric.moreIsBetter ? 1 : -1;
        }

        /** The ratio with its range, in Markdown. */
        String marked() {
            String mark = sign() > 0 ? "**" : sign() < 0 ? "_" : "";
            String spread = low == high ? "" : String.format(Locale.ROOT, " (%.2f–%.2f)", low, high);
            return String.format(Locale.ROOT, "%s%.2f%s%s", mark, ratio, mark, spread);
        }

        String phrase() {
            String times = String.format(Locale.ROOT, "%.2f × %s", ratio, peer);
            return sign() == 0 ? "level with " + peer + String.format(Locale.ROOT, " (%.2f ×)", ratio) : times;
        }
    }

    private Words() {
    }

    static Optional<String> own(Comparison comparison) {
        return comparison.contenders.keySet().stream().filter(name -> name.startsWith("sluice")).findFirst();
    }

    static List<String> peers(Comparison comparison) {
        return comparison.contenders.keySet().stream()
                .filter(name -> name.startsWith("haproxy") || name.startsWith("nginx") || name.equals("nft")).toList();
    }

    /** By the first metric of each workload. */
    static List<Standing> standings(Comparison comparison) {
        List<Standing> standings = new ArrayList<>();
        own(comparison).ifPresent(own -> {
            for (String workload : comparison.workloads.keySet()) {
                comparison.metrics(workload).stream().findFirst().ifPresent(metric -> {
                    for (String peer : peers(comparison)) {
                        standing(comparison, own, peer, workload, metric).ifPresent(standings::add);
                    }
                });
            }
        });
        return standings;
    }

    static Optional<Standing> standing(Comparison comparison, String own, String peer, String workload,
            Metric metric) {
        Optional<Series> left = comparison.find(own, workload, metric);
        Optional<Series> right = comparison.find(peer, workload, metric);
        if (left.isEmpty() || right.isEmpty()) {
            return Optional.empty();
        }
        double[] ratios = left.get().ratios(right.get());
        return ratios.length == 0
                ? Optional.empty()
                : Optional.of(new Standing(workload, peer, metric, Samples.median(ratios), Samples.min(ratios),
                        Samples.max(ratios)));
    }

    static String headline(Comparison comparison) {
        List<Standing> standings = standings(comparison);
        if (standings.isEmpty()) {
            return "Nothing to compare Sluice with: the figures stand by themselves.";
        }
        long ahead = standings.stream().filter(one -> one.sign() > 0).count();
        long level = standings.stream().filter(one -> one.sign() == 0).count();
        long behind = standings.size() - ahead - level;
        return String.format(Locale.ROOT,
                "Sluice is ahead in %d of %d comparisons with its peers, level in %d, behind in %d.", ahead,
                standings.size(), level, behind);
    }
}

package io.sluice.perftests.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is published says who is ahead, by how much, how surely, and how to make it again. */
class ResultsPageTest {
    private static final ResultsPage.Provenance MADE = new ResultsPage.Provenance(
            "engine/bin/sluice perf run --publish", "abcdef123456", Duration.ofSeconds(659));

    @Test
    void marks_only_what_every_round_agrees_on() {
        String page = ResultsPage.page(List.of(KnownResults.comparison()), MADE);
        assertThat(line(page, "| bulk, 64 connections, one way | throughput"))
                .isEqualTo(
                        "| bulk, 64 connections, one way | throughput | 1.86 GiB/s | 953.7 MiB/s | 3.73 GiB/s | **2.00** (2.00–2.00) |");
        assertThat(line(page, "|  | CPU per GiB")).endsWith("| 0.40 s | 0.80 s | – | **0.50** |");
        assertThat(line(page, "| request-response")).endsWith("| 1.00 (0.85–1.15) |");
        assertThat(line(page, "|  | p99")).endsWith("| _2.03_ (2.00–2.05) |");
        assertThat(line(page, "| connect-request-close")).contains("| _0.50_");
    }

    @Test
    void says_how_it_was_made_and_where() {
        String page = ResultsPage.page(List.of(KnownResults.comparison()), MADE);
        assertThat(page).startsWith(
                "# Results\n\n**Loopback:** Sluice is ahead in 1 of 3 comparisons with its peers, level in 1, behind in 1.\n");
        assertThat(page).contains("engine/bin/sluice perf run --publish\n", "`abcdef123456` in 11 minutes",
                "2026-11-21 10:00 UTC", "3 interleaved rounds, each trial 6.0 s in 6 visits after 4.0 s of warm-up",
                "| `rr-64` | rate | 51 k/s – 69 k/s |", "- nft did not take part", "| kernel | Linux 6.18 |",
                "**HAProxy**: HAProxy 2.6");
    }

    @Test
    void a_readme_gets_the_first_figure_of_each_workload() {
        String glance = ResultsPage.glance(KnownResults.comparison(), MADE);
        assertThat(glance.lines().filter(row -> row.startsWith("| "))).hasSize(4); // the head and three workloads
        assertThat(glance).contains("perf-tests/RESULTS.md", "commit `abcdef123456`",
                "| work | figure | Sluice | HAProxy | nothing between | ÷ HAProxy |");
    }

    private static String line(String text, String start) {
        return text.lines().filter(one -> one.startsWith(start)).findFirst().orElse("none starts with " + start);
    }
}

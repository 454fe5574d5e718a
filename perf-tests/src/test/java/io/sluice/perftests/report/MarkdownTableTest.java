package io.sluice.perftests.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The table of one run marks what the published page marks, and nothing else. */
class MarkdownTableTest {
    private static final Pattern MARKED = Pattern.compile("\\*\\*[^|]*?\\*\\*|_[^|_]+_");

    @Test
    void bold_means_one_thing_in_every_table() {
        String table = MarkdownTable.of(KnownResults.comparison());
        assertThat(line(table, "| bulk, 64 connections, one way | throughput")).endsWith("| **2.00** (2.00–2.00) |");
        // ahead in one round and behind in another: level, and the median of a figure is no verdict
        assertThat(line(table, "| request-response 64 B, 64 connections | rate"))
                .contains("60 k/s (51 k/s – 69 k/s)").doesNotContain("*");
        assertThat(line(table, "| connect-request-close, 64 in flight | rate")).contains("| _0.50_");
        assertThat(table).endsWith("\n" + Words.MARKS + "\n");
        String page = ResultsPage.page(List.of(KnownResults.comparison()),
                new ResultsPage.Provenance("", "", Duration.ZERO));
        assertThat(marks(table)).isEqualTo(marks(page)).isNotEmpty();
        assertThat(page).contains("- " + Words.MARKS + "\n");
    }

    private static List<String> marks(String text) {
        return text.lines().filter(line -> line.startsWith("|") && line.contains("/s") || line.contains("CPU per"))
                .filter(line -> !line.startsWith("| `"))
                .flatMap(line -> MARKED.matcher(line).results().map(result -> result.group())).toList();
    }

    private static String line(String text, String start) {
        return text.lines().filter(one -> one.startsWith(start)).findFirst().orElse("none starts with " + start);
    }
}

package io.sluice.perftests.cli;

import io.sluice.perftests.contender.Contenders;
import io.sluice.perftests.host.SourceVersion;
import io.sluice.perftests.lab.Comparison;
import io.sluice.perftests.report.ResultsPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where results are published: a page, and a README that quotes it between two markers. Made before the measurement, so
 * that a wrong place shows at once. Command's thread.
 */
record Publication(Path page, @Nullable Path readme) {
    static final String BEGIN = "<!-- results: begin -->";
    static final String END = "<!-- results: end -->";

    /** @param file empty: this checkout's perf-tests/RESULTS.md and README.md */
    static Publication into(Path file) {
        Path checkout = checkout();
        boolean own = file.toString().isEmpty();
        Path page = own ? checkout.resolve("perf-tests/RESULTS.md") : file.toAbsolutePath();
        if (!Files.isDirectory(Objects.requireNonNull(page.getParent()))) {
            throw new IllegalArgumentException("--publish: there is no folder " + page.getParent()
                    + (own ? " (this is no checkout of Sluice; name a file: --publish=FILE)" : ""));
        }
        return new Publication(page, own ? checkout.resolve("README.md") : null);
    }

    /** @return what was written, in a line */
    String write(List<Comparison> comparisons, String command, Duration took) throws IOException {
        var provenance = new ResultsPage.Provenance(command, SourceVersion.of(checkout()), took);
        Files.writeString(page, ResultsPage.page(comparisons, provenance));
        boolean quoted = readme != null && Files.exists(readme)
                && quote(readme, ResultsPage.glance(comparisons.getFirst(), provenance));
        return "Published: " + page + (quoted ? " and, quoting it, " + readme : "");
    }

    private static boolean quote(Path readme, String table) throws IOException {
        String text = Files.readString(readme);
        int from = text.indexOf(BEGIN);
        int to = text.indexOf(END);
        if (from < 0 || to < from) {
            return false;
        }
        Files.writeString(readme,
                text.substring(0, from + BEGIN.length()) + "\n" + table + text.substring(to));
        return true;
    }

    /** `engine/bin/sluice` stands two folders below its checkout. */
    private static Path checkout() {
        return Contenders.launcher(null).toAbsolutePath().resolve("../../..").normalize();
    }
}

package io.sluice.program.cli;

import io.sluice.tuning.Report;
import io.sluice.tuning.check.Feature;
import io.sluice.tuning.check.FeatureReadiness;
import io.sluice.tuning.check.Finding;
import io.sluice.tuning.check.Severity;
import io.sluice.tuning.check.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A doctor's report as text. One thread. */
final class DoctorReport {
    private static final int LABEL = 9;
    private static final String FEATURE = "feature-";

    private final Report report;
    private final Usage usage;

    DoctorReport(Report report, Usage usage) {
        this.report = report;
        this.usage = usage;
    }

    private String purposes() {
        return usage.features().isEmpty()
                ? "no service"
                : usage.features().stream().sorted().map(Feature::word).collect(Collectors.joining(", "));
    }

    /** @param all also findings that are as wanted */
    List<String> lines(Style style, int columns, boolean all) {
        List<String> lines = new ArrayList<>();
        Report.Host host = report.host();
        lines.add(style.bold("Sluice doctor on " + host.name()) + ": Linux " + host.kernel() + ", "
                + host.cpus() + (host.cpus() == 1 ? " CPU, " : " CPUs, ") + Quantities.bytes(host.memoryBytes())
                + (host.virtual() ? ", virtual machine" : "")
                + (host.container().isEmpty() ? "" : ", in a container (" + host.container() + ")"));
        lines.add(style.dim("Judged for " + purposes() + " and " + Quantities.count(usage.connections())
                + " connections at once, with the rights and limits of " + (report
                        .host().process().equals("self")
                                ? "this command."
                                : "process " + report.host().process() + ".")));
        for (Finding finding : report.findings()) {
            if (shown(finding, all)) {
                lines.add("");
                lines.addAll(lines(finding, style, columns));
            }
        }
        lines.add("");
        lines.add(style.bold("What can run here"));
        for (FeatureReadiness feature : report.features()) {
            lines.addAll(wrapped("  " + padded(feature.feature().word(), 13) + (feature.canRun()
                    ? style.good("yes")
                    : feature.configured() ? style.bad("no ") : "no ") + "  ", feature.remark(), columns));
        }
        lines.add("");
        lines.add(summary(all));
        return lines;
    }

    /** Features that nobody configured stand in their own list only. */
    private static boolean shown(Finding finding, boolean all) {
        return switch (finding.severity()) {
            case ERROR, WARNING -> true;
            case INFO, UNKNOWN -> !finding.id().startsWith(FEATURE);
            case OK -> all && !finding.id().startsWith(FEATURE);
        };
    }

    private static List<String> lines(Finding finding, Style style, int columns) {
        List<String> lines = new ArrayList<>();
        String word = padded(finding.severity().word(), LABEL);
        String head = switch (finding.severity()) {
            case ERROR -> style.bad(word);
            case WARNING -> style.warning(word);
            case OK -> style.good(word);
            case INFO, UNKNOWN -> word;
        };
        lines.addAll(wrapped(head, style.bold(finding.id()) + (finding.subject().isEmpty()
                ? ""
                : " " + finding.subject()) + ": " + finding.current(), columns));
        if (finding.severity() != Severity.OK) {
            part(lines, "wanted", finding.wanted(), columns);
            part(lines, "why", finding.why(), columns);
            // not wrapped: it is there to be copied
            if (!finding.command().isEmpty()) {
                lines.add(padded("  mend", LABEL) + style.bold(finding.command()));
            }
            part(lines, "source", finding.source(), columns);
        }
        return lines;
    }

    private static void part(List<String> lines, String label, String text, int columns) {
        if (!text.isEmpty()) {
            lines.addAll(wrapped(padded("  " + label, LABEL), text, columns));
        }
    }

    private String summary(boolean all) {
        List<String> parts = new ArrayList<>();
        parts.add(counted(Severity.ERROR, "error"));
        parts.add(counted(Severity.WARNING, "warning"));
        parts.add(report.count(Severity.INFO) + " to consider");
        if (report.count(Severity.UNKNOWN) > 0) {
            parts.add(report.count(Severity.UNKNOWN) + " unknown");
        }
        parts.add(report.count(Severity.OK) + " as wanted" + (all ? "" : " (--all shows them)"));
        return String.join(", ", parts);
    }

    private String counted(Severity severity, String noun) {
        long count = report.count(severity);
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    /** The text after the head, further lines below its beginning. */
    private static List<String> wrapped(String head, String text, int columns) {
        String indent = " ".repeat(Style.width(head));
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder(head);
        boolean empty = true;
        for (String word : text.split(" ")) {
            if (!empty && Style.width(line.toString()) + 1 + Style.width(word) > columns) {
                lines.add(line.toString());
                line = new StringBuilder(indent);
                empty = true;
            }
            line.append(empty ? "" : " ").append(word);
            empty = false;
        }
        lines.add(line.toString().stripTrailing());
        return lines;
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(1, width - text.length()));
    }
}

package io.sluice.program.cli;

import io.sluice.control.config.model.Configuration;
import io.sluice.tuning.Doctor;
import io.sluice.tuning.Report;
import io.sluice.tuning.check.Feature;
import io.sluice.tuning.check.Finding;
import io.sluice.tuning.check.Readiness;
import io.sluice.tuning.check.Severity;
import io.sluice.tuning.check.Usage;
import io.sluice.tuning.facts.HostFacts;
import io.sluice.tuning.facts.LiveHost;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A doctor's report as text and as JSON. One thread. */
public final class DoctorReport {
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
        for (Readiness feature : report.features()) {
            lines.addAll(wrapped("  " + padded(feature.feature().word(), 13) + (feature.canRun()
                    ? style.good("yes")
                    : feature.configured() ? style.bad("no ") : "no ") + "  ", feature.remark(), columns));
        }
        lines.add("");
        lines.add(summary(all));
        return lines;
    }

    /** This host as this very process finds it, judged for that configuration; for the admin API. */
    public static Map<String, Object> ofDaemon(Configuration configuration) throws IOException {
        HostFacts facts = HostFacts.read(new LiveHost(Path.of("/")), "self");
        Usage usage = new HostUsage(0, 1).of(configuration, 0);
        return new DoctorReport(Doctor.examine(facts, usage, Set.of()), usage).json();
    }

    /** Everything, in the order of severity. */
    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("host", report.host());
        json.put("judged-for", Map.of("features", usage.features().stream().sorted().map(Feature::word).toList(),
                "connections", usage.connections()));
        json.put("findings", report.findings().stream().map(DoctorReport::json).toList());
        json.put("features", report.features().stream().map(DoctorReport::json).toList());
        Map<String, Long> counts = new LinkedHashMap<>();
        for (Severity severity : Severity.values()) {
            counts.put(severity.word(), report.count(severity));
        }
        json.put("summary", counts);
        return json;
    }

    private static Map<String, Object> json(Finding finding) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", finding.id());
        json.put("subject", finding.subject());
        json.put("title", finding.title());
        json.put("severity", finding.severity().word());
        json.put("current", finding.current());
        json.put("wanted", finding.wanted());
        json.put("why", finding.why());
        json.put("command", finding.command());
        json.put("source", finding.source());
        return json;
    }

    private static Map<String, Object> json(Readiness feature) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", feature.feature().word());
        json.put("configured", feature.configured());
        json.put("in-this-version", feature.feature().isInThisVersion());
        json.put("can-run", feature.canRun());
        json.put("remark", feature.remark());
        json.put("needs", feature.needs());
        json.put("missing", feature.missing());
        json.put("commands", feature.commands());
        return json;
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

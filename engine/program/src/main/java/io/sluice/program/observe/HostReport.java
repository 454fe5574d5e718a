package io.sluice.program.observe;

import io.sluice.control.config.model.Configuration;
import io.sluice.tuning.Doctor;
import io.sluice.tuning.Report;
import io.sluice.tuning.check.Feature;
import io.sluice.tuning.check.FeatureReadiness;
import io.sluice.tuning.check.Finding;
import io.sluice.tuning.check.Severity;
import io.sluice.tuning.check.Usage;
import io.sluice.tuning.facts.HostFacts;
import io.sluice.tuning.facts.LiveHost;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** A doctor's report in the form of the API and of {@code -o json}. Any thread. */
public final class HostReport {
    private HostReport() {
    }

    /** This host as this very process finds it, judged for that configuration; for the admin API. */
    public static Map<String, Object> ofDaemon(Configuration configuration) throws IOException {
        HostFacts facts = HostFacts.read(new LiveHost(Path.of("/")), "self");
        Usage usage = new HostUsage(0, 1).of(configuration, 0);
        return json(Doctor.examine(facts, usage, Set.of()), usage);
    }

    /** Everything, in the order of severity. */
    public static Map<String, Object> json(Report report, Usage usage) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("host", report.host());
        json.put("judged-for", Map.of("features", usage.features().stream().sorted().map(Feature::word).toList(),
                "connections", usage.connections()));
        json.put("findings", report.findings().stream().map(HostReport::json).toList());
        json.put("features", report.features().stream().map(HostReport::json).toList());
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

    private static Map<String, Object> json(FeatureReadiness feature) {
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
}

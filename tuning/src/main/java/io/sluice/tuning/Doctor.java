package io.sluice.tuning;

import io.sluice.tuning.check.Check;
import io.sluice.tuning.check.FeatureReadiness;
import io.sluice.tuning.check.Finding;
import io.sluice.tuning.check.HostChecks;
import io.sluice.tuning.check.Severity;
import io.sluice.tuning.check.Usage;
import io.sluice.tuning.facts.HostFacts;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** Runs the checks over a host's facts. Reads nothing and changes nothing itself. Any thread. */
public final class Doctor {
    private static final List<Severity> WORST_FIRST = List.of(Severity.ERROR, Severity.WARNING, Severity.INFO,
            Severity.UNKNOWN, Severity.OK);

    private Doctor() {
    }

    /** @param only ids of checks to run; all when empty */
    public static Report examine(HostFacts host, Usage usage, Set<String> only) {
        List<Finding> findings = HostChecks.ALL.stream().filter(check -> only.isEmpty() || only.contains(check.id()))
                .flatMap(check -> check.examine(host, usage).stream())
                .sorted(Comparator.comparing(finding -> WORST_FIRST.indexOf(finding.severity()))).toList();
        return new Report(new Report.Host(host.hostName(), host.kernel().version().release(), host.processors().online()
                .count(), host.memory().totalBytes(), host.processors().virtual(), host.container().runtime(),
                host.process().pid()),
                findings, FeatureReadiness.all(host, usage));
    }

    /** Ids that name no check. */
    public static List<String> unknownIds(Set<String> ids) {
        Set<String> known = HostChecks.ALL.stream().map(Check::id).collect(java.util.stream.Collectors.toSet());
        return ids.stream().filter(id -> !known.contains(id)).toList();
    }
}

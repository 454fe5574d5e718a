package io.sluice.tuning;

import io.sluice.tuning.check.FeatureReadiness;
import io.sluice.tuning.check.Finding;
import io.sluice.tuning.check.Severity;
import java.util.List;

/**
 * What the doctor found, worst first. Immutable.
 *
 * @param features what of Sluice can run on this host
 */
public record Report(Host host, List<Finding> findings, List<FeatureReadiness> features) {

    /**
     * Which machine was looked at.
     *
     * @param container what the process runs in; empty outside containers
     * @param process whose rights and limits count: "self" or a pid
     */
    public record Host(String name, String kernel, int cpus, long memoryBytes, boolean virtual, String container,
            String process) {
    }

    public long count(Severity severity) {
        return findings.stream().filter(finding -> finding.severity() == severity).count();
    }

    /** Warnings or errors: what {@code --strict} turns into exit code 4. */
    public boolean hasProblems() {
        return count(Severity.WARNING) + count(Severity.ERROR) > 0;
    }
}

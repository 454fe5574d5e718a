package io.sluice.tuning;

import io.sluice.tuning.check.Finding;
import io.sluice.tuning.check.Severity;
import java.util.List;

/** What the doctor found, worst first. Immutable. */
public record Report(Host host, List<Finding> findings) {

    /** Which machine was looked at. */
    public record Host(String name, String kernel, int cpus, long memoryBytes, boolean virtual, String container) {
    }

    public long count(Severity severity) {
        return findings.stream().filter(finding -> finding.severity() == severity).count();
    }

    /** Warnings or errors: what {@code --strict} turns into exit code 4. */
    public boolean hasProblems() {
        return count(Severity.WARNING) + count(Severity.ERROR) > 0;
    }
}

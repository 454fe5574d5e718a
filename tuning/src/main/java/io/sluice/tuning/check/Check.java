package io.sluice.tuning.check;

import io.sluice.tuning.facts.HostFacts;
import java.util.ArrayList;
import java.util.List;

/**
 * One question about the host with the reason for asking it. Immutable.
 *
 * @param why what goes wrong otherwise, for someone who runs a load balancer
 * @param source where the reason can be read: a kernel document, an RFC, a manual page
 */
public record Check(String id, String title, String why, String source, Rule rule) {

    /** Looks at the facts and says nothing when the question does not arise on this host or for this use. */
    @FunctionalInterface
    public interface Rule {
        void judge(HostFacts host, Usage usage, Verdicts verdicts);
    }

    /** Where a rule puts its answers. */
    public final class Verdicts {
        private final List<Finding> findings = new ArrayList<>();

        public void ok(String current) {
            ok("", current);
        }

        public void ok(String subject, String current) {
            add(Severity.OK, subject, current, "", "");
        }

        public void unknown(String reason) {
            add(Severity.UNKNOWN, "", reason, "", "");
        }

        public void add(Severity severity, String current, String wanted, String command) {
            add(severity, "", current, wanted, command);
        }

        public void add(Severity severity, String subject, String current, String wanted, String command) {
            findings.add(new Finding(id, subject, title, severity, current, wanted, why, command, source));
        }
    }

    public List<Finding> examine(HostFacts host, Usage usage) {
        Verdicts verdicts = new Verdicts();
        rule.judge(host, usage, verdicts);
        return List.copyOf(verdicts.findings);
    }
}

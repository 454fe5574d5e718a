package io.sluice.perftests.cli;

import io.sluice.perftests.contender.Contenders;
import io.sluice.perftests.gate.NoiseFloor;
import io.sluice.perftests.history.Entry;
import io.sluice.perftests.history.History;
import io.sluice.perftests.host.SourceVersion;
import io.sluice.perftests.host.StateFolder;
import io.sluice.perftests.lab.Comparison;
import io.sluice.perftests.lab.Timing;
import io.sluice.perftests.report.HtmlReport;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What this machine remembers beyond one comparison: its noise floor and the history of figures. Command's thread. */
record Keeping(Comparison comparison) {
    /** Adds the comparison to the history. Shorter trials than usual are no measurement: they would bend the trend. */
    void remember() throws IOException {
        if (!lastsLongEnough(comparison)) {
            return;
        }
        for (Entry entry : History.entries(comparison,
                SourceVersion.of(Contenders.launcher(null).resolveSibling(".")))) {
            History.append(StateFolder.history(), entry);
        }
    }

    static boolean lastsLongEnough(Comparison comparison) {
        return comparison.timing.measuredNs() >= Timing.PUBLISHED.measuredNs();
    }

    /** The report with noise and history of this environment and setting, where there are any. */
    HtmlReport report() throws IOException {
        HtmlReport report = HtmlReport.of(comparison);
        Optional<NoiseFloor> floor = NoiseFloor.read(
                NoiseFloor.file(StateFolder.path(), comparison.environment, comparison.setting()));
        floor.ifPresent(report::noise);
        Optional<String> own = comparison.contenders.keySet().stream().filter(Keeping::ours).findFirst();
        List<Entry> past = own.isEmpty()
                ? List.of()
                : History.comparable(History.read(StateFolder.history()), own.get(), comparison.setting(),
                        comparison.environment.name());
        return past.isEmpty() ? report : report.history(past);
    }

    private static boolean ours(String contender) {
        return contender.startsWith("sluice") || contender.equals("candidate");
    }
}

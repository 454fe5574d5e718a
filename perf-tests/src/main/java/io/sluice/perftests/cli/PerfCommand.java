package io.sluice.perftests.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** `sluice perf`: everything that judges builds and peers. */
@Command(name = "perf", mixinStandardHelpOptions = true, description = "Measures Sluice against its peers and against itself.", subcommands = {
    RunCommand.class, ContendersCommand.class, CalibrateCommand.class, GateCommand.class,
    SelfTestCommand.class, ReportCommand.class, HistoryCommand.class,
    WorkloadsCommand.class}, footerHeading = "%nExamples:%n", footer = {
        "  sluice perf contenders                who can take part here, and what is missing",
        "  sluice perf run --quick               a look at Sluice, HAProxy and nginx in a few minutes",
        "  sluice perf run --publish             the full comparison; rewrites perf-tests/RESULTS.md and the README's table",
        "  sluice perf gate --baseline git:main~1   is this build worse than the commit before?",
        "  sluice perf history                   every figure over past runs, and where it changed"})
public final class PerfCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        var line = Objects.requireNonNull(spec).commandLine();
        line.usage(line.getOut());
    }
}

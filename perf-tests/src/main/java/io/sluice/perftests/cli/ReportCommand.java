package io.sluice.perftests.cli;

import io.sluice.perftests.LaboratoryExit;
import io.sluice.perftests.gate.GateFile;
import io.sluice.perftests.lab.Comparison;
import io.sluice.perftests.lab.ComparisonFile;
import io.sluice.perftests.report.HtmlReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** `sluice perf report RESULT`: the page of a stored result, with what this machine has learned since. */
@Command(name = "report", sortOptions = false, mixinStandardHelpOptions = true, description = "Makes the HTML report of a stored result: one file, nothing loaded from elsewhere.", footerHeading = "%nExamples:%n", footer = {
    "  sluice perf report /tmp/sluice-perf-1/result.json",
    "  sluice perf report result.json --gate gate.json --out report.html"})
final class ReportCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "RESULT", description = "result.json of `sluice perf run` or `sluice perf gate`")
    private Path result = Path.of("");

    @Option(names = "--gate", paramLabel = "FILE", description = "verdicts to put first (default: gate.json beside the result, where there is one)")
    private @Nullable Path gate;

    @Option(names = "--out", paramLabel = "FILE", description = "the page (default: report.html beside the result)")
    private @Nullable Path out;

    @Override
    public Integer call() throws IOException {
        Comparison comparison = ComparisonFile.read(result);
        HtmlReport report = new Keeping(comparison).report();
        Path verdicts = gate != null ? gate : result.resolveSibling("gate.json");
        if (gate != null || Files.exists(verdicts)) {
            report.gate(GateFile.readReport(verdicts), GateFile.readFloor(verdicts));
        }
        Path page = out != null ? out : result.resolveSibling("report.html");
        report.write(page);
        var stdout = Objects.requireNonNull(spec).commandLine().getOut();
        stdout.println("Written: " + page);
        stdout.flush();
        return LaboratoryExit.OK;
    }
}

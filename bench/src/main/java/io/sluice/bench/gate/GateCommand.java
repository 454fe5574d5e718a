package io.sluice.bench.gate;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;

/** {@code bench gate}. */
@Command(name = "gate", mixinStandardHelpOptions = true, description = {
    "Runs the benchmarks in limits.yaml and compares them with their limits.",
    "Exits 0 when all hold, 99 when one fails, 98 when one cannot be judged."}, footer = {"", "Examples:",
        "  bench gate           all limits, a few minutes",
        "  bench gate --short   one short iteration each: allocation only, times would be noise",
        "  bench gate --only '(Affinity|Flow).*'"})
public final class GateCommand implements Callable<Integer> {
    @Option(names = "--limits", paramLabel = "FILE", description = "limits (default: ${DEFAULT-VALUE})")
    private Path limitsFile = Path.of("limits.yaml");

    @Option(names = "--results", paramLabel = "DIR", description = "where JMH's results go (default: ${DEFAULT-VALUE})")
    private Path results = Path.of("target/gate");

    @Option(names = "--short", description = "one iteration of 200 ms each; ratios are left out")
    private boolean brief;

    @Option(names = "--only", paramLabel = "REGEX", description = "only limits of benchmarks whose name this matches, like Affinity.*")
    private Pattern only = Pattern.compile(".*");

    @Override
    public Integer call() throws Exception {
        Limits all = Limits.read(limitsFile).only(only);
        Limits limits = brief ? all.withoutRatios() : all;
        GateRun run = new GateRun(limits, results, brief ? GateRun.Length.SHORT : GateRun.Length.NORMAL);
        List<Finding> findings = Judge.findings(limits, run.measure(name -> System.out.println("running " + name)));
        findings.forEach(GateCommand::print);
        int exitCode = Judge.exitCode(findings);
        if (exitCode != Judge.EXIT_PASSED) {
            System.out.printf("The limits are in %s, what JMH measured is in %s.%n", limitsFile, results);
        }
        return exitCode;
    }

    private static void print(Finding finding) {
        String word = switch (finding.verdict()) {
            case PASSED -> "@|green passed       |@";
            case FAILED -> "@|bold,red FAILED       |@";
            case CANNOT_JUDGE -> "@|yellow cannot judge |@";
        };
        System.out.println(Ansi.AUTO.string(word) + " " + finding.text());
    }
}

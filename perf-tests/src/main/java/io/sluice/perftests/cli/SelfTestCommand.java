package io.sluice.perftests.cli;

import io.sluice.perftests.contender.Contender;
import io.sluice.perftests.gate.Builds;
import io.sluice.perftests.gate.GateSelfTest;
import io.sluice.perftests.gate.Side;
import io.sluice.perftests.lab.TestBed;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** `sluice perf self-test`: does the gate catch what it must, here and now? */
@Command(name = "self-test", sortOptions = false, mixinStandardHelpOptions = true, description = "Proves the gate on this machine: a build against itself must not fail, the same build really slowed down must. Everything runs on one processor, where there is least noise. Exits 0 (proven), 99 (the gate is wrong) or 98 (this machine is too noisy to tell).", footerHeading = "%nExamples:%n", footer = {
    "  sluice perf self-test                     about 16 minutes; Sluice needs its time to warm up",
    "  sluice perf self-test --build haproxy --quick --warm-up 300ms --out /tmp/self-test",
    "                                            under 4 minutes; called again, it goes on with the pair it had not finished"})
final class SelfTestCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private TestBedOptions options = new TestBedOptions();

    @Option(names = "--build", paramLabel = "BUILD", description = "what to slow down (default: this build)", defaultValue = "sluice")
    private String build = "sluice";

    @Option(names = "--slowdown", paramLabel = "PERCENT", description = "how much (default ${DEFAULT-VALUE})", defaultValue = "15")
    private int slowdownPercent;

    @Option(names = "--pairs", description = "pairs each (default ${DEFAULT-VALUE})", defaultValue = "10")
    private int pairs;

    @Option(names = "--out", paramLabel = "DIR", description = "keeps the three measurements pair by pair; what is there already is not measured again (default: a new folder in the temporary one)")
    private @Nullable Path out;

    @Override
    public Integer call() throws IOException {
        var line = Objects.requireNonNull(spec).commandLine();
        PrintWriter stdout = line.getOut();
        Contender contender = new Builds(Lines.to(line.getErr(), "")).resolve(build, Side.BASELINE);
        GateSelfTest.Result result;
        options.together();
        Path folder = OutputFolder.open(out, "sluice-self-test-");
        try (TestBed testBed = options.testBed(folder, line.getErr())) {
            result = GateSelfTest.run(testBed, contender, slowdownPercent / 100.0, pairs, folder,
                    Lines.to(line.getErr(), ""));
        }
        stdout.println("A build against itself:\n" + result.equalBuilds().text());
        stdout.println("The same build slowed by " + slowdownPercent + " %:\n" + result.slowed().text());
        stdout.println(result.verdict());
        stdout.flush();
        return result.exitCode();
    }
}

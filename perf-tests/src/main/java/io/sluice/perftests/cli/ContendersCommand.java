package io.sluice.perftests.cli;

import io.sluice.perftests.contender.Contender;
import io.sluice.perftests.contender.Contenders;
import io.sluice.perftests.contender.Topology;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** `sluice perf contenders`: who can take part, in which version, and the command that brings who is missing. */
@Command(name = "contenders", mixinStandardHelpOptions = true, description = "Lists who can be compared here, and how to get who is missing.")
final class ContendersCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        var line = Objects.requireNonNull(spec).commandLine();
        PrintWriter out = line.getOut();
        try (Topology topology = TestBedOptions.loopback("cubic", line.getErr())) {
            for (String name : Contenders.ALL) {
                Contender contender = Contenders.of(name);
                Optional<String> missing = contender.missing(topology);
                out.printf("%-8s  %-9s  %s%n", name, missing.isEmpty() ? "ready" : "not here",
                        missing.orElseGet(contender::describe));
            }
        }
        out.flush();
        return 0;
    }
}

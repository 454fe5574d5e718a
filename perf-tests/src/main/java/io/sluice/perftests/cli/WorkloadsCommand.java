package io.sluice.perftests.cli;

import io.sluice.perftests.lab.Workload;
import io.sluice.perftests.lab.Workloads;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** `sluice perf workloads`: the names --workloads takes, what each does and which figures it finds. */
@Command(name = "workloads", mixinStandardHelpOptions = true, description = "Lists what --workloads and gates.yaml can name.")
final class WorkloadsCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        group(out, "tcp", Workloads.TCP);
        group(out, "udp", Workloads.UDP);
        group(out, "behaviour", Workloads.BEHAVIOUR);
        out.println("core: " + String.join(", ", Workloads.CORE));
        out.println("all: tcp, udp and behaviour");
        out.flush();
    }

    private static void group(PrintWriter out, String name, List<Workload> workloads) {
        out.println(name + ":");
        for (Workload workload : workloads) {
            out.printf("  %-15s %-46s %s%n", workload.id(), workload.title(),
                    String.join(", ", workload.metrics().stream().map(metric -> metric.word).toList()));
        }
    }
}

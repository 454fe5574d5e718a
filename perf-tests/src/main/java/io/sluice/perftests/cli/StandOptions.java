package io.sluice.perftests.cli;

import io.sluice.perftests.contender.Loopback;
import io.sluice.perftests.contender.Namespaces;
import io.sluice.perftests.contender.OwnLoopback;
import io.sluice.perftests.contender.Topology;
import io.sluice.perftests.host.OwnProcess;
import io.sluice.perftests.lab.Stand;
import io.sluice.perftests.lab.Timing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where and for how long to measure: options that several commands share. */
final class StandOptions {
    @Option(names = "--topology", paramLabel = "loopback|namespaces", description = "loopback (of a network namespace of its own where that is allowed, else the host's), or client, balancer and servers in network namespaces joined by veth (root; default ${DEFAULT-VALUE})", defaultValue = "loopback")
    String topology = "loopback";

    @Option(names = "--congestion-control", paramLabel = "NAME", description = "of TCP inside the network namespaces, as in net.ipv4.tcp_available_congestion_control (default ${DEFAULT-VALUE}, the kernel's own default)", defaultValue = "cubic")
    private String congestionControl = "cubic";

    @Option(names = "--proxy-cpus", paramLabel = "LIST", split = ",", description = "processors of the contender (default ${DEFAULT-VALUE})", defaultValue = "0")
    List<Integer> proxyCpus = List.of(0);

    @Option(names = "--load-cpus", paramLabel = "LIST", split = ",", description = "processors of load and servers (default: the one after)")
    @Nullable
    List<Integer> loadCpus;

    @Option(names = "--quick", description = "short trials: a look, not a measurement")
    boolean quick;

    @Option(names = "--smoke", hidden = true, description = "only to see that everything works")
    boolean smoke;

    Timing timing() {
        return smoke ? Timing.SMOKE : quick ? Timing.QUICK : Timing.FULL;
    }

    /** What noise depends on besides the machine: part of the noise floor's name. */
    String setting() {
        return topology + "-" + (smoke ? "smoke" : quick ? "quick" : "full");
    }

    /** Sets up the stand and moves this process to its side of the machine. */
    Stand stand(Path folder, java.io.PrintWriter remarks) throws IOException {
        List<Integer> load = loadCpus != null
                ? loadCpus
                : List.of(Math.min(proxyCpus.getLast() + 1, io.sluice.perftests.host.Fingerprint.cores() - 1));
        if (proxyCpus.stream().anyMatch(load::contains)) {
            remarks.println("Only processors " + load
                    + " for contenders and load together: the figures say little about either.");
        }
        OwnProcess.pin(load);
        OwnProcess.raiseDescriptorLimit().ifPresent(remarks::println);
        return new Stand(place(remarks), proxyCpus, load, timing(), folder);
    }

    private Topology place(java.io.PrintWriter remarks) throws IOException {
        return switch (topology) {
            case "loopback" -> loopback(remarks);
            case "namespaces" -> Namespaces.create(congestionControl);
            default -> throw new IllegalArgumentException("--topology: loopback or namespaces, not '" + topology + "'");
        };
    }

    private Topology loopback(java.io.PrintWriter remarks) {
        try {
            return OwnLoopback.create(congestionControl);
        } catch (IOException e) {
            remarks.println("On the host's loopback with the host's TCP settings, as a network namespace is refused: "
                    + e.getMessage());
            return new Loopback();
        }
    }
}

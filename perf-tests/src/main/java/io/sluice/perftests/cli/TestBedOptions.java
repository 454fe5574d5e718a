package io.sluice.perftests.cli;

import io.sluice.perftests.Units;
import io.sluice.perftests.contender.Loopback;
import io.sluice.perftests.contender.NamespaceTopology;
import io.sluice.perftests.contender.OwnLoopback;
import io.sluice.perftests.contender.Topology;
import io.sluice.perftests.host.Fingerprint;
import io.sluice.perftests.host.OwnProcess;
import io.sluice.perftests.lab.TestBed;
import io.sluice.perftests.lab.Timing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where and for how long to measure: options that several commands share. */
final class TestBedOptions {
    /** For ten thousand connections with both their ends in this process. */
    private static final int DESCRIPTORS = 30_000;

    @Option(names = "--topology", paramLabel = "loopback|namespaces", description = "loopback (of a network namespace of its own where that is allowed, else the host's), or client, balancer and servers in network namespaces joined by veth (root; default loopback)")
    private @Nullable String topology;

    @Option(names = "--congestion-control", paramLabel = "NAME", description = "of TCP inside the network namespaces, as in net.ipv4.tcp_available_congestion_control (default ${DEFAULT-VALUE}, the kernel's own default; reno where the host does not allow it there)", defaultValue = "cubic")
    private String congestionControl = "cubic";

    @Option(names = "--proxy-cpus", paramLabel = "LIST", split = ",", description = "processors of the contender (default 0)")
    private @Nullable List<Integer> proxyCpus;

    @Option(names = "--load-cpus", paramLabel = "LIST", split = ",", description = "processors of load and servers (default: the one after)")
    private @Nullable List<Integer> loadCpus;

    private boolean together;

    @Option(names = "--quick", description = "short trials: a look, not a measurement")
    boolean quick;

    @Option(names = "--smoke", hidden = true, description = "only to see that everything works")
    boolean smoke;

    @Option(names = "--warm-up", paramLabel = "TIME", description = "load before each trial, not measured (default 4s; with --quick 1.5s)")
    @Nullable
    String warmUp;

    @Option(names = "--duration", paramLabel = "TIME", description = "measured time of each trial (default 6s; with --quick 1.5s)")
    @Nullable
    String duration;

    /**
     * Unless told otherwise, everything runs on one processor: nothing waits for another one to wake up, which on
     * virtual machines is most of the noise.
     */
    void together() {
        together = true;
    }

    /** Where to measure: one place, or for commands that can several. */
    List<String> topologies() {
        return topology == null ? List.of("loopback") : List.of(topology.split(","));
    }

    Timing timing() {
        return timing(smoke ? Timing.SMOKE : quick ? Timing.QUICK : Timing.FULL);
    }

    /** What was asked for, and for the rest what is usual. */
    Timing timing(Timing usual) {
        return new Timing(warmUp == null ? usual.warmUpNs() : Units.durationNs(warmUp),
                duration == null ? usual.measuredNs() : Units.durationNs(duration), usual.visits(),
                usual.idleConnections());
    }

    /** Sets up the test bed and moves this process to its side of the machine. */
    TestBed testBed(Path folder, java.io.PrintWriter remarks) throws IOException {
        if (topologies().size() > 1) {
            throw new IllegalArgumentException("--topology: one place at a time");
        }
        return testBed(topologies().getFirst(), timing(), folder, remarks);
    }

    TestBed testBed(String where, Timing timing, Path folder, java.io.PrintWriter remarks) throws IOException {
        int last = Fingerprint.cores() - 1;
        List<Integer> proxy = proxyCpus != null ? proxyCpus : List.of(together ? last : 0);
        List<Integer> load = loadCpus != null
                ? loadCpus
                : List.of(together ? last : Math.min(proxy.getLast() + 1, last));
        if (!together && proxy.stream().anyMatch(load::contains)) {
            remarks.println("Only processors " + load
                    + " for contenders and load together: the figures say little about either.");
        }
        OwnProcess.pin(load);
        OwnProcess.raiseDescriptorLimit(DESCRIPTORS).ifPresent(remarks::println);
        return new TestBed(place(where, remarks), proxy, load, timing, folder);
    }

    private Topology place(String where, java.io.PrintWriter remarks) throws IOException {
        return switch (where) {
            case "loopback" -> loopback(congestionControl, remarks);
            case "namespaces" -> NamespaceTopology.create(congestionControl);
            default -> throw new IllegalArgumentException("--topology: loopback or namespaces, not '" + where + "'");
        };
    }

    /** One of its own where that is allowed, else the host's. */
    static Topology loopback(String congestionControl, java.io.PrintWriter remarks) {
        try {
            return OwnLoopback.create(congestionControl);
        } catch (IOException e) {
            remarks.println("On the host's loopback with the host's TCP settings, as a network namespace is refused: "
                    + e.getMessage());
            return new Loopback();
        }
    }
}

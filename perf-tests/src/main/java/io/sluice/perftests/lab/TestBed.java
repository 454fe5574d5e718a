package io.sluice.perftests.lab;

import io.sluice.perftests.contender.Situation;
import io.sluice.perftests.contender.Topology;
import io.sluice.perftests.contender.Work;
import io.sluice.perftests.load.LoadOutcome;
import io.sluice.perftests.load.LoadPlan;
import io.sluice.perftests.load.LoadRun;
import io.sluice.perftests.serve.ServerStatistics;
import io.sluice.perftests.serve.Target;
import io.sluice.perftests.serve.TargetServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The test bed: topology, target servers and load on their processors, contenders on theirs. Harness's thread. */
public final class TestBed implements AutoCloseable {
    private final Topology topology;
    private final List<Integer> contenderCpus;
    private final List<Integer> loadCpus;
    private final Timing timing;
    private final Path folder;
    private final TargetServer servers;

    public TestBed(Topology topology, List<Integer> contenderCpus, List<Integer> loadCpus, Timing timing, Path folder) {
        this.topology = topology;
        this.contenderCpus = List.copyOf(contenderCpus);
        this.loadCpus = List.copyOf(loadCpus);
        this.timing = timing;
        this.folder = folder;
        servers = serve();
    }

    private TestBed(TestBed same, Timing timing) {
        topology = same.topology;
        contenderCpus = same.contenderCpus;
        loadCpus = same.loadCpus;
        folder = same.folder;
        servers = same.servers;
        this.timing = timing;
    }

    /** The same test bed for trials of another length. Only the original is closed. */
    TestBed with(Timing other) {
        return new TestBed(this, other);
    }

    /** Another set of target servers at the servers' place, for trials that take servers away. */
    TargetServer serve() {
        List<Target> targets = java.util.Arrays.stream(Work.values())
                .map(work -> new Target(work.target, new InetSocketAddress(topology.serverAddress(), 0))).toList();
        return TargetServer.start(new TargetServer.Options(64, 64, false, 1, loadCpus, topology.serverNamespace()),
                targets);
    }

    static Map<Work, List<InetSocketAddress>> addresses(TargetServer... several) {
        Map<Work, List<InetSocketAddress>> addresses = new EnumMap<>(Work.class);
        for (Work work : Work.values()) {
            addresses.put(work, java.util.Arrays.stream(several)
                    .map(server -> server.listening().get(work.ordinal()).address()).toList());
        }
        return addresses;
    }

    /** A place for a contender to start into, with files in a folder of this name. */
    public Situation situation(String name) throws IOException {
        return situation(name, servers);
    }

    Situation situation(String name, TargetServer... behind) throws IOException {
        return new Situation(topology, contenderCpus, addresses(behind), Files.createDirectories(folder.resolve(name)));
    }

    /** What the servers saw of this work. */
    ServerStatistics statistics(Work work) {
        return servers.listening().get(work.ordinal()).statistics();
    }

    /** Somebody who works on the contender's processors until it is closed. */
    BusyNeighbour neighbour() {
        return new BusyNeighbour(contenderCpus);
    }

    /** Runs load from the clients' place. */
    LoadOutcome run(LoadPlan.Builder plan, LoadRun.Listener listener) throws IOException {
        try {
            return new LoadRun(plan.threads(1, loadCpus).namespace(topology.clientNamespace()).build(), listener).run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    public Timing timing() {
        return timing;
    }

    public Topology topology() {
        return topology;
    }

    /** As the setting of comparisons made here. */
    public String setting() {
        return Comparison.setting(topology.name(), layout(), timing);
    }

    /** Which processor does what, in words. */
    public String layout() {
        return layout(contenderCpus, loadCpus);
    }

    static String layout(List<Integer> contenderCpus, List<Integer> loadCpus) {
        return "balancer on processor " + list(contenderCpus) + ", load and servers on " + list(loadCpus);
    }

    private static String list(List<Integer> cpus) {
        return String.join(", ", cpus.stream().map(String::valueOf).toList());
    }

    @Override
    public void close() throws IOException {
        servers.close();
        topology.close();
    }
}

package io.sluice.perftests.contender;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a contender is started into: where it stands, which processors it may use, the servers behind it, a folder of
 * its own.
 */
public record Situation(Topology topology, List<Integer> cpus, Map<Work, List<InetSocketAddress>> servers,
        Path folder) {
    public Situation {
        cpus = List.copyOf(cpus);
        servers = Map.copyOf(servers);
    }

    /** `0` or `0,2`, as taskset takes it. */
    String cpuList() {
        return String.join(",", cpus.stream().map(String::valueOf).toList());
    }
}

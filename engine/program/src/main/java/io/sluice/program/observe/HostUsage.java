package io.sluice.program.observe;

import io.sluice.conntrack.Mode;
import io.sluice.conntrack.Protocol;
import io.sluice.control.config.model.Configuration.PacketEngine;
import io.sluice.control.config.model.Configuration;
import io.sluice.control.config.model.HealthCheck;
import io.sluice.control.config.model.ServerConfiguration;
import io.sluice.control.config.model.ServiceConfiguration;
import io.sluice.tuning.check.Feature;
import io.sluice.tuning.check.Usage;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a configuration asks of the host, in the doctor's words. Immutable.
 *
 * @param connectionsPerSecond expected of each service; 0: not known
 * @param seconds how long a connection is expected to live
 */
public record HostUsage(double connectionsPerSecond, double seconds) {
    private static final int PRIVILEGED_BELOW = 1024;

    /** @param connections expected at once; 0: what the file's limits add up to, else the doctor's standard */
    public Usage of(Configuration configuration, long connections) {
        SortedSet<Integer> ports = new TreeSet<>();
        List<Usage.Path> paths = new ArrayList<>();
        for (ServiceConfiguration service : configuration.services()) {
            if (!service.packetLevel()) {
                service.listens().forEach(listen -> listen.ports().stream().forEach(ports::add));
                path(service).ifPresent(paths::add);
            }
        }
        ownPorts(configuration, ports);
        return new Usage(features(configuration, ports), connections > 0 ? connections : limits(configuration), paths,
                ports, List.of(), false, List.of());
    }

    /** Without a configuration: one source address to one server. */
    public Usage withoutConfiguration(long connections) {
        Usage usage = Usage.proxy().withConnections(connections > 0 ? connections : Usage.DEFAULT_CONNECTIONS);
        return connectionsPerSecond > 0
                ? usage.withPaths(List.of(new Usage.Path("", 1, 1, connectionsPerSecond, seconds, 0, true)))
                : usage;
    }

    private java.util.Optional<Usage.Path> path(ServiceConfiguration service) {
        List<ServerConfiguration> servers = service.servers().stream().filter(server -> !server.backup()).toList();
        int targets = (int) servers.stream().map(ServerConfiguration::address).distinct().count();
        long most = service.maxConnections() > 0
                ? service.maxConnections()
                : servers.stream().anyMatch(server -> server.maxConnections() == 0)
                        ? 0
                        : servers.stream().mapToLong(ServerConfiguration::maxConnections).sum();
        // a transparent service connects with the client's own address and port
        if (service.transparent() || targets == 0 || (most == 0 && connectionsPerSecond == 0)) {
            return java.util.Optional.empty();
        }
        int sources = service.sourceAddress().stream().mapToInt(range -> (int) range.size()).sum();
        boolean tcp = service.protocol() == Protocol.TCP;
        double held = tcp ? seconds : seconds + service.timeouts().udpSession().toMillis() / 1e3;
        return java.util.Optional.of(new Usage.Path(service.name(), Math.max(1, sources), targets,
                connectionsPerSecond, held, most, tcp));
    }

    private static Set<Feature> features(Configuration configuration, SortedSet<Integer> ports) {
        Set<Feature> features = EnumSet.noneOf(Feature.class);
        for (ServiceConfiguration service : configuration.services()) {
            if (service.packetLevel()) {
                features.add(switch (service.mode()) {
                    case NAT -> Feature.NAT;
                    case DR -> Feature.DR;
                    case SNAT, PROXY -> Feature.SNAT;
                });
                if (configuration.packetEngine() == PacketEngine.AF_XDP) {
                    features.add(Feature.AF_XDP);
                }
            } else {
                features.add(service.protocol() == Protocol.UDP || service.mode() == Mode.SNAT
                        ? Feature.UDP
                        : Feature.PROXY);
            }
            if (service.transparent()) {
                features.add(Feature.TRANSPARENT);
            }
            if (service.healthCheck() instanceof HealthCheck.Ping) {
                features.add(Feature.PING);
            }
        }
        if (!ports.isEmpty() && ports.first() < PRIVILEGED_BELOW) {
            features.add(Feature.LOW_PORT);
        }
        if (configuration.highAvailability() != null) {
            features.add(Feature.PAIR);
        }
        if (configuration.cluster() != null) {
            features.add(Feature.CLUSTER);
        }
        return features;
    }

    private static void ownPorts(Configuration configuration, SortedSet<Integer> ports) {
        if (configuration.admin() != null) {
            ports.add(configuration.admin().listen().port());
        }
        if (configuration.metrics() != null) {
            ports.add(configuration.metrics().listen().port());
        }
        if (configuration.highAvailability() != null) {
            ports.add(configuration.highAvailability().heartbeat().port());
            ports.add(configuration.highAvailability().replicationPort());
        }
        if (configuration.cluster() != null) {
            ports.add(configuration.cluster().heartbeat().port());
        }
    }

    private static long limits(Configuration configuration) {
        List<Integer> limits = configuration.services().stream().map(ServiceConfiguration::maxConnections).toList();
        return limits.isEmpty() || limits.contains(0)
                ? Usage.DEFAULT_CONNECTIONS
                : limits.stream().mapToLong(Integer::longValue).sum();
    }
}

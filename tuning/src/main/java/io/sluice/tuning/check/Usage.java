package io.sluice.tuning.check;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What Sluice is meant to do on this host; without a configuration, a proxy for 100,000 connections. Immutable.
 *
 * @param connections client connections at once that the host should carry
 * @param paths expected load towards real servers, for the forecast of ports
 * @param listenPorts ports that Sluice itself listens on
 * @param interfaces names that the configuration mentions; all when empty
 * @param lowLatency whether latency matters more than power and throughput
 * @param lacks what the configuration names and this host has not
 */
public record Usage(Set<Feature> features, long connections, List<Path> paths, SortedSet<Integer> listenPorts,
        List<String> interfaces, boolean lowLatency, List<Lack> lacks) {

    /**
     * Connections of a service towards its real servers.
     *
     * @param timeWait whether a port is held after the end, as TCP does; a session of UDP lets it go
     */
    public record Path(String service, int sources, int servers, double connectionsPerSecond, double seconds,
            long maxConnections, boolean timeWait) {
    }

    /**
     * Something that the configuration names and this host has not.
     *
     * @param check the id of the check that tells it
     * @param place in the file: {@code sluice.yaml:3:13}
     */
    public record Lack(String check, String place, String current, String wanted, String command) {
    }

    public static final long DEFAULT_CONNECTIONS = 100_000;

    public Usage {
        features = Set.copyOf(features);
        paths = List.copyOf(paths);
        listenPorts = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(listenPorts));
        interfaces = List.copyOf(interfaces);
        lacks = List.copyOf(lacks);
    }

    /** A proxy for {@link #DEFAULT_CONNECTIONS}. */
    public static Usage proxy() {
        return new Usage(EnumSet.of(Feature.PROXY), DEFAULT_CONNECTIONS, List.of(), new TreeSet<>(), List.of(), false,
                List.of());
    }

    public Usage with(Feature... more) {
        EnumSet<Feature> all = EnumSet.noneOf(Feature.class);
        all.addAll(features);
        all.addAll(List.of(more));
        return new Usage(all, connections, paths, listenPorts, interfaces, lowLatency, lacks);
    }

    public Usage withConnections(long count) {
        return new Usage(features, count, paths, listenPorts, interfaces, lowLatency, lacks);
    }

    public Usage withPaths(List<Path> expected) {
        return new Usage(features, connections, expected, listenPorts, interfaces, lowLatency, lacks);
    }

    public Usage withListenPorts(Set<Integer> ports) {
        return new Usage(features, connections, paths, new TreeSet<>(ports), interfaces, lowLatency, lacks);
    }

    public Usage withLacks(List<Lack> found) {
        return new Usage(features, connections, paths, listenPorts, interfaces, lowLatency, found);
    }

    public Usage withLowLatency() {
        return new Usage(features, connections, paths, listenPorts, interfaces, true, lacks);
    }

    public boolean uses(Feature feature) {
        return features.contains(feature);
    }

    public boolean relays() {
        return uses(Feature.PROXY) || uses(Feature.UDP) || uses(Feature.TRANSPARENT);
    }

    public boolean handlesPackets() {
        return features.stream().anyMatch(Feature::isPacket);
    }

    /** Does the configuration name this interface, or none at all? */
    public boolean concerns(String face) {
        return interfaces.isEmpty() || interfaces.contains(face);
    }
}

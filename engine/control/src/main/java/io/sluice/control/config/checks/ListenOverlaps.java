package io.sluice.control.config.checks;

import io.sluice.conntrack.Protocol;
import io.sluice.control.config.model.Admin;
import io.sluice.control.config.model.Cluster;
import io.sluice.control.config.model.HighAvailability;
import io.sluice.control.config.model.IntRange;
import io.sluice.control.config.model.Listen;
import io.sluice.control.config.model.Metrics;
import io.sluice.control.config.model.PortSet;
import io.sluice.control.config.model.ServiceConfiguration;
import io.sluice.control.config.yaml.NodePath;
import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.ip.Ip;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Finds (IP, protocol, port) that two parts of the configuration claim. */
final class ListenOverlaps {
    /**
     * One who wants to receive what is sent to an address and ports.
     *
     * @param order position in the file, so that the later of two is blamed
     */
    private record Claim(String who, Supplier<NodePath> spot, Protocol protocol, Listen listen, int order) {
    }

    private record ClaimedRange(IntRange range, Claim claim) {
    }

    private record Family(Protocol protocol, boolean ipv4) {
    }

    private final Look look;
    private final List<Claim> claims = new ArrayList<>();
    private final Set<String> told = new HashSet<>();

    private ListenOverlaps(Look look) {
        this.look = look;
    }

    static void run(Look look) {
        var overlaps = new ListenOverlaps(look);
        overlaps.collect();
        Map<Family, List<Claim>> families = new HashMap<>();
        for (Claim claim : overlaps.claims) {
            var family = new Family(claim.protocol, claim.listen.address().isV4());
            families.computeIfAbsent(family, _ -> new ArrayList<>()).add(claim);
        }
        families.values().forEach(overlaps::compare);
    }

    private void collect() {
        for (ServiceConfiguration service : look.configuration().services()) {
            for (int i = 0; i < service.listens().size(); i++) {
                int index = i;
                claims.add(new Claim("service '" + service.name() + "'",
                        () -> look.item(index, "services", service.name(), "listen"), service.protocol(),
                        service.listens().get(i), claims.size()));
            }
        }
        Admin admin = look.configuration().admin();
        if (admin != null && admin.stated()) {
            own(Protocol.TCP, admin.listen(), "admin", "listen");
        }
        Metrics metrics = look.configuration().metrics();
        if (metrics != null) {
            own(Protocol.TCP, metrics.listen(), "metrics", "listen");
        }
        HighAvailability pair = look.configuration().highAvailability();
        if (pair != null) {
            own(Protocol.UDP, new Endpoint(pair.address(), pair.heartbeat().port()), "high-availability",
                    "heartbeat");
            own(Protocol.TCP, new Endpoint(pair.address(), pair.replicationPort()), "high-availability",
                    "replication");
        }
        Cluster cluster = look.configuration().cluster();
        if (cluster != null) {
            own(Protocol.UDP, new Endpoint(cluster.host().dedicatedAddress(), cluster.heartbeat().port()),
                    "cluster", "heartbeat");
        }
    }

    private void own(Protocol protocol, Endpoint address, String... path) {
        if (address.port() != 0) {
            claims.add(new Claim("'" + String.join(".", path) + "'", () -> look.source().nearest(path), protocol,
                    new Listen(address.address(), PortSet.of(address.port())), claims.size()));
        }
    }

    /** Claims of one protocol and IP version: those of one address among themselves, and each wildcard with all. */
    private void compare(List<Claim> family) {
        Map<Ip, List<ClaimedRange>> byAddress = new HashMap<>();
        for (Claim claim : family) {
            List<ClaimedRange> ranges = byAddress.computeIfAbsent(claim.listen.address(), _ -> new ArrayList<>());
            claim.listen.ports().ranges().forEach(range -> ranges.add(new ClaimedRange(range, claim)));
        }
        byAddress.values().forEach(this::sweep);
        for (Claim wildcard : family) {
            if (wildcard.listen.wildcard()) {
                family.stream().filter(other -> !other.listen.wildcard() && other.listen.overlaps(wildcard.listen))
                        .forEach(other -> tell(wildcard, other));
            }
        }
    }

    private void sweep(List<ClaimedRange> ranges) {
        ranges.sort(Comparator.comparing(ClaimedRange::range));
        ClaimedRange furthest = ranges.getFirst();
        for (ClaimedRange range : ranges.subList(1, ranges.size())) {
            if (range.range.low() <= furthest.range.high()) {
                tell(furthest.claim, range.claim);
            }
            if (range.range.high() > furthest.range.high()) {
                furthest = range;
            }
        }
    }

    private void tell(Claim one, Claim other) {
        boolean inOrder = one.order < other.order;
        Claim first = inOrder ? one : other;
        Claim second = inOrder ? other : one;
        if (!told.add(first.order + " " + second.order)) {
            return;
        }
        NodePath spot = second.spot.get();
        String who = second.who.equals(first.who)
                ? second.who + " twice claims "
                : second.who + " and " + first.who + " (line " + look.line(first.spot.get()) + ") both claim ";
        look.error(spot, spot.label() + ": " + who + second.protocol.word() + " " + shared(first.listen, second.listen)
                + " (allowed: one of them per address, protocol and port)");
    }

    /** What both claim, at the more specific of the two addresses. */
    private static Listen shared(Listen one, Listen other) {
        return new Listen(one.wildcard() ? other.address() : one.address(), one.ports().intersection(other.ports()));
    }
}

package io.sluice.control.config.keys;

import static io.sluice.control.config.type.Key.absent;
import static io.sluice.control.config.type.Key.required;
import static io.sluice.control.config.type.Key.standard;

import io.sluice.control.config.model.HighAvailability;
import io.sluice.control.config.model.HighAvailability.Failback;
import io.sluice.control.config.model.HighAvailability.Heartbeat;
import io.sluice.control.config.model.HighAvailability.Peer;
import io.sluice.control.config.model.HighAvailability.Role;
import io.sluice.control.config.type.Key;
import io.sluice.control.config.type.SectionType;
import io.sluice.control.config.type.Types;
import io.sluice.ringbuffers.ip.Ip;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The keys of {@code high-availability}. */
final class HighAvailabilityKeys {
    private static final Key<Peer, String> PEER_NAME = required("name", Types.NAME, Peer::name,
            "The other node's name.");
    private static final Key<Peer, Ip> PEER_ADDRESS = required("address", Types.ADDRESS, Peer::address,
            "The other node's address.");
    private static final SectionType<Peer> PEER_SECTION = SectionType.of("peer", List.of(PEER_NAME, PEER_ADDRESS),
            v -> new Peer(v.get(PEER_NAME), v.get(PEER_ADDRESS)));

    private static final Key<Heartbeat, Integer> HEARTBEAT_PORT = standard("port", Types.PORT, Heartbeat::port,
            Heartbeat.STANDARD.port(), "UDP port on both nodes.");
    private static final Key<Heartbeat, Duration> HEARTBEAT_INTERVAL = standard("interval",
            Types.duration(Duration.ofMillis(10), Duration.ofMinutes(1)), Heartbeat::interval,
            Heartbeat.STANDARD.interval(), "Between two heartbeats.");
    private static final Key<Heartbeat, Duration> DEAD_AFTER = standard("dead-after",
            Types.duration(Duration.ofMillis(20), Duration.ofMinutes(10)), Heartbeat::deadAfter,
            Heartbeat.STANDARD.deadAfter(), "Silence after which the other node counts as dead.");
    private static final SectionType<Heartbeat> HEARTBEAT_SECTION = SectionType.of("heartbeat",
            List.<Key<Heartbeat, ?>>of(HEARTBEAT_PORT, HEARTBEAT_INTERVAL, DEAD_AFTER),
            v -> new Heartbeat(v.get(HEARTBEAT_PORT), v.get(HEARTBEAT_INTERVAL), v.get(DEAD_AFTER)));

    private record Replication(int port) {
    }

    private static final Key<Replication, Integer> REPLICATION_PORT = standard("port", Types.PORT, Replication::port,
            HighAvailability.STANDARD_REPLICATION_PORT, "TCP port on both nodes.");
    private static final SectionType<Replication> REPLICATION_SECTION = SectionType.of("replication",
            List.of(REPLICATION_PORT), v -> new Replication(v.get(REPLICATION_PORT)));

    private static final Key<HighAvailability, String> NODE = required("node", Types.NAME, HighAvailability::node,
            "This node's name.");
    private static final Key<HighAvailability, Peer> PEER = required("peer", PEER_SECTION, HighAvailability::peer,
            "The other node.");
    private static final Key<HighAvailability, Ip> ADDRESS = required("address", Types.ADDRESS,
            HighAvailability::address, "This node's own address, which the other node reaches.");
    private static final Key<HighAvailability, Role> ROLE = required("role", Types.word(Role.class),
            HighAvailability::role, "The primary owns the virtual addresses when both nodes are well.");
    private static final Key<HighAvailability, String> INTERFACE = absent("interface", Types.INTERFACE,
            HighAvailability::networkInterface, "each service names its own",
            "Where the virtual addresses live, unless a service names another interface.");
    private static final Key<HighAvailability, Path> SECRET_FILE = required("secret-file", Types.SECRET,
            HighAvailability::secretFile,
            "The same file on both nodes. Heartbeats and replication are authenticated and encrypted with it.");
    private static final Key<HighAvailability, Heartbeat> HEARTBEAT = standard("heartbeat", HEARTBEAT_SECTION,
            HighAvailability::heartbeat, Heartbeat.STANDARD, "How the nodes watch each other.");
    private static final Key<HighAvailability, Replication> REPLICATION = standard("replication", REPLICATION_SECTION,
            ha -> new Replication(ha.replicationPort()), new Replication(HighAvailability.STANDARD_REPLICATION_PORT),
            "How flows and affinity reach the other node.");
    private static final Key<HighAvailability, Failback> FAILBACK = standard("failback", Types.word(Failback.class),
            HighAvailability::failback, Failback.WHEN_SYNCHRONISED, "When a primary that came back takes over again.");

    static final SectionType<HighAvailability> SECTION = SectionType.of("high-availability",
            List.<Key<HighAvailability, ?>>of(NODE, PEER, ADDRESS, ROLE, INTERFACE, SECRET_FILE, HEARTBEAT, REPLICATION,
                    FAILBACK),
            v -> new HighAvailability(v.get(NODE), v.get(PEER), v.get(ADDRESS), v.get(ROLE), v.orNull(INTERFACE),
                    v.get(SECRET_FILE), v.get(HEARTBEAT), v.get(REPLICATION).port(), v.get(FAILBACK)));

    private HighAvailabilityKeys() {
    }
}

package io.sluice.control.config.keys;

import static io.sluice.control.config.type.Key.absent;
import static io.sluice.control.config.type.Key.required;
import static io.sluice.control.config.type.Key.standard;

import io.sluice.control.config.model.Cluster.Heartbeat;
import io.sluice.control.config.model.Cluster.Host;
import io.sluice.control.config.model.Cluster.InitialState;
import io.sluice.control.config.model.Cluster.Mode;
import io.sluice.control.config.model.Cluster.PortRule;
import io.sluice.control.config.model.Cluster;
import io.sluice.control.config.type.AddressTypes.InterfaceAddressType.Masked;
import io.sluice.control.config.type.AddressTypes.InterfaceAddressType;
import io.sluice.control.config.type.Key;
import io.sluice.control.config.type.NumberTypes.NumberType;
import io.sluice.control.config.type.SectionType;
import io.sluice.control.config.type.Types;
import io.sluice.ringbuffers.ip.Ip;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The keys of {@code cluster}. */
final class ClusterKeys {
    private static final Key<Host, Integer> PRIORITY = required("priority", new NumberType(1, Cluster.MAXIMUM_HOSTS),
            Host::priority, "Unique in the cluster. The lowest one running handles what no port rule covers.");
    private static final Key<Host, Ip> DEDICATED_ADDRESS = required("dedicated-address", Types.ADDRESS,
            Host::dedicatedAddress, "This host's own address.");
    private static final Key<Host, InitialState> INITIAL_STATE = standard("initial-state",
            Types.word(InitialState.class), Host::initialState, InitialState.STARTED,
            "What the host does when Sluice starts on it.");
    private static final SectionType<Host> HOST_SECTION = SectionType.of("host",
            List.<Key<Host, ?>>of(PRIORITY, DEDICATED_ADDRESS, INITIAL_STATE),
            v -> new Host(v.get(PRIORITY), v.get(DEDICATED_ADDRESS), v.get(INITIAL_STATE)));

    private static final Key<Heartbeat, Integer> HEARTBEAT_PORT = standard("port", Types.PORT, Heartbeat::port,
            Heartbeat.STANDARD.port(), "UDP port on every host.");
    private static final Key<Heartbeat, Duration> PERIOD = standard("period",
            Types.duration(Duration.ofMillis(50), Duration.ofMinutes(1)), Heartbeat::period,
            Heartbeat.STANDARD.period(),
            "Between two heartbeats.");
    private static final Key<Heartbeat, Integer> TOLERANCE = standard("tolerance", new NumberType(2, 100),
            Heartbeat::tolerance, Heartbeat.STANDARD.tolerance(), "Missed periods after which a host counts as gone.");
    private static final SectionType<Heartbeat> HEARTBEAT_SECTION = SectionType.of("heartbeat",
            List.<Key<Heartbeat, ?>>of(HEARTBEAT_PORT, PERIOD, TOLERANCE),
            v -> new Heartbeat(v.get(HEARTBEAT_PORT), v.get(PERIOD), v.get(TOLERANCE)));

    private static final Key<Cluster, String> NAME = required("name", Types.HOST_NAME, Cluster::name,
            "The cluster's full internet name.");
    private static final Key<Cluster, Masked> ADDRESS = required("address", new InterfaceAddressType(),
            cluster -> new Masked(cluster.address(), cluster.prefix()), "The cluster IP and its mask.");
    private static final Key<Cluster, String> INTERFACE = required("interface", Types.INTERFACE,
            Cluster::networkInterface, "Where the cluster's traffic arrives.");
    private static final Key<Cluster, Mode> MODE = standard("mode", Types.word(Mode.class), Cluster::mode,
            Mode.MULTICAST, "Which MAC address the hosts share. Hosts with one interface use multicast.");
    private static final Key<Cluster, Path> SECRET_FILE = required("secret-file", Types.SECRET, Cluster::secretFile,
            "The same file on every host. Heartbeats are authenticated with it.");
    private static final Key<Cluster, Host> HOST = required("host", HOST_SECTION, Cluster::host, "This host.");
    private static final Key<Cluster, Heartbeat> HEARTBEAT = standard("heartbeat", HEARTBEAT_SECTION,
            Cluster::heartbeat, Heartbeat.STANDARD, "How the hosts watch each other.");
    private static final Key<Cluster, List<PortRule>> PORT_RULES = absent("port-rules",
            Types.anyNumber(PortRuleKeys.SECTION),
            cluster -> cluster.portRules().equals(List.of(PortRule.STANDARD)) ? null : cluster.portRules(),
            "one rule: all ports, both protocols, multiple, affinity single, equal load",
            "Who answers what. With an empty list the host with the lowest priority answers everything.");

    static final SectionType<Cluster> SECTION = SectionType.of("cluster",
            List.<Key<Cluster, ?>>of(NAME, ADDRESS, INTERFACE, MODE, SECRET_FILE, HOST, HEARTBEAT, PORT_RULES),
            v -> new Cluster(v.get(NAME), v.get(ADDRESS).address(), v.get(ADDRESS).prefix(), v.get(INTERFACE),
                    v.get(MODE),
                    v.get(SECRET_FILE), v.get(HOST), v.get(HEARTBEAT), v.get(PORT_RULES, List.of(PortRule.STANDARD))));

    private ClusterKeys() {
    }
}

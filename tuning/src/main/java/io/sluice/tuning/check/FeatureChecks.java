package io.sluice.tuning.check;

import io.sluice.tuning.facts.Capability;
import io.sluice.tuning.facts.HostFacts;
import java.util.List;

/** One check for each part of Sluice: can it run here? Of parts that this version lacks: is the host fit for them? */
final class FeatureChecks {
    private static final String CAPABILITIES = "man 7 capabilities; ";
    private static final String BPF = CAPABILITIES + "kernel Documentation/bpf";

    private FeatureChecks() {
    }

    static final List<Check> ALL = List.of(
            feature(Feature.PROXY, "TCP services in proxy mode",
                    "The program relays each connection with ordinary sockets.", "man 7 tcp"),
            feature(Feature.UDP, "UDP services", "The program relays datagrams with ordinary sockets.", "man 7 udp"),
            new Check("udp-path-mtu", "Path MTU of UDP services",
                    "QUIC, WireGuard and others find out how long their datagrams may be by forbidding fragments. A raw "
                            + "socket shows who forbids them, and tells the client that a datagram is longer than the path "
                            + "to its server; without one such datagrams go on in fragments, which cost time and which "
                            + "some firewalls drop.",
                    "RFC 1191; RFC 8201; RFC 8900", FeatureChecks::pathMtu),
            feature(Feature.LOW_PORT, "Services on ports below 1024",
                    "The kernel keeps low ports for privileged programs.",
                    CAPABILITIES + "kernel ip-sysctl: ip_unprivileged_port_start"),
            feature(Feature.PING, "Ping health checks",
                    "An ICMP echo needs a raw socket, or a ping socket that the kernel allows to some groups only.",
                    "man 7 icmp; kernel ip-sysctl: ping_group_range"),
            feature(Feature.TRANSPARENT, "Transparent services",
                    "To connect with the client's address the program sends from an address the host does not own, and "
                            + "must catch the answers that are addressed to the client.",
                    CAPABILITIES + "kernel networking/tproxy"),
            feature(Feature.NAT, "Services in nat mode", "A BPF program on the interface rewrites the packets.", BPF),
            feature(Feature.SNAT, "TCP services in snat mode", "A BPF program on the interface rewrites the packets.",
                    BPF),
            feature(Feature.DR, "Services in dr mode", "A BPF program on the interface rewrites the MAC addresses.",
                    BPF),
            feature(Feature.AF_XDP, "Packets handled by the program itself (AF_XDP)",
                    "The network card hands packets to rings in the program's memory.", "kernel networking/af_xdp"),
            feature(Feature.PAIR, "A pair that takes over addresses",
                    "The active node adds the virtual addresses to its interface and tells the network with "
                            + "gratuitous ARP.",
                    CAPABILITIES + "RFC 5227"),
            feature(Feature.CLUSTER, "A cluster whose hosts all receive the traffic",
                    "A BPF filter on the interface lets each host answer its own share of the clients.", BPF));

    private static void pathMtu(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        if (!usage.uses(Feature.UDP)) {
            return;
        }
        if (host.process().has(Capability.NET_RAW)) {
            verdicts.ok("clients are told of the path's MTU");
        } else {
            verdicts.add(Severity.INFO, "clients are not told of the path's MTU, missing: "
                    + Capability.NET_RAW.kernelName(), Capability.NET_RAW.kernelName(),
                    "systemctl edit sluice: [Service] AmbientCapabilities=" + Capability.NET_RAW.kernelName());
        }
    }

    private static Check feature(Feature feature, String title, String why, String source) {
        return new Check("feature-" + feature.word(), title, why, source, (host, usage, verdicts) -> {
            FeatureReadiness readiness = FeatureReadiness.of(feature, host, usage);
            String configured = readiness.configured() ? "" : " (not configured)";
            if (!feature.isInThisVersion()) {
                String current = "this version does not run it" + configured + "; the host " + readiness.fitness();
                if (readiness.configured()) {
                    verdicts.add(Severity.ERROR, current, "a configuration without it", "sluice check");
                } else if (readiness.missing().isEmpty()) {
                    verdicts.ok(current);
                } else {
                    verdicts.add(Severity.INFO, current, String.join("; ", readiness.needs()),
                            String.join("; then ", readiness.commands()));
                }
            } else if (readiness.canRun()) {
                verdicts.ok("can run" + configured);
            } else {
                verdicts.add(readiness.configured() ? Severity.ERROR : Severity.INFO,
                        "cannot run" + configured + ", missing: " + String.join("; ", readiness.missing()),
                        String.join("; ", readiness.needs()), String.join("; then ", readiness.commands()));
            }
        });
    }
}

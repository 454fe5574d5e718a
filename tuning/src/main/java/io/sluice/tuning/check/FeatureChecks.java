package io.sluice.tuning.check;

import io.sluice.tuning.check.Requirement.AnyOf;
import io.sluice.tuning.check.Requirement.Has;
import io.sluice.tuning.check.Requirement.InitialUserNamespace;
import io.sluice.tuning.check.Requirement.Installed;
import io.sluice.tuning.check.Requirement.LowPorts;
import io.sluice.tuning.check.Requirement.Missing;
import io.sluice.tuning.check.Requirement.Ping;
import io.sluice.tuning.check.Requirement.Since;
import io.sluice.tuning.facts.Capability;
import io.sluice.tuning.facts.HostFacts;
import io.sluice.tuning.facts.KernelFeature;
import java.util.List;
import java.util.Optional;

/** What each part of Sluice needs, and exactly what this host or process lacks for it. */
final class FeatureChecks {
    private static final String CAPABILITIES = "man 7 capabilities";

    private FeatureChecks() {
    }

    static final List<Check> ALL = List.of(
            feature(Feature.PROXY, "TCP services in proxy mode", """
                    The program relays each connection with ordinary sockets.""", "man 7 tcp"),
            feature(Feature.UDP, "UDP services", """
                    The program relays datagrams with ordinary sockets.""", "man 7 udp"),
            feature(Feature.LOW_PORT, "Services on ports below 1024", """
                    The kernel keeps low ports for privileged programs.""", CAPABILITIES
                    + "; kernel ip-sysctl: ip_unprivileged_port_start", new LowPorts()),
            feature(Feature.PING, "Ping health checks", """
                    An ICMP echo needs a raw socket, or a ping socket that the kernel allows to some groups only.""",
                    "man 7 icmp; kernel ip-sysctl: ping_group_range", new Ping()),
            feature(Feature.TRANSPARENT, "Transparent services",
                    """
                            To connect with the client's address the program sends from an address the host does not own, and must catch \
                            the answers that are addressed to the client.""",
                    CAPABILITIES + "; kernel networking/tproxy", new Has(
                            Capability.NET_ADMIN),
                    AnyOf.of(KernelFeature.NFT_TPROXY), AnyOf.of(KernelFeature.NFT_SOCKET),
                    new Installed("nft", "nftables"), new Installed("ip",
                            "iproute2")),
            feature(Feature.NAT, "Services in nat mode", """
                    A BPF program on the interface rewrites the packets.""",
                    CAPABILITIES + "; kernel Documentation/bpf", packets()),
            feature(Feature.SNAT, "TCP services in snat mode", """
                    A BPF program on the interface rewrites the packets.""",
                    CAPABILITIES + "; kernel Documentation/bpf", packets()),
            feature(Feature.DR, "Services in dr mode", """
                    A BPF program on the interface rewrites the MAC addresses.""",
                    CAPABILITIES + "; kernel Documentation/bpf",
                    packets()),
            feature(Feature.AF_XDP, "Packets handled by the program itself (AF_XDP)", """
                    The network card hands packets to rings in the program's memory.""", "kernel networking/af_xdp",
                    new Has(
                            Capability.NET_ADMIN),
                    new Has(Capability.BPF), new Has(Capability.NET_RAW), new InitialUserNamespace(),
                    AnyOf.of(KernelFeature.XDP_SOCKETS), AnyOf.of(KernelFeature.BPF),
                    new Since(5, 10, "complete AF_XDP rings")),
            feature(Feature.PAIR, "A pair that takes over addresses",
                    """
                            The active node adds the virtual addresses to its interface and tells the network with gratuitous ARP.""",
                    CAPABILITIES + "; RFC 5227", new Has(Capability.NET_ADMIN), new Has(Capability.NET_RAW), AnyOf.of(
                            KernelFeature.PACKET_SOCKETS)),
            feature(Feature.CLUSTER, "A cluster whose hosts all receive the traffic", """
                    A BPF filter on the interface lets each host answer its own share of the clients.""", CAPABILITIES
                    + "; kernel Documentation/bpf", new Has(Capability.NET_ADMIN), new Has(Capability.BPF),
                    new Has(
                            Capability.NET_RAW),
                    new InitialUserNamespace(), AnyOf.of(KernelFeature.BPF), AnyOf.of(
                            KernelFeature.PACKET_SOCKETS),
                    new Since(6, 6, "tcx")));

    private static Requirement[] packets() {
        return new Requirement[]{new Has(Capability.NET_ADMIN), new Has(Capability.BPF), new InitialUserNamespace(),
            AnyOf.of(KernelFeature.BPF), new Since(6, 6, "tcx")};
    }

    private static Check feature(Feature feature, String title, String why, String source, Requirement... needs) {
        List<Requirement> requirements = List.of(needs);
        return new Check("feature-" + feature.word(), title, why, source, (host, usage, verdicts) -> judge(feature,
                requirements, host, usage, verdicts));
    }

    private static void judge(Feature feature, List<Requirement> needs, HostFacts host, Usage usage,
            Check.Verdicts verdicts) {
        List<Missing> missing = needs.stream().map(need -> need.lack(host, usage)).flatMap(Optional::stream).toList();
        String configured = usage.uses(feature) ? "" : " (not configured)";
        if (missing.isEmpty()) {
            verdicts.ok("can run" + configured);
            return;
        }
        verdicts.add(usage.uses(feature) ? Severity.ERROR : Severity.INFO, "cannot run" + configured + ", missing: "
                + String.join("; ", missing.stream().map(Missing::what).toList()),
                String.join("; ", needs.stream().map(
                        Requirement::title).toList()),
                String.join("; then ", merged(missing)));
    }

    /** Capabilities that are missing go into one line of the unit. */
    private static List<String> merged(List<Missing> missing) {
        String edit = "systemctl edit sluice: [Service] AmbientCapabilities=";
        List<String> plain = missing.stream().map(Missing::command).filter(command -> !(command.startsWith(edit)
                && !command.contains("("))).toList();
        List<String> capabilities = missing.stream().map(Missing::command).filter(command -> command.startsWith(edit)
                && !command.contains("(")).map(command -> command.substring(edit.length())).toList();
        return capabilities.isEmpty()
                ? plain
                : java.util.stream.Stream
                        .concat(java.util.stream.Stream.of(edit + String.join(" ", capabilities)), plain
                                .stream())
                        .toList();
    }
}

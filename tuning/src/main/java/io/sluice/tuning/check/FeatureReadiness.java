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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whether one feature of Sluice can run here, and exactly what is missing if not. Immutable.
 *
 * @param configured whether the configuration asks for it
 * @param needs everything it needs of a host
 * @param missing what this host or process lacks; empty when it is fit
 * @param commands that mend it, in order
 */
public record FeatureReadiness(Feature feature, boolean configured, List<String> needs, List<String> missing,
        List<String> commands) {

    public boolean canRun() {
        return feature.isInThisVersion() && missing.isEmpty();
    }

    /** What follows "the host". */
    String fitness() {
        return missing.isEmpty() ? "is fit for it" : "lacks: " + String.join("; ", missing);
    }

    /** What there is to say beside yes or no; may be empty. */
    public String remark() {
        if (!feature.isInThisVersion()) {
            return "not in this version; the host " + fitness();
        }
        return !missing.isEmpty() ? "missing: " + String.join("; ", missing) : configured ? "configured" : "";
    }

    /** All features, in the order of their declaration. */
    public static List<FeatureReadiness> all(HostFacts host, Usage usage) {
        return Stream.of(Feature.values()).filter(feature -> feature != Feature.DR_SERVER)
                .map(feature -> of(feature, host, usage)).toList();
    }

    static FeatureReadiness of(Feature feature, HostFacts host, Usage usage) {
        List<Requirement> needs = needs(feature);
        List<Missing> missing = needs.stream().map(need -> need.lack(host, usage)).flatMap(Optional::stream).toList();
        return new FeatureReadiness(feature, usage.uses(feature), needs.stream().map(Requirement::title).toList(),
                missing.stream().map(Missing::what).toList(), commands(missing));
    }

    private static List<Requirement> needs(Feature feature) {
        Requirement admin = new Has(Capability.NET_ADMIN);
        Requirement raw = new Has(Capability.NET_RAW);
        Requirement bpf = new Has(Capability.BPF);
        Requirement perfmon = new Has(Capability.PERFMON);
        Requirement bpfInKernel = AnyOf.of(KernelFeature.BPF);
        return switch (feature) {
            case PROXY, UDP, DR_SERVER -> List.of();
            case LOW_PORT -> List.of(new LowPorts());
            case PING -> List.of(new Ping());
            case TRANSPARENT -> List.of(admin, AnyOf.of(KernelFeature.NFT_TPROXY),
                    AnyOf.of(KernelFeature.NFT_SOCKET), new Installed("nft", "nftables"),
                    new Installed("ip", "iproute2"));
            case NAT, SNAT, DR -> List.of(admin, bpf, perfmon, new InitialUserNamespace(), bpfInKernel,
                    new Since(6, 6, "tcx"));
            case AF_XDP -> List.of(admin, bpf, perfmon, raw, new InitialUserNamespace(), bpfInKernel,
                    AnyOf.of(KernelFeature.XDP_SOCKETS), new Since(5, 10, "complete AF_XDP rings"));
            case PAIR -> List.of(admin, raw, AnyOf.of(KernelFeature.PACKET_SOCKETS));
            case CLUSTER -> List.of(admin, bpf, raw, new InitialUserNamespace(), bpfInKernel,
                    AnyOf.of(KernelFeature.PACKET_SOCKETS), new Since(6, 6, "tcx"));
        };
    }

    /** Capabilities that are missing go into one line of the unit. */
    private static List<String> commands(List<Missing> missing) {
        List<String> capabilities = missing.stream().map(Missing::capability).filter(name -> !name.isEmpty()).toList();
        List<String> commands = new ArrayList<>();
        if (!capabilities.isEmpty()) {
            commands.add("systemctl edit sluice: [Service] AmbientCapabilities=" + String.join(" ", capabilities));
        }
        missing.stream().map(Missing::command).filter(command -> !command.isEmpty()).forEach(commands::add);
        return commands;
    }
}

package io.sluice.tuning.check;

import io.sluice.tuning.facts.HostFacts;
import io.sluice.tuning.facts.PacketTrial;
import java.util.List;

/** What the kernel answers when the packet programs are tried: one finding for each engine. */
final class PacketChecks {
    private static final String RIGHTS = "systemctl edit sluice: [Service] AmbientCapabilities="
            + "CAP_BPF CAP_NET_ADMIN CAP_PERFMON";

    private PacketChecks() {
    }

    static final List<Check> ALL = List.of(
            new Check("packet-engine", "Packet engines",
                    """
                            Services in nat, snat and dr mode are a program in the kernel: at tcx, which keeps the kernel's large packets, \
                            or at XDP, before the kernel. What the verifier, the hook and the process's rights allow is found out by trying.""",
                    "kernel Documentation/bpf; man 2 bpf; kernel networking/af_xdp", PacketChecks::engines));

    private static void engines(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        PacketTrial trial = host.packetTrial();
        if (!trial.wasMade()) {
            return;
        }
        engine(verdicts, usage.handlesPackets(), "tc", trial, List.of("tc program", "tcx"), "Linux 6.6 or newer (tcx)");
        engine(verdicts, false, "xdp", trial, List.of("xdp program"), "Linux 5.15 or newer");
        engine(verdicts, usage.uses(Feature.AF_XDP), "af_xdp", trial, List.of("xdp program", "af-xdp socket"),
                "CONFIG_XDP_SOCKETS=y");
        trial.answers().keySet().stream().filter(part -> part.startsWith("xdp of ") || part.startsWith("home of ")
                || part.startsWith("way to ")).forEach(part -> place(verdicts, trial, part));
    }

    /** An interface, a service's address or a server. */
    private static void place(Check.Verdicts verdicts, PacketTrial trial, String part) {
        if (trial.succeeded(part)) {
            verdicts.ok(part, trial.remark(part));
        } else if (part.startsWith("way to ")) {
            verdicts.add(Severity.WARNING, part, trial.refusal(part), "a route to another host",
                    "ip route get " + part.substring("way to ".length()));
        } else if (part.startsWith("home of ")) {
            verdicts.add(Severity.INFO, part, trial.refusal(part), "the address at an interface, where nothing adds it "
                    + "later", "ip address add " + part.substring("home of ".length()) + "/32 dev INTERFACE");
        } else {
            verdicts.ok(part, trial.refusal(part));
        }
    }

    private static void engine(Check.Verdicts verdicts, boolean wanted, String engine, PacketTrial trial,
            List<String> parts, String kernel) {
        for (String part : parts) {
            if (!trial.succeeded(part)) {
                String why = trial.refusal(part);
                boolean rights = why.contains("EPERM") || why.contains("EACCES");
                verdicts.add(wanted ? Severity.ERROR : Severity.INFO, engine, part + ": " + why, rights
                        ? "CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON"
                        : why.contains("ENOSYS") ? "CONFIG_BPF_SYSCALL=y" : kernel, rights ? RIGHTS : "");
                return;
            }
        }
        verdicts.ok(engine, String.join("; ", parts.stream().map(part -> part + ": " + trial.answers().get(part))
                .toList()));
    }
}

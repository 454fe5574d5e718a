package io.sluice.perftests.contender;

import io.sluice.perftests.host.ProcessUsage;
import io.sluice.perftests.host.Shell;
import io.sluice.ringbuffers.ip.Ip;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The kernel's own address translation (nftables) at the balancer, no process sees the packets. Between namespaces it
 * forwards them with both addresses rewritten; on the loopback it rewrites where the client sends to.
 */
final class KernelNat implements Contender {
    private static final String TABLE = "sluice_perf";

    @Override
    public String name() {
        return "nft";
    }

    @Override
    public String describe() {
        try {
            return Shell.run("nft", "--version").strip() + ", kernel NAT";
        } catch (IOException e) {
            return "nftables (not installed)";
        }
    }

    @Override
    public Optional<String> missing(Topology topology) {
        if (topology.balancerNamespace() == null) {
            return Optional
                    .of("it would change the host's own network: run as root, so that a network namespace can be made");
        }
        return Absent.unlessOnPath("nft", "nftables");
    }

    @Override
    public boolean carries(Work work) {
        return true;
    }

    /** With a NAT rule anywhere in a namespace, connection tracking sees every packet in it. */
    @Override
    public boolean disturbsOthers() {
        return true;
    }

    @Override
    public Running start(Situation situation) throws IOException {
        Map<Work, InetSocketAddress> fronts = new EnumMap<>(Work.class);
        boolean local = situation.topology().atLoopback();
        StringBuilder rules = new StringBuilder("table ip " + TABLE + " {\n  chain in {\n    type nat hook "
                + (local ? "output priority -100" : "prerouting priority dstnat") + ";\n");
        for (Work work : Work.values()) {
            InetSocketAddress front = Fronts.free(situation, work);
            fronts.put(work, front);
            rules.append("    ip daddr ").append(Ip.of(front.getAddress()))
                    .append(work.udp() ? " udp" : " tcp").append(" dport ").append(front.getPort()).append(" dnat to ")
                    .append(Fronts.text(Fronts.servers(situation, work).getFirst())).append('\n');
        }
        rules.append(local
                ? "  }\n}\n"
                : "  }\n  chain out {\n    type nat hook postrouting priority srcnat;\n    oifname \"b1\" masquerade\n  }\n}\n");
        Path file = situation.folder().resolve("rules.nft");
        Files.writeString(file, rules);
        at(situation, "nft", "-f", file.toString());
        return new Running() {
            @Override
            public InetSocketAddress front(Work work) {
                return java.util.Objects.requireNonNull(fronts.get(work));
            }

            @Override
            public Optional<ProcessUsage> usage() {
                return Optional.empty();
            }

            @Override
            public Optional<ProcessHandle> process() {
                return Optional.empty();
            }

            @Override
            public void close() throws IOException {
                at(situation, "nft", "delete", "table", "ip", TABLE);
            }
        };
    }

    private static void at(Situation situation, String... command) throws IOException {
        List<String> whole = new java.util.ArrayList<>(situation.topology().atBalancer());
        whole.addAll(List.of(command));
        Shell.run(whole);
    }
}

package io.sluice.tuning.check;

import io.sluice.tuning.facts.CpuList;
import io.sluice.tuning.facts.Ethtool;
import io.sluice.tuning.facts.HostFacts;
import io.sluice.tuning.facts.NetworkInterface;
import io.sluice.tuning.facts.NetworkInterface.Interrupt;
import io.sluice.tuning.facts.Processors;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Network cards: queues, rings, offloads, interrupts and what they dropped. */
final class NicChecks {
    private static final List<String> RELAY_OFFLOADS = List.of("rx-checksumming", "tx-checksumming", "scatter-gather",
            "tcp-segmentation-offload", "generic-segmentation-offload", "generic-receive-offload");
    /** Drivers of the kernel that register XSK zero-copy, and those with native XDP only, as of Linux 6.12. */
    private static final Set<String> ZERO_COPY_DRIVERS = Set.of("i40e", "ice", "ixgbe", "igc", "mlx5_core", "stmmac",
            "virtio_net", "gve", "nfp", "tsnep", "fsl_dpaa2_eth");
    private static final Set<String> NATIVE_XDP_DRIVERS = Set.of("ena", "bnxt_en", "mlx4_en", "igb", "qede", "sfc",
            "hv_netvsc", "mana", "mvneta", "mvpp2", "thunder-nicvf", "fsl_enetc", "fec", "xen_netfront", "veth", "tun");
    private static final long LOW_LATENCY_WAIT_US = 10;
    private static final long ENOUGH_DESCRIPTORS = 4096;

    /** Queues that an example command names. */
    private static final int SHOWN = 4;

    private NicChecks() {
    }

    static final List<Check> ALL = List.of(
            new Check("nic-queues", "Receive queues of a network card",
                    """
                            Each queue is served by one CPU. Fewer queues than CPUs leave the rest idle while one is busy with all packets.""",
                    "kernel networking/scaling: RSS; man 8 ethtool: -L", NicChecks::queues),
            new Check("rps", "Spreading of received packets over CPUs (RPS)",
                    """
                            A card with fewer queues than CPUs can be helped: the CPU that takes the interrupt hands the packets on by flow.""",
                    "kernel networking/scaling: RPS", NicChecks::receiveSteering),
            new Check("xps", "Transmit queues near the CPU that sends (XPS)", """
                    Without a map several CPUs share a transmit queue and its lock.""",
                    "kernel networking/scaling: XPS",
                    NicChecks::transmitSteering),
            new Check("irq-spread", "Interrupts of a network card's queues", """
                    Queues help only when their interrupts run on different CPUs.""",
                    "kernel core-api/irq/irq-affinity",
                    NicChecks::interrupts),
            new Check("irqbalance", "irqbalance moves interrupts",
                    """
                            It moves a queue's interrupt away from the worker that reads the queue, and undoes affinity set by hand.""",
                    "man 1 irqbalance", NicChecks::balance),
            new Check("nic-rings", "Descriptors of a network card's rings", """
                    The ring holds packets until the CPU comes round. When it overflows the card drops them.""",
                    "man 8 ethtool: -g, -G", NicChecks::rings),
            new Check("nic-drops", "Packets that the network card or driver dropped", """
                    Lost packets are retransmitted after 200 ms or more: the tail of the latency.""",
                    "kernel networking/statistics", NicChecks::drops),
            new Check("nic-offloads", "Offloads of a network card",
                    """
                            Segmentation and receive offload let the stack handle 64 KiB at a time instead of 1,500 bytes: several times \
                            less CPU for bulk.""",
                    "kernel networking/segmentation-offloads; man 8 ethtool: -K", NicChecks::offloads),
            new Check("nic-lro", "Large receive offload while forwarding",
                    """
                            Packets merged by LRO cannot be sent on unchanged: forwarded connections stall. GRO does the same reversibly.""",
                    "man 8 ethtool: -K lro; kernel networking/netdev-features", NicChecks::largeReceive),
            new Check("nic-xdp", "XDP in the network card's driver",
                    "Without it XDP runs after the kernel has built its own packet: most of the gain of AF_XDP is lost.",
                    "kernel networking/af_xdp; kernel netlink/specs/netdev: xdp-features", NicChecks::xdp),
            new Check("nic-coalescing", "Wait before an interrupt",
                    """
                            The card collects packets for this long before it interrupts: good for throughput, added to every packet's \
                            latency at low load.""",
                    "man 8 ethtool: -C", NicChecks::coalescing),
            new Check("nic-link", "Link of a network card", """
                    A half-duplex link is a sign of a failed negotiation and loses packets under load.""",
                    "man 8 ethtool",
                    NicChecks::link));

    private static void queues(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        for (NetworkInterface nic : cards(host, usage)) {
            OptionalLong most = Ethtool.number(nic.ethtool().channelMaximum(), "Combined");
            long useful = Math.min(host.processors().online().count(), most.orElse(nic.queues()));
            String shown = Amount.times(nic.queues(), "queue") + ", " + (most.isPresent()
                    ? "the card has " + most.getAsLong()
                    : "the most possible is not known") + ", "
                    + Amount.times(host.processors().online().count(), "CPU");
            if (nic.queues() >= useful) {
                verdicts.ok(nic.name(), shown);
            } else {
                verdicts.add(Severity.WARNING, nic.name(), shown, Long.toString(useful), "ethtool -L " + nic.name()
                        + " combined " + useful);
            }
        }
    }

    private static void receiveSteering(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        int cpus = host.processors().online().count();
        for (NetworkInterface nic : cards(host, usage)) {
            boolean spread = nic.receiveQueues().stream().anyMatch(queue -> !queue.rpsCpus().isEmpty());
            boolean moreQueues = Ethtool.number(nic.ethtool().channelMaximum(), "Combined").orElse(0) > nic.queues();
            if (spread || nic.queues() >= cpus || nic.queues() == 0 || moreQueues) {
                verdicts.ok(nic.name(),
                        spread
                                ? "on"
                                : moreQueues
                                        ? "off; first see nic-queues"
                                        : "not needed, " + Amount.times(nic.queues(), "queue"));
            } else {
                verdicts.add(nic.queues() * 4 <= cpus ? Severity.WARNING : Severity.INFO, nic.name(), "off, " + Amount
                        .times(nic.queues(), "queue") + " for " + Amount.times(cpus, "CPU"),
                        "rps_cpus = " + host.processors()
                                .online().mask(),
                        "for f in /sys/class/net/" + nic.name() + "/queues/rx-*/rps_cpus; do echo " + host
                                .processors().online().mask() + " >$f; done");
            }
        }
    }

    private static void transmitSteering(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        for (NetworkInterface nic : cards(host, usage)) {
            int queues = nic.transmitQueues().size();
            if (queues < 2) {
                continue;
            }
            boolean mapped = nic.transmitQueues().stream().anyMatch(queue -> !queue.xpsCpus().isEmpty());
            if (mapped) {
                verdicts.ok(nic.name(), "on, " + Amount.times(queues, "queue"));
            } else {
                StringBuilder command = new StringBuilder();
                List<Integer> cpus = host.processors().online().stream().boxed().toList();
                for (int i = 0; i < Math.min(queues, SHOWN); i++) {
                    int queue = i;
                    CpuList mine = CpuList.of(cpus.stream().filter(cpu -> cpu % queues == queue).mapToInt(cpu -> cpu));
                    command.append(i == 0 ? "" : "; ").append("echo ").append(mine.mask()).append(" >/sys/class/net/")
                            .append(nic.name()).append("/queues/tx-").append(i).append("/xps_cpus");
                }
                verdicts.add(Severity.INFO, nic.name(), "off, " + Amount.times(queues, "queue"),
                        "one queue for each CPU or group of CPUs", command + (queues > SHOWN ? "; and so on" : ""));
            }
        }
    }

    private static void interrupts(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        for (NetworkInterface nic : cards(host, usage)) {
            List<Interrupt> queues = nic.interrupts();
            if (nic.queues() < 2 || queues.size() < 2) {
                continue;
            }
            List<CpuList> places = queues.stream().map(NicChecks::place).distinct().toList();
            if (places.size() > 1 || places.getFirst().isEmpty()) {
                verdicts.ok(nic.name(), Amount.times(queues.size(), "interrupt") + " on " + places.size()
                        + " sets of CPUs");
            } else if (places.getFirst().count() > 1) {
                verdicts.ok(nic.name(),
                        Amount.times(queues.size(), "interrupt") + ", any of CPUs " + places.getFirst());
            } else {
                verdicts.add(Severity.WARNING, nic.name(), "all " + queues.size() + " on CPU " + places.getFirst(),
                        "one CPU for each queue", spread(queues, near(host, nic)));
            }
        }
    }

    /** CPUs on the card's memory node, all where it is not known. */
    private static List<Integer> near(HostFacts host, NetworkInterface nic) {
        return host.processors().nodes().stream().filter(node -> node.id() == nic.numaNode() && !node.cpus().isEmpty())
                .map(Processors.Node::cpus).findFirst().orElse(host.processors().online()).stream().boxed().toList();
    }

    private static String spread(List<Interrupt> queues, List<Integer> cpus) {
        StringBuilder command = new StringBuilder();
        for (int i = 0; i < Math.min(queues.size(), SHOWN); i++) {
            command.append(i == 0 ? "" : "; ").append("echo ").append(cpus.get(i % cpus.size())).append(" >/proc/irq/")
                    .append(queues.get(i).number()).append("/smp_affinity_list");
        }
        return command + (queues.size() > SHOWN ? "; and so on" : "");
    }

    private static void balance(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        if (!host.irqBalance()) {
            verdicts.ok("not running");
        } else if (usage.lowLatency()) {
            verdicts.add(Severity.WARNING, "running", "stopped, affinity set by hand",
                    "systemctl disable --now irqbalance");
        } else {
            verdicts.ok("running");
        }
    }

    private static void rings(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        for (NetworkInterface nic : cards(host, usage)) {
            OptionalLong now = Ethtool.number(nic.ethtool().ringCurrent(), "RX");
            OptionalLong most = Ethtool.number(nic.ethtool().ringMaximum(), "RX");
            if (now.isEmpty() || most.isEmpty()) {
                verdicts.add(Severity.UNKNOWN, nic.name(), host.commands().contains("ethtool")
                        ? "the driver does not tell"
                        : "ethtool is not installed", "",
                        host.commands().contains("ethtool")
                                ? ""
                                : "apt-get install ethtool");
                continue;
            }
            long wanted = Math.min(most.getAsLong(), ENOUGH_DESCRIPTORS);
            boolean dropped = overflowed(nic);
            String shown = "RX " + now.getAsLong() + " of " + most.getAsLong() + (dropped ? ", and overflowed" : "");
            if (now.getAsLong() >= wanted) {
                verdicts.ok(nic.name(), shown);
            } else {
                verdicts.add(dropped ? Severity.WARNING : Severity.INFO, nic.name(), shown, Long.toString(wanted),
                        "ethtool -G " + nic.name() + " rx " + wanted);
            }
        }
    }

    private static void drops(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        for (NetworkInterface nic : cards(host, usage)) {
            if (nic.drops().isEmpty()) {
                verdicts.ok(nic.name(), "none");
            } else {
                StringBuilder shown = new StringBuilder();
                new TreeMap<>(nic.drops()).forEach((name, count) -> shown.append(shown.isEmpty() ? "" : ", ").append(
                        name).append(' ').append(Amount.of(count)));
                verdicts.add(overflowed(nic) ? Severity.WARNING : Severity.INFO, nic.name(), shown + " since boot",
                        "none, or not growing", "ethtool -S " + nic.name() + " | grep -iE 'drop|miss|fifo|no_buf'");
            }
        }
    }

    private static void offloads(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        if (!usage.relays()) {
            return;
        }
        for (NetworkInterface nic : cards(host, usage)) {
            if (nic.ethtool().features().isEmpty()) {
                continue;
            }
            List<String> off = RELAY_OFFLOADS.stream().filter(nic.ethtool()::couldBeOn).toList();
            if (off.isEmpty()) {
                verdicts.ok(nic.name(), "all that the card has are on");
            } else {
                verdicts.add(Severity.WARNING, nic.name(), "off: " + String.join(", ", off), "on", "ethtool -K " + nic
                        .name() + " " + String.join(" on ", off) + " on");
            }
        }
    }

    private static void largeReceive(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        if (!usage.handlesPackets()) {
            return;
        }
        for (NetworkInterface nic : cards(host, usage)) {
            if (nic.ethtool().isOn("large-receive-offload")) {
                verdicts.add(Severity.WARNING, nic.name(), "on", "off", "ethtool -K " + nic.name() + " lro off");
            } else if (!nic.ethtool().features().isEmpty()) {
                verdicts.ok(nic.name(), "off");
            }
        }
    }

    private static void xdp(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        if (!usage.uses(Feature.AF_XDP)) {
            return;
        }
        for (NetworkInterface nic : cards(host, usage)) {
            String shown = "driver " + nic.driver();
            if (ZERO_COPY_DRIVERS.contains(nic.driver())) {
                verdicts.ok(nic.name(), shown + ": native, without copying");
            } else if (NATIVE_XDP_DRIVERS.contains(nic.driver())) {
                verdicts.ok(nic.name(), shown + ": native");
            } else {
                verdicts.add(Severity.WARNING, nic.name(), shown + ": not known to have native XDP",
                        "a card whose driver has it (ice, i40e, ixgbe, mlx5_core, ena, virtio_net, ...)",
                        "in sluice.yaml, packet-engine: tc");
            }
        }
    }

    private static void coalescing(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        for (NetworkInterface nic : cards(host, usage)) {
            OptionalLong wait = Ethtool.number(nic.ethtool().coalescing(), "rx-usecs");
            boolean adaptive = nic.ethtool().coalescing().getOrDefault("Adaptive RX", "").equals("on");
            if (wait.isEmpty()) {
                continue;
            }
            String shown = "rx-usecs " + wait.getAsLong() + (adaptive ? ", adaptive" : "");
            if (usage.lowLatency() && (adaptive || wait.getAsLong() > LOW_LATENCY_WAIT_US)) {
                verdicts.add(Severity.WARNING, nic.name(), shown, "rx-usecs " + LOW_LATENCY_WAIT_US + " or less, fixed",
                        "ethtool -C " + nic.name() + " adaptive-rx off rx-usecs " + LOW_LATENCY_WAIT_US);
            } else {
                verdicts.ok(nic.name(), shown);
            }
        }
    }

    private static void link(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        for (NetworkInterface nic : cards(host, usage)) {
            if (nic.duplex().equals("half")) {
                verdicts.add(Severity.WARNING, nic.name(), "half duplex", "full duplex", "ethtool -s " + nic.name()
                        + " autoneg on");
            } else {
                verdicts.ok(nic.name(), (nic.speedMegabits() > 0
                        ? nic.speedMegabits() + " Mbit/s"
                        : "speed not known") + ", driver " + nic.driver() + ", MTU " + nic.mtu());
            }
        }
    }

    private static boolean overflowed(NetworkInterface nic) {
        return Stream.of("rx_missed_errors", "rx_fifo_errors").anyMatch(nic.drops()::containsKey);
    }

    private static CpuList place(Interrupt interrupt) {
        return interrupt.effective().isEmpty() ? interrupt.affinity() : interrupt.effective();
    }

    private static List<NetworkInterface> cards(HostFacts host, Usage usage) {
        return host.interfaces().stream().filter(nic -> nic.isUp() && usage.concerns(nic.name())).toList();
    }
}

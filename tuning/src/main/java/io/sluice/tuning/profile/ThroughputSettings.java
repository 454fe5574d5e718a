package io.sluice.tuning.profile;

import io.sluice.tuning.facts.CpuList;
import io.sluice.tuning.facts.Ethtool;
import io.sluice.tuning.facts.HostSource;
import java.util.List;

/** What only the high-throughput profile wants. */
final class ThroughputSettings {
    private static final List<String> OFFLOADS = List.of("rx-checksumming", "tx-checksumming", "scatter-gather",
            "tcp-segmentation-offload", "generic-segmentation-offload", "generic-receive-offload");
    private static final long MOST_DESCRIPTORS = 4096;

    private ThroughputSettings() {
    }

    static void add(Plan plan) {
        plan.raise("tcp-receive-buffer", "net.ipv4.tcp_rmem", 2, 32 << 20, "one connection fills a fast, long link");
        plan.raise("tcp-send-buffer", "net.ipv4.tcp_wmem", 2, 32 << 20, "one connection fills a fast, long link");
        plan.raise("udp-receive-buffer", "net.core.rmem_max", 0, 16 << 20, "long bursts of datagrams wait");
        plan.raise("udp-send-buffer", "net.core.wmem_max", 0, 16 << 20, "long batches of datagrams");
        plan.raise("receive-budget", "net.core.netdev_budget", 0, 600, "more packets in one round");
        plan.raise("receive-budget", "net.core.netdev_budget_usecs", 0, 8000, "longer rounds");
        CpuList online = CpuList.parse(plan.host().text("/sys/devices/system/cpu/online"));
        for (String face : plan.host().names("/sys/class/net")) {
            if (LatencySettings.hardware(plan.host(), face)) {
                rings(plan, face);
                spread(plan, face, online);
                for (String offload : OFFLOADS) {
                    plan.set("nic-offloads", new Setting.Offload(face, offload), "on",
                            "the stack handles 64 KiB at a time");
                }
            }
        }
    }

    private static void rings(Plan plan, String face) {
        Ethtool card = Ethtool.read(plan.host(), face);
        long most = Math.min(Ethtool.number(card.ringMaximum(), "RX").orElse(0), MOST_DESCRIPTORS);
        if (Ethtool.number(card.ringCurrent(), "RX").orElse(Long.MAX_VALUE) < most) {
            plan.set("nic-rings", new Setting.Rings(face), "rx " + most, "bursts of packets wait in the card");
        }
    }

    /** Only where nobody has spread the load yet. */
    private static void spread(Plan plan, String face, CpuList online) {
        HostSource host = plan.host();
        String queues = "/sys/class/net/" + face + "/queues";
        List<String> receive = host.names(queues).stream().filter(queue -> queue.startsWith("rx-")).toList();
        boolean untouched = receive.stream().allMatch(queue -> CpuList.parseMask(host.text(queues + "/" + queue
                + "/rps_cpus")).isEmpty());
        if (receive.size() < online.count() && untouched) {
            for (String queue : receive) {
                plan.set("rps", new Setting.KernelFile(queues + "/" + queue + "/rps_cpus"), online.mask(),
                        "every CPU takes its share of the packets");
            }
        }
    }
}

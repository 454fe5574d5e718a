package io.sluice.tuning.profile;

import io.sluice.tuning.facts.CpuList;
import io.sluice.tuning.facts.HostSource;
import io.sluice.tuning.facts.NetworkInterface;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** What both profiles want: room for connections, and nothing that stalls. */
final class CommonSettings {
    /** What a local port range may begin with. */
    private static final int LOWEST_LOCAL = 1024;
    private static final String THP = "/sys/kernel/mm/transparent_hugepage/";

    private CommonSettings() {
    }

    static void add(Plan plan, Set<Integer> listenPorts) {
        widePorts(plan);
        reservePorts(plan, listenPorts);
        spreadInterrupts(plan);
        plan.sysctl("time-wait-reuse", "net.ipv4.tcp_tw_reuse", "1",
                "closed connections give their port back after 1 s");
        plan.raise("accept-backlog", "net.core.somaxconn", 0, 16_384,
                "bursts of new connections wait, none is dropped");
        plan.raise("syn-backlog", "net.ipv4.tcp_max_syn_backlog", 0, 8192, "bursts of handshakes wait");
        plan.raise("receive-backlog", "net.core.netdev_max_backlog", 0, 10_000, "bursts of packets wait");
        plan.raise("tcp-receive-buffer", "net.ipv4.tcp_rmem", 2, 16 << 20, "one connection fills a long link");
        plan.raise("tcp-send-buffer", "net.ipv4.tcp_wmem", 2, 16 << 20, "one connection fills a long link");
        plan.raise("udp-receive-buffer", "net.core.rmem_max", 0, 4 << 20, "bursts of datagrams wait");
        plan.raise("udp-send-buffer", "net.core.wmem_max", 0, 4 << 20, "batches of datagrams are sent at once");
        plan.sysctl("slow-start-after-idle", "net.ipv4.tcp_slow_start_after_idle", "0",
                "kept-alive connections keep their window");
        plan.sysctl("listener-migration", "net.ipv4.tcp_migrate_req", "1",
                "a closing listener hands its connections over");
        plan.raise("open-files-ceiling", "fs.nr_open", 0, 1 << 20, "a process may have a million files");
        pipes(plan);
        for (String file : List.of("enabled", "defrag")) {
            String current = new Setting.KernelFile(THP + file).read(plan.host());
            if ("always".equals(current)) {
                plan.set("transparent-huge-pages", new Setting.KernelFile(THP + file), "madvise",
                        "no page fault waits for a huge page");
            }
        }
        plan.sysctl("numa-balancing", "kernel.numa_balancing", "0", "no page faults to learn who uses a page");
        plan.sysctl("zone-reclaim", "vm.zone_reclaim_mode", "0", "memory of the other node before reclaim");
        lowerSwappiness(plan);
        for (String cpu : plan.host().names("/sys/devices/system/cpu")) {
            plan.set("cpu-governor", new Setting.KernelFile("/sys/devices/system/cpu/" + cpu
                    + "/cpufreq/scaling_governor"), "performance", "the CPU is fast when a packet comes");
        }
    }

    private static void widePorts(Plan plan) {
        String name = "net.ipv4.ip_local_port_range";
        String current = new Setting.Sysctl(name).read(plan.host());
        String[] ends = current == null ? new String[0] : current.split(" ");
        if (ends.length == 2 && Long.parseLong(ends[1]) - Long.parseLong(ends[0]) < 55_000) {
            plan.sysctl("port-range", name, "10240 65535", "more connections to each server");
        }
    }

    /** Reserves what Sluice listens on, so that no outgoing connection takes it while Sluice is down. */
    private static void reservePorts(Plan plan, Set<Integer> listenPorts) {
        String name = "net.ipv4.ip_local_reserved_ports";
        CpuList reserved = CpuList.parse(new Setting.Sysctl(name).read(plan.host()));
        CpuList wanted = CpuList.of(IntStream.concat(reserved.stream(), listenPorts.stream().mapToInt(port -> port)
                .filter(port -> port >= LOWEST_LOCAL)));
        if (!wanted.equals(reserved)) {
            plan.sysctl("reserved-ports", name, wanted.toString(), "no outgoing connection takes a listener's port");
        }
    }

    /** Where the interrupts of all queues run on one CPU; irqbalance would undo it, so with irqbalance they stay. */
    private static void spreadInterrupts(Plan plan) {
        HostSource host = plan.host();
        if (host.exists("/run/irqbalance") || host.exists("/run/irqbalance.pid")) {
            return;
        }
        List<Integer> cpus = CpuList.parse(host.text("/sys/devices/system/cpu/online")).stream().boxed().toList();
        for (NetworkInterface card : NetworkInterface.readAll(host)) {
            List<CpuList> places = card.interrupts().stream().map(NetworkInterface.Interrupt::effective).distinct()
                    .toList();
            if (card.queues() > 1 && places.size() == 1 && places.getFirst().count() == 1 && cpus.size() > 1) {
                for (int i = 0; i < card.interrupts().size(); i++) {
                    plan.set("irq-spread", new Setting.KernelFile("/proc/irq/" + card.interrupts().get(i).number()
                            + "/smp_affinity_list"), Integer.toString(cpus.get(i % cpus.size())),
                            "each queue has a CPU of its own");
                }
            }
        }
    }

    /** 0 means no limit, so it is never "raised". */
    private static void pipes(Plan plan) {
        String name = "fs.pipe-user-pages-soft";
        if (!"0".equals(new Setting.Sysctl(name).read(plan.host()))) {
            plan.raise("pipe-pages", name, 0, 262_144, "1,024 pipes of 1 MiB for splice");
        }
    }

    private static void lowerSwappiness(Plan plan) {
        String current = new Setting.Sysctl("vm.swappiness").read(plan.host());
        if (current != null && Integer.parseInt(current) > 10) {
            plan.sysctl("swap", "vm.swappiness", "10", "caches go before the program's memory");
        }
    }
}

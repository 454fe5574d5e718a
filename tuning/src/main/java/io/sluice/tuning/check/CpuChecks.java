package io.sluice.tuning.check;

import io.sluice.tuning.facts.HostFacts;
import io.sluice.tuning.facts.NetworkInterface;
import io.sluice.tuning.facts.Processors;
import io.sluice.tuning.facts.Processors.IdleState;
import io.sluice.tuning.facts.Processors.Node;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Frequency, sleep states, memory nodes and the clock. */
final class CpuChecks {
    private static final long LONG_WAKE_UP_US = 20;
    /** These are read without a system call on the architectures we run on. */
    private static final Set<String> QUICK_CLOCKS = Set.of("tsc", "kvm-clock", "arch_sys_counter",
            "hyperv_clocksource_tsc_page");
    /** Drivers whose "powersave" still follows the load. */
    private static final Set<String> SELF_SCALING = Set.of("intel_pstate", "amd-pstate-epp");

    private CpuChecks() {
    }

    static final List<Check> ALL = List.of(
            new Check("cpu-governor", "CPU frequency governor",
                    """
                            A CPU that must speed up first answers the first packets after a quiet moment late, and light load keeps it \
                            slow.""",
                    "kernel admin-guide/pm/cpufreq; kernel admin-guide/pm/intel_pstate", CpuChecks::governor),
            new Check("cpu-sleep", "Deep sleep states of the CPU",
                    """
                            A worker that waits lets its CPU sleep; waking from a deep state adds its exit latency to the next packet.""",
                    "kernel admin-guide/pm/cpuidle", CpuChecks::sleep),
            new Check("clock-source", "Clock source",
                    """
                            The program reads the clock for timeouts and latency figures. TSC and the paravirtual clocks are read in some \
                            20 ns; others need a system call or a slow device access each time.""",
                    "kernel timers/timekeeping; man 7 vdso",
                    CpuChecks::clock),
            new Check("numa-placement", "Memory nodes",
                    """
                            A worker on one node with its network card or its memory on another pays for the link between them on every \
                            packet.""",
                    "kernel admin-guide/mm/numaperf; man 8 numactl", CpuChecks::placement),
            new Check("numa-balancing", "Automatic moving of memory between nodes",
                    """
                            The kernel unmaps pages to learn who uses them: page faults on the data path that pinned workers do not need.""",
                    "kernel sysctl/kernel: numa_balancing", CpuChecks::balancing),
            new Check("zone-reclaim", "Reclaim before using another node's memory",
                    """
                            A node whose memory is full then drops caches and writes pages out instead of taking memory next door: long \
                            stalls.""",
                    "kernel sysctl/vm: zone_reclaim_mode", CpuChecks::zoneReclaim));

    private static void governor(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        Processors cpus = host.processors();
        Map<String, Integer> counts = new TreeMap<>();
        cpus.governors().values().forEach(governor -> counts.merge(governor, 1, Integer::sum));
        if (counts.isEmpty()) {
            verdicts.ok(cpus.virtual() ? "the hypervisor decides" : "no frequency scaling");
            return;
        }
        String shown = cpus.frequencyDriver() + ": " + counts.entrySet().stream().map(entry -> entry.getKey() + " on "
                + Amount.times(entry.getValue(), "CPU")).collect(java.util.stream.Collectors.joining(", "));
        if (counts.keySet().equals(Set.of("performance"))) {
            verdicts.ok(shown);
            return;
        }
        boolean follows = counts.keySet().stream().allMatch(governor -> governor.equals("schedutil") || governor.equals(
                "performance") || (governor.equals("powersave") && SELF_SCALING.contains(cpus.frequencyDriver())));
        verdicts.add(follows && !usage.lowLatency() ? Severity.INFO : Severity.WARNING, shown, "performance",
                "cpupower frequency-set -g performance");
    }

    private static void sleep(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        List<IdleState> enabled = host.processors().idleStates().stream().filter(IdleState::enabled).toList();
        if (enabled.isEmpty()) {
            verdicts.ok(host.processors().idleStates().isEmpty() ? "no sleep states" : "all disabled");
            return;
        }
        IdleState deepest = enabled.stream().max(java.util.Comparator.comparingLong(IdleState::exitLatencyUs))
                .orElseThrow();
        String shown = "deepest: " + deepest.name() + ", " + Amount.of(deepest.exitLatencyUs()) + " µs to wake";
        if (deepest.exitLatencyUs() <= LONG_WAKE_UP_US) {
            verdicts.ok(shown);
        } else {
            verdicts.add(usage.lowLatency() ? Severity.WARNING : Severity.INFO, shown, "at most " + LONG_WAKE_UP_US
                    + " µs when latency matters more than power", "cpupower idle-set -D " + LONG_WAKE_UP_US);
        }
    }

    private static void clock(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        String clock = host.processors().clockSource();
        if (clock.isEmpty()) {
            verdicts.unknown("/sys/devices/system/clocksource: not on this kernel");
        } else if (QUICK_CLOCKS.contains(clock)) {
            verdicts.ok(clock);
        } else {
            String better = host.processors().clockSources().stream().filter(QUICK_CLOCKS::contains).findFirst().orElse(
                    "");
            verdicts.add(Severity.WARNING, clock + " (available: " + String.join(", ", host.processors().clockSources())
                    + ")", better.isEmpty() ? "tsc or the hypervisor's clock" : better,
                    better.isEmpty()
                            ? "boot with tsc=reliable if the CPU has an invariant TSC; dmesg | grep -i tsc says why it was refused"
                            : "echo " + better + " >/sys/devices/system/clocksource/clocksource0/current_clocksource");
        }
    }

    private static void placement(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        List<Node> nodes = nodesWithCpus(host);
        if (nodes.size() < 2) {
            verdicts.ok("one node");
            return;
        }
        List<Node> spanned = nodes.stream().filter(node -> node.cpus().stream().anyMatch(cpu -> host.process()
                .cpusAllowed().contains(cpu))).toList();
        NetworkInterface nic = host.interfaces().stream().filter(face -> face.numaNode() >= 0 && face.isUp() && usage
                .concerns(face.name())).findFirst().orElse(null);
        String shown = Amount.times(nodes.size(), "node") + "; the process may run on " + Amount.times(spanned.size(),
                "node") + (nic == null ? "" : "; " + nic.name() + " is on node " + nic.numaNode());
        boolean together = spanned.size() == 1 && (nic == null || spanned.getFirst().id() == nic.numaNode());
        if (together) {
            verdicts.ok(shown);
        } else {
            int node = nic == null ? nodes.getFirst().id() : nic.numaNode();
            verdicts.add(nic == null ? Severity.INFO : Severity.WARNING, shown, "the process and its memory on node "
                    + node,
                    "systemctl edit sluice: [Service] NUMAPolicy=bind NUMAMask=" + node + " CPUAffinity=" + cpus(nodes,
                            node) + "   (in a shell: numactl --cpunodebind=" + node + " --membind=" + node
                            + " sluice run)");
        }
    }

    private static void balancing(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        long mode = host.sysctls().number("kernel.numa_balancing", 0, 0);
        if (nodesWithCpus(host).size() < 2 || mode == 0) {
            verdicts.ok("kernel.numa_balancing = " + mode);
        } else {
            verdicts.add(usage.lowLatency() ? Severity.WARNING : Severity.INFO, "kernel.numa_balancing = " + mode, "0",
                    SysctlRule.set("kernel.numa_balancing", "0"));
        }
    }

    private static void zoneReclaim(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        long mode = host.sysctls().number("vm.zone_reclaim_mode", 0, 0);
        if (mode == 0) {
            verdicts.ok("vm.zone_reclaim_mode = 0");
        } else {
            verdicts.add(Severity.WARNING, "vm.zone_reclaim_mode = " + mode, "0", SysctlRule.set("vm.zone_reclaim_mode",
                    "0"));
        }
    }

    private static List<Node> nodesWithCpus(HostFacts host) {
        return host.processors().nodes().stream().filter(node -> !node.cpus().isEmpty()).toList();
    }

    private static String cpus(List<Node> nodes, int id) {
        return nodes.stream().filter(node -> node.id() == id).map(node -> node.cpus().toString()).findFirst()
                .orElse("");
    }
}

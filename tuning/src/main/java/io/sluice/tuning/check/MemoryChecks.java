package io.sluice.tuning.check;

import io.sluice.tuning.facts.HostFacts;
import io.sluice.tuning.facts.MemoryFacts;
import java.util.List;
import java.util.OptionalLong;

/** Memory of the stack, huge pages and swap. */
final class MemoryChecks {
    private static final long PAGE = 4096;
    /** What a busy socket's queue holds on average; a relayed connection has two sockets. */
    private static final long BYTES_PER_SOCKET = 8192;

    private MemoryChecks() {
    }

    static final List<Check> ALL = List.of(
            new Check("tcp-memory", "Memory of all TCP sockets",
                    """
                            Above the second number the kernel shrinks buffers of every connection; above the third it drops packets and \
                            resets connections.""",
                    "kernel ip-sysctl: tcp_mem", MemoryChecks::tcpMemory),
            new Check("udp-memory", "Memory of all UDP sockets",
                    "Above the second number datagrams are dropped though their socket has room.",
                    "kernel ip-sysctl: udp_mem", MemoryChecks::udpMemory),
            new Check("swap", "Swapped-out memory",
                    """
                            A heap page on disk stops the thread that touches it for milliseconds, and a garbage collection touches them \
                            all.""",
                    "kernel sysctl/vm: swappiness", MemoryChecks::swap),
            new Check("transparent-huge-pages", "Transparent huge pages",
                    """
                            With "always" the kernel assembles 2 MiB pages for every program, also while a page fault waits: pauses of \
                            milliseconds. With "madvise" only programs that ask get them, which Java's heap can.""",
                    "kernel mm/transhuge", MemoryChecks::transparentHugePages),
            new Check("huge-pages", "Reserved huge pages",
                    """
                            Packet buffers and large tables on 2 MiB pages need fewer address translations: fewer stalls for each packet.""",
                    "kernel mm/hugetlbpage; kernel sysctl/vm: nr_hugepages", MemoryChecks::hugePages));

    private static void tcpMemory(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        OptionalLong pressure = host.sysctls().number("net.ipv4.tcp_mem", 1);
        OptionalLong most = host.sysctls().number("net.ipv4.tcp_mem", 2);
        if (pressure.isEmpty() || most.isEmpty()) {
            verdicts.unknown("net.ipv4.tcp_mem: " + host.sysctls().whyMissing("net.ipv4.tcp_mem"));
            return;
        }
        long used = host.counters().of("sockstat.TCP.mem");
        long episodes = host.counters().of("TcpExt.TCPMemoryPressures");
        long needed = usage.relays() ? 2 * usage.connections() * BYTES_PER_SOCKET / PAGE : 0;
        // more than half of the memory for sockets would leave too little for everything else
        long affordable = host.memory().totalBytes() / 2 / PAGE;
        String shown = Amount.bytes(used * PAGE) + " of " + Amount.bytes(most.getAsLong() * PAGE) + " in use"
                + (episodes > 0 ? "; under pressure " + Amount.times(episodes, "time") + " since boot" : "");
        if (used < pressure.getAsLong() && episodes == 0
                && (most.getAsLong() >= needed || most.getAsLong() >= affordable)) {
            verdicts.ok(shown);
            return;
        }
        long wanted = Math.min(affordable, Math.max(needed, most.getAsLong() * 2));
        verdicts.add(used >= most.getAsLong() ? Severity.ERROR : Severity.WARNING, shown, Amount.bytes(wanted * PAGE)
                + " or more", SysctlRule.set("net.ipv4.tcp_mem", wanted / 2 + " " + wanted * 3 / 4 + " " + wanted));
    }

    private static void udpMemory(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        if (!usage.uses(Feature.UDP)) {
            return;
        }
        OptionalLong pressure = host.sysctls().number("net.ipv4.udp_mem", 1);
        if (pressure.isEmpty()) {
            verdicts.unknown("net.ipv4.udp_mem: " + host.sysctls().whyMissing("net.ipv4.udp_mem"));
            return;
        }
        long used = host.counters().of("sockstat.UDP.mem");
        String shown = Amount.bytes(used * PAGE) + ", the limit is " + Amount.bytes(pressure.getAsLong() * PAGE);
        if (used < pressure.getAsLong() / 2) {
            verdicts.ok(shown);
        } else {
            long wanted = pressure.getAsLong() * 2;
            verdicts.add(used >= pressure.getAsLong() ? Severity.ERROR : Severity.WARNING, shown, Amount.bytes(wanted
                    * PAGE), SysctlRule.set("net.ipv4.udp_mem", wanted / 2 + " " + wanted + " " + wanted * 3 / 2));
        }
    }

    private static void swap(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        MemoryFacts memory = host.memory();
        long used = memory.swapTotalBytes() - memory.swapFreeBytes();
        long swappiness = host.sysctls().number("vm.swappiness", 0, 60);
        if (memory.swapTotalBytes() == 0) {
            verdicts.ok("no swap");
        } else if (used * 20 > memory.swapTotalBytes()) {
            verdicts.add(Severity.WARNING, Amount.bytes(used) + " of " + Amount.bytes(memory.swapTotalBytes())
                    + " in use", "none in use",
                    "swapoff -a && swapon -a   (needs the memory to be free), then " + SysctlRule
                            .set("vm.swappiness", "10"));
        } else if (swappiness > 10) {
            verdicts.add(Severity.INFO, "vm.swappiness = " + swappiness, "10 or less", SysctlRule.set("vm.swappiness",
                    "10"));
        } else {
            verdicts.ok("vm.swappiness = " + swappiness);
        }
    }

    private static void transparentHugePages(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        String mode = host.memory().transparentHugePages();
        String defrag = host.memory().transparentHugePagesDefrag();
        String shown = mode + ", defrag " + (defrag.isEmpty() ? "unknown" : defrag);
        if (mode.isEmpty()) {
            verdicts.unknown("/sys/kernel/mm/transparent_hugepage: not on this kernel");
        } else if (mode.equals("always") || defrag.equals("always")) {
            verdicts.add(usage.lowLatency() || defrag.equals("always") ? Severity.WARNING : Severity.INFO, shown,
                    "madvise, defrag madvise",
                    "for f in enabled defrag; do echo madvise >/sys/kernel/mm/transparent_hugepage/$f; done");
        } else {
            verdicts.ok(shown);
        }
    }

    private static void hugePages(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        if (!usage.uses(Feature.AF_XDP)) {
            return;
        }
        long pages = host.memory().hugePages();
        String shown = Amount.of(pages) + " of " + Amount.bytes(host.memory().hugePageBytes()) + ", " + Amount.of(host
                .memory().hugePagesFree()) + " free";
        if (pages > 0) {
            verdicts.ok(shown);
        } else {
            verdicts.add(Severity.INFO, shown, "128", SysctlRule.set("vm.nr_hugepages", "128"));
        }
    }
}

package io.sluice.tuning.check;

import io.sluice.tuning.facts.Capability;
import io.sluice.tuning.facts.HostFacts;
import io.sluice.tuning.facts.Kernel.Presence;
import io.sluice.tuning.facts.KernelFeature;
import io.sluice.tuning.facts.KernelVersion;
import java.util.List;
import java.util.OptionalLong;

/** The kernel's version, io_uring, BPF rights and connection tracking. */
final class KernelChecks {
    private KernelChecks() {
    }

    static final List<Check> ALL = List.of(
            new Check("kernel-version", "Kernel version",
                    """
                            5.8 split CAP_BPF from CAP_SYS_ADMIN, 5.14 can move connections between listeners, 6.1 has the io_uring \
                            features the program uses, 6.6 attaches packet programs with tcx.""",
                    "man 7 capabilities; man 7 io_uring; kernel Documentation/bpf", KernelChecks::version),
            new Check("io-uring", "io_uring",
                    """
                            The io_uring transport needs fewer system calls for many small exchanges. Without it transport auto takes epoll.""",
                    "kernel sysctl/kernel: io_uring_disabled, io_uring_group; man 7 io_uring", KernelChecks::ioUring),
            new Check("bpf-unprivileged", "BPF for unprivileged users",
                    """
                            Sluice's packet programs are loaded with CAP_BPF. Letting every user load programs only widens the surface for \
                            attacks.""",
                    "kernel sysctl/kernel: unprivileged_bpf_disabled", KernelChecks::unprivilegedBpf),
            new Check("conntrack-size", "Kernel connection tracking",
                    """
                            Where a firewall rule tracks connections, each relayed connection takes two entries. A full table drops every \
                            new connection of the host.""",
                    "kernel networking/nf_conntrack-sysctl: nf_conntrack_max",
                    KernelChecks::conntrack),
            new Check("conntrack-one-way", "Connection tracking of one-way traffic",
                    """
                            In DR mode answers by-pass this host; connection tracking sees half of each connection, calls packets invalid, \
                            and rules that drop invalid packets cut connections.""",
                    "kernel networking/nf_conntrack-sysctl: nf_conntrack_tcp_be_liberal; man 8 nft: notrack",
                    KernelChecks::oneWay));

    private static void version(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        KernelVersion version = host.kernel().version();
        if (!version.isKnown()) {
            verdicts.unknown("kernel.osrelease: " + host.sysctls().whyMissing("kernel.osrelease"));
        } else if (version.atLeast(6, 6)) {
            verdicts.ok(version.release());
        } else {
            verdicts.add(version.atLeast(5, 10) ? Severity.INFO : Severity.WARNING, version.release(), "6.6 or newer",
                    "apt-get install linux-image-amd64   (Debian: from backports), then reboot");
        }
    }

    private static void ioUring(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        if (!usage.relays()) {
            return;
        }
        Presence presence = host.kernel().presence(KernelFeature.IO_URING);
        OptionalLong disabled = host.sysctls().number("kernel.io_uring_disabled");
        long mode = disabled.orElse(0);
        long group = host.sysctls().number("kernel.io_uring_group", 0, -1);
        if (presence == Presence.ABSENT) {
            verdicts.add(Severity.INFO, "CONFIG_IO_URING is off in this kernel", "on", "");
        } else if (mode == 2) {
            verdicts.add(Severity.INFO, "kernel.io_uring_disabled = 2 (nobody)", "0", SysctlRule.set(
                    "kernel.io_uring_disabled", "0"));
        } else if (mode == 1 && !host.process().has(Capability.SYS_ADMIN) && !host.process().groups().contains(group)) {
            verdicts.add(Severity.INFO, "kernel.io_uring_disabled = 1, and the process is not in group " + group,
                    "0, or the process in kernel.io_uring_group", SysctlRule.set("kernel.io_uring_disabled", "0"));
        } else if (!host.kernel().version().atLeast(6, 1)) {
            verdicts.add(Severity.INFO, "kernel " + host.kernel().version().release(),
                    "6.1 or newer (single issuer, deferred task run)", "");
        } else if (host.container().isContainer() && host.process().seccompFiltered()) {
            verdicts.add(Severity.UNKNOWN, "in a container (" + host.container().runtime()
                    + ") with a seccomp filter, which often forbids io_uring", "allowed by the filter",
                    "docker run --security-opt seccomp=<profile with io_uring_setup, io_uring_enter, io_uring_register>");
        } else if (presence == Presence.UNKNOWN) {
            verdicts.unknown("no kernel configuration to read (/proc/config.gz, /boot/config-*)");
        } else {
            verdicts.ok("available");
        }
    }

    private static void unprivilegedBpf(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        OptionalLong mode = host.sysctls().number("kernel.unprivileged_bpf_disabled");
        if (mode.isPresent() && mode.getAsLong() == 0) {
            verdicts.add(Severity.INFO, "kernel.unprivileged_bpf_disabled = 0", "1 or 2", SysctlRule.set(
                    "kernel.unprivileged_bpf_disabled", "2"));
        } else {
            mode.ifPresent(value -> verdicts.ok("kernel.unprivileged_bpf_disabled = " + value));
        }
    }

    private static void conntrack(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        OptionalLong most = host.sysctls().number("net.netfilter.nf_conntrack_max");
        long count = host.sysctls().number("net.netfilter.nf_conntrack_count", 0, 0);
        if (most.isEmpty() || count == 0) {
            verdicts.ok("not tracking");
            return;
        }
        long wanted = 2 * usage.connections() + count;
        String shown = Amount.of(count) + " of " + Amount.of(most.getAsLong()) + " entries";
        if (count >= most.getAsLong() * 3 / 4 || most.getAsLong() < wanted) {
            verdicts.add(count >= most.getAsLong() * 95 / 100 ? Severity.ERROR : Severity.WARNING, shown, Amount.of(
                    wanted) + " or more, or no tracking of Sluice's ports",
                    SysctlRule.set("net.netfilter.nf_conntrack_max",
                            Long.toString(Math.max(wanted, most.getAsLong() * 2))));
        } else {
            verdicts.ok(shown);
        }
    }

    private static void oneWay(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        boolean tracking = host.sysctls().number("net.netfilter.nf_conntrack_count", 0, 0) > 0;
        if (!usage.uses(Feature.DR) || !tracking) {
            return;
        }
        if (host.sysctls().number("net.netfilter.nf_conntrack_tcp_be_liberal", 0, 0) == 1) {
            verdicts.ok("nf_conntrack_tcp_be_liberal = 1");
        } else {
            verdicts.add(Severity.WARNING, "tracking, and strict about TCP windows",
                    "no tracking for the virtual address, or be_liberal", SysctlRule.set(
                            "net.netfilter.nf_conntrack_tcp_be_liberal", "1"));
        }
    }
}

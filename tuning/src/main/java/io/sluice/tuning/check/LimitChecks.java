package io.sluice.tuning.check;

import io.sluice.tuning.facts.Capability;
import io.sluice.tuning.facts.HostFacts;
import io.sluice.tuning.facts.ProcessFacts;
import io.sluice.tuning.facts.ProcessFacts.Limit;
import java.util.List;

/** Files, locked memory, pipes and control groups: what one process may have. */
final class LimitChecks {
    /** Files that are neither end of a connection: jars, logs, tables, listeners, pipes, io_uring rings. */
    private static final long OTHER_FILES = 1024;
    private static final long LOCKED_FOR_AF_XDP = 256L << 20;
    private static final long PIPE_PAGES = 256;
    private static final long SMALL_MEMORY = 1L << 30;
    private static final long FEW_TASKS = 512;

    private LimitChecks() {
    }

    static final List<Check> ALL = List.of(
            new Check("open-files", "Open files of the process",
                    """
                            A relayed connection needs two descriptors, more while it is spliced. At the limit accept fails with EMFILE \
                            and clients hang in the accept queue.""",
                    "man 2 getrlimit: RLIMIT_NOFILE; man 5 systemd.exec: LimitNOFILE",
                    LimitChecks::openFiles),
            new Check("open-files-ceiling", "Highest limit of open files a process may have", """
                    No process, not even root's, can raise its own limit above this.""", "kernel sysctl/fs: nr_open",
                    LimitChecks::ceiling),
            new Check("open-files-host", "Open files of the whole host", """
                    At this number every program on the host fails to open files and accept connections (ENFILE).""",
                    "kernel sysctl/fs: file-max, file-nr", LimitChecks::hostFiles),
            new Check("locked-memory", "Locked memory",
                    """
                            AF_XDP rings and registered buffers are memory that must not move; the kernel counts it against this limit.""",
                    "man 2 getrlimit: RLIMIT_MEMLOCK; kernel networking/af_xdp", LimitChecks::lockedMemory),
            new Check("pipe-pages", "Memory of pipes for one user",
                    """
                            Bulk connections are relayed through 1 MiB pipes with splice. Beyond this many pages an unprivileged user's new \
                            pipes get one or two pages, and bulk transfer becomes several times slower.""",
                    "kernel sysctl/fs: pipe-user-pages-soft; man 7 pipe", LimitChecks::pipePages),
            new Check("cpu-quota", "CPU time limit of the control group",
                    """
                            When the quota of a period is used up every thread stops until the next one: pauses of up to 100 ms for all \
                            connections.""",
                    "kernel cgroup-v2: cpu.max, cpu.stat", LimitChecks::cpuQuota),
            new Check("memory-limit", "Memory limit of the control group",
                    """
                            Socket buffers, tables and the heap count; at the limit the kernel reclaims, slows the network down and at last \
                            kills the program.""",
                    "kernel cgroup-v2: memory.max", LimitChecks::memoryLimit),
            new Check("task-limit", "Limit of threads of the control group",
                    """
                            The Java virtual machine starts some 40 threads besides the workers; at the limit a thread cannot start and the \
                            program fails.""",
                    "kernel cgroup-v2: pids.max", LimitChecks::taskLimit));

    private static void openFiles(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        ProcessFacts process = host.process();
        if (process.limits().isEmpty()) {
            verdicts.unknown(
                    "/proc/" + process.pid() + "/limits is not readable by this user, or the process has ended");
            return;
        }
        Limit limit = process.limit("Max open files");
        // the Java virtual machine raises its own soft limit to the hard one
        long files = limit.hard();
        long wanted = 2 * usage.connections() + OTHER_FILES;
        String shown = Amount.of(files) + ", enough for " + Amount.of(Math.max(0, (files - OTHER_FILES) / 2))
                + " connections at once";
        if (files >= wanted) {
            verdicts.ok(files == Long.MAX_VALUE ? "unlimited" : shown);
        } else {
            verdicts.add(Severity.WARNING, shown, Amount.of(wanted) + " for " + Amount.of(usage.connections())
                    + " connections",
                    "systemctl edit sluice: [Service] LimitNOFILE=" + roundUp(wanted)
                            + "   (in a shell: ulimit -n " + roundUp(wanted) + ")");
        }
    }

    private static void ceiling(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        long ceiling = host.sysctls().number("fs.nr_open", 0, Long.MAX_VALUE);
        long wanted = 2 * usage.connections() + OTHER_FILES;
        if (ceiling >= wanted) {
            verdicts.ok("fs.nr_open = " + Amount.of(ceiling));
        } else {
            verdicts.add(Severity.WARNING, "fs.nr_open = " + Amount.of(ceiling), Amount.of(roundUp(wanted)), SysctlRule
                    .set("fs.nr_open", Long.toString(roundUp(wanted))));
        }
    }

    private static void hostFiles(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        long used = host.sysctls().number("fs.file-nr", 0, 0);
        long most = host.sysctls().number("fs.file-max", 0, Long.MAX_VALUE);
        long wanted = used + 2 * usage.connections() + OTHER_FILES;
        String shown = Amount.of(used) + " of " + Amount.of(most) + " in use";
        if (most >= wanted) {
            verdicts.ok(shown);
        } else {
            verdicts.add(Severity.WARNING, shown, Amount.of(roundUp(wanted)) + " or more", SysctlRule.set("fs.file-max",
                    Long.toString(roundUp(wanted))));
        }
    }

    private static void lockedMemory(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        Limit limit = host.process().limit("Max locked memory");
        if (!usage.uses(Feature.AF_XDP) || host.process().limits().isEmpty()) {
            return;
        }
        if (limit.hard() >= LOCKED_FOR_AF_XDP || host.process().has(Capability.IPC_LOCK)) {
            verdicts.ok(
                    host.process().has(Capability.IPC_LOCK) ? "CAP_IPC_LOCK, no limit" : Amount.bytes(limit.hard()));
        } else {
            verdicts.add(Severity.ERROR, Amount.bytes(limit.hard()), Amount.bytes(LOCKED_FOR_AF_XDP)
                    + " or CAP_IPC_LOCK", "systemctl edit sluice: [Service] LimitMEMLOCK=infinity");
        }
    }

    private static void pipePages(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        if (!usage.uses(Feature.PROXY)) {
            return;
        }
        String name = "fs.pipe-user-pages-soft";
        long pages = host.sysctls().number(name, 0, 0);
        long largest = host.sysctls().number("fs.pipe-max-size", 0, 1 << 20);
        boolean exempt = host.process().has(Capability.SYS_RESOURCE) || host.process().has(Capability.SYS_ADMIN);
        String shown = name + " = " + Amount.of(pages) + (pages == 0
                ? " (no limit)"
                : ", " + Amount.times(pages / PIPE_PAGES, "pipe") + " of 1 MiB")
                + (exempt
                        ? "; this process is exempt (" + (host.process().has(Capability.SYS_RESOURCE)
                                ? Capability.SYS_RESOURCE
                                : Capability.SYS_ADMIN).kernelName() + ")"
                        : "");
        if (!exempt && largest < 1 << 20) {
            verdicts.add(Severity.WARNING, "fs.pipe-max-size = " + Amount.bytes(largest), "1 MiB", SysctlRule.set(
                    "fs.pipe-max-size", Long.toString(1 << 20)));
        } else if (exempt || pages == 0 || pages / PIPE_PAGES >= 1024) {
            verdicts.ok(shown);
        } else {
            verdicts.add(Severity.WARNING, shown, Amount.of(1024 * PIPE_PAGES) + " (1,024 pipes of 1 MiB), or 0",
                    SysctlRule.set(name, Long.toString(1024 * PIPE_PAGES)));
        }
    }

    private static void cpuQuota(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        double quota = host.container().cpuQuota();
        if (Double.isInfinite(quota)) {
            verdicts.ok("no quota");
            return;
        }
        long throttled = host.container().throttledPeriods();
        String shown = Amount.decimal(quota) + " CPUs of " + host.processors().online().count() + "; " + Amount.of(
                throttled) + " of " + Amount.of(host.container().periods()) + " periods cut short";
        boolean suffers = throttled * 100 > host.container().periods() || quota < 1;
        if (quota >= host.processors().online().count() && !suffers) {
            verdicts.ok(shown);
        } else {
            verdicts.add(suffers ? Severity.WARNING : Severity.INFO, shown,
                    "no quota; whole CPUs by cpuset instead, or workers fewer than the quota",
                    "systemctl set-property sluice.service CPUQuota=   (container: --cpuset-cpus instead of --cpus)");
        }
    }

    private static void memoryLimit(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        long limit = host.container().memoryLimitBytes();
        long used = host.container().memoryUsedBytes();
        if (limit == Long.MAX_VALUE) {
            verdicts.ok("no limit");
            return;
        }
        String shown = Amount.bytes(used) + " of " + Amount.bytes(limit) + " in use";
        if (limit >= SMALL_MEMORY && used < limit * 0.9) {
            verdicts.ok(shown);
        } else {
            long wanted = Math.max(SMALL_MEMORY, used * 3 / 2);
            verdicts.add(Severity.WARNING, shown, Amount.bytes(wanted) + " or more",
                    "systemctl set-property sluice.service MemoryMax=" + wanted + "   (container: --memory)");
        }
    }

    private static void taskLimit(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        long limit = host.container().pidsLimit();
        if (limit >= FEW_TASKS) {
            verdicts.ok(limit == Long.MAX_VALUE ? "no limit" : Amount.of(limit));
        } else {
            verdicts.add(Severity.WARNING, Amount.of(limit), Amount.of(FEW_TASKS) + " or more",
                    "systemctl set-property sluice.service TasksMax=" + FEW_TASKS + "   (container: --pids-limit)");
        }
    }

    /** To the next power of two, as such limits are usually written. */
    private static long roundUp(long number) {
        return Long.highestOneBit(Math.max(1, number - 1)) << 1;
    }
}

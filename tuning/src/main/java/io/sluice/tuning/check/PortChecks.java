package io.sluice.tuning.check;

import io.sluice.tuning.facts.CpuList;
import io.sluice.tuning.facts.HostFacts;
import io.sluice.tuning.facts.PortUse;
import io.sluice.tuning.facts.Sysctls;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;

/** Local ports: how many there are, who else wants them and when they run out. */
final class PortChecks {
    private static final String RANGE = "net.ipv4.ip_local_port_range";
    private static final String RESERVED = "net.ipv4.ip_local_reserved_ports";
    private static final long KERNEL_DEFAULT = 28_232;
    private static final long WIDE = 55_000;
    /**
     * Well-known ports of databases, remote desktops and consoles stay outside; one end is even, one odd (ip-sysctl).
     */
    private static final String WIDE_RANGE = "10240 65535";

    private PortChecks() {
    }

    static final List<Check> ALL = List.of(
            new Check("port-range", "Local ports for connections to real servers",
                    """
                            One source address reaches one server address and port with at most this many connections, those in TIME_WAIT \
                            included; the next connect fails with EADDRNOTAVAIL.""",
                    "kernel ip-sysctl: ip_local_port_range; RFC 6056",
                    PortChecks::range),
            new Check("reserved-ports", "Listening ports inside the local port range",
                    """
                            An outgoing connection may take the port of a listener while Sluice is down; then it cannot listen when it \
                            starts again.""",
                    "kernel ip-sysctl: ip_local_reserved_ports", PortChecks::reserved),
            new Check("port-use", "Ports in use now",
                    """
                            Connections from one address to one server address and port share one range of ports. As it fills up connects \
                            take longer, then fail.""",
                    "kernel proc/net/tcp; RFC 6056", PortChecks::inUse),
            new Check("port-forecast", "Ports needed for the expected load",
                    """
                            Each connection holds a port of its source address for its life and up to 60 s after (TIME_WAIT). Rate times \
                            that time is the number of ports in use (Little's law).""",
                    "RFC 9293 section 3.6.1; kernel include/net/tcp.h: TCP_TIMEWAIT_LEN", PortChecks::forecast),
            new Check("time-wait-reuse", "Reuse of ports in TIME_WAIT",
                    """
                            With 1 a port in TIME_WAIT serves a new connection to the same server after one second, which timestamps make \
                            safe; without, it is held for 60 s.""",
                    "kernel ip-sysctl: tcp_tw_reuse; RFC 6191", PortChecks::reuse));

    private static void range(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        if (!usage.relays() && !usage.uses(Feature.SNAT)) {
            return;
        }
        OptionalLong low = host.sysctls().number(RANGE);
        OptionalLong high = host.sysctls().number(RANGE, 1);
        if (low.isEmpty() || high.isEmpty()) {
            verdicts.unknown(RANGE + ": " + host.sysctls().whyMissing(RANGE));
            return;
        }
        long ports = ports(host.sysctls());
        String shown = Amount.of(ports) + " ports (" + low.getAsLong() + "-" + high.getAsLong() + ")";
        if (ports >= WIDE) {
            verdicts.ok(shown);
        } else {
            verdicts.add(ports < KERNEL_DEFAULT ? Severity.WARNING : Severity.INFO, shown, Amount.of(WIDE)
                    + " or more (10240-65535)", SysctlRule.set(RANGE, WIDE_RANGE));
        }
    }

    private static void reserved(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        long low = host.sysctls().number(RANGE, 0, 32_768);
        long high = host.sysctls().number(RANGE, 1, 60_999);
        CpuList reserved = ranges(host.sysctls());
        SortedSet<Integer> exposed = new TreeSet<>(usage.listenPorts());
        exposed.removeIf(port -> port < low || port > high || reserved.contains(port));
        if (usage.listenPorts().isEmpty()) {
            return;
        }
        if (exposed.isEmpty()) {
            verdicts.ok("none, or reserved");
        } else {
            CpuList all = CpuList.of(java.util.stream.IntStream.concat(reserved.stream(), exposed.stream().mapToInt(
                    port -> port)));
            verdicts.add(Severity.WARNING, "not reserved: " + CpuList.of(exposed.stream().mapToInt(port -> port)),
                    "reserved", SysctlRule.set(RESERVED, all.toString()));
        }
    }

    private static void inUse(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        long ports = ports(host.sysctls());
        if (host.portUse().isEmpty()) {
            verdicts.ok("no pair of addresses holds 1,000 ports");
        }
        for (PortUse use : host.portUse()) {
            PortForecast forecast = PortForecast.ofHeld(ports, 1, 1, use.ports());
            String shown = Amount.of(use.ports()) + " of " + Amount.of(ports) + " ports (" + Amount.percent(forecast
                    .use()) + "), " + Amount.of(use.timeWait()) + " of them in TIME_WAIT";
            if (forecast.severity() == Severity.OK) {
                verdicts.ok(use.toString(), shown);
            } else {
                verdicts.add(forecast.severity(), use.toString(), shown, "less than 70 %",
                        mend(host, use.timeWait() > use.ports() / 2, 1, forecast));
            }
        }
    }

    private static void forecast(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        long ports = ports(host.sysctls());
        for (Usage.Path path : usage.paths()) {
            double wait = path.timeWait() ? waitSeconds(host.sysctls()) : 0;
            if (path.servers() == 0) {
                continue;
            }
            PortForecast forecast = path.connectionsPerSecond() > 0
                    ? PortForecast.of(ports, path.sources(), path.servers(), path.connectionsPerSecond(),
                            path.seconds(), wait)
                    : PortForecast.ofHeld(ports, path.sources(), path.servers(), path.maxConnections());
            String shown = load(path, wait) + ": " + Amount.of(Math.round(forecast.peak())) + " of " + Amount.of(ports)
                    + " ports for each source and server (" + Amount.percent(forecast.use()) + ")";
            if (forecast.severity() == Severity.OK) {
                verdicts.ok(path.service(), shown);
            } else {
                String limit = Double.isInfinite(forecast.highestRate())
                        ? ""
                        : "; at most " + Amount.of((long) forecast.highestRate()) + " connections a second here";
                verdicts.add(forecast.severity(), path.service(), shown, "less than 70 %" + limit, mend(host, wait > 1
                        && path.seconds() < wait, path.sources(), forecast));
            }
        }
    }

    private static void reuse(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        if (!usage.relays()) {
            return;
        }
        String name = "net.ipv4.tcp_tw_reuse";
        OptionalLong value = host.sysctls().number(name);
        if (value.isEmpty()) {
            verdicts.unknown(name + ": " + host.sysctls().whyMissing(name));
        } else if (value.getAsLong() == 1) {
            verdicts.ok(name + " = 1");
        } else {
            verdicts.add(Severity.INFO, name + " = " + value.getAsLong() + (value.getAsLong() == 2
                    ? " (loopback only)"
                    : ""), "1", SysctlRule.set(name, "1"));
        }
    }

    /** What helps most, first: the range, then reuse, then more source addresses. */
    private static String mend(HostFacts host, boolean waiting, int sources, PortForecast forecast) {
        if (ports(host.sysctls()) < WIDE) {
            return SysctlRule.set(RANGE, WIDE_RANGE);
        }
        return waiting && host.sysctls().number("net.ipv4.tcp_tw_reuse", 0, 0) != 1
                ? SysctlRule.set("net.ipv4.tcp_tw_reuse", "1")
                : "in sluice.yaml, source-address: a list of " + forecast.sourcesNeeded(sources) + " addresses";
    }

    private static String load(Usage.Path path, double wait) {
        String ends = path.sources() + " to " + path.servers();
        return path.connectionsPerSecond() > 0
                ? Amount.decimal(path.connectionsPerSecond()) + (path.timeWait() ? " connections" : " sessions")
                        + "/s of " + Amount.decimal(path.seconds()) + " s"
                        + (path.timeWait() ? " + " + Amount.decimal(wait) + " s TIME_WAIT, " : ", ") + ends
                : Amount.of(path.maxConnections()) + " connections at once, " + ends;
    }

    private static double waitSeconds(Sysctls sysctls) {
        return sysctls.number("net.ipv4.tcp_tw_reuse", 0, 2) == 1
                && sysctls.number("net.ipv4.tcp_timestamps", 0, 1) != 0
                        ? PortForecast.REUSE_SECONDS
                        : PortForecast.TIME_WAIT_SECONDS;
    }

    /** Ports of the range that are not reserved. */
    private static long ports(Sysctls sysctls) {
        long low = sysctls.number(RANGE, 0, 32_768);
        long high = sysctls.number(RANGE, 1, 60_999);
        long reserved = ranges(sysctls).stream().filter(port -> port >= low && port <= high).count();
        return Math.max(0, high - low + 1 - reserved);
    }

    /** The kernel's list notation for reserved ports is the one for CPUs. */
    private static CpuList ranges(Sysctls sysctls) {
        return CpuList.parse(sysctls.text(RESERVED));
    }
}

package io.sluice.tuning.check;

import static io.sluice.tuning.check.SysctlRule.atLeast;
import static io.sluice.tuning.check.SysctlRule.exactly;

import io.sluice.tuning.facts.HostFacts;
import java.util.List;

/** Settings of the network stack that are judged by one number each. */
final class SysctlChecks {
    private static final long MEBIBYTE = 1 << 20;

    private SysctlChecks() {
    }

    static final List<Check> ALL = List.of(
            new Check("accept-backlog", "Accept queue of a listener",
                    """
                            A listener's queue of accepted connections is cut to this number, whatever the program asks for. When a burst \
                            fills it the kernel drops the last packet of the handshake and the client waits a second or more to retry.""",
                    "kernel ip-sysctl: somaxconn; man 2 listen", atLeast("net.core.somaxconn", 4096, 16384).hurtsWhen(
                            "TcpExt.ListenOverflows")),
            new Check("syn-backlog", "Half-open connections of a listener",
                    """
                            Handshakes that wait for the client's last packet beyond this number are dropped or answered with SYN cookies, \
                            which lose window scaling and selective acknowledgements where timestamps are off.""",
                    "kernel ip-sysctl: tcp_max_syn_backlog; RFC 4987",
                    atLeast("net.ipv4.tcp_max_syn_backlog", 1024, 8192)
                            .hurtsWhen("TcpExt.TCPReqQFullDrop")),
            new Check("syn-cookies", "SYN cookies",
                    """
                            With cookies a flood of SYN packets cannot lock clients out. 0 leaves the listener defenceless; 2 uses cookies \
                            for every connection and costs TCP options.""",
                    "kernel ip-sysctl: tcp_syncookies; RFC 4987", exactly(
                            "net.ipv4.tcp_syncookies", 1, Severity.WARNING)),
            new Check("receive-backlog", "Backlog between a network card and the stack", """
                    Packets that RPS or a virtual interface hands to another CPU wait here; a full queue drops them.""",
                    "kernel sysctl/net: netdev_max_backlog; kernel networking/scaling",
                    atLeast("net.core.netdev_max_backlog", 1000,
                            10_000).hurtsWhen("softnet.dropped")),
            new Check("receive-budget", "Packets per softirq round",
                    """
                            A round of receive work ends after this many packets or this much time. When rounds often end with packets \
                            left, the network card's ring overflows though a CPU has time.""",
                    "kernel sysctl/net: netdev_budget, netdev_budget_usecs", SysctlChecks::budget),
            new Check("tcp-receive-buffer", "Largest TCP receive buffer",
                    """
                            One connection's throughput is at most its buffer divided by the round-trip time: 6 MiB at 100 ms is 500 \
                            Mbit/s. The kernel grows a buffer only when the connection needs it.""",
                    "kernel ip-sysctl: tcp_rmem; RFC 7323",
                    atLeast("net.ipv4.tcp_rmem", 4 * MEBIBYTE, 16 * MEBIBYTE).number(2)
                            .inBytes().onlyWhen(Usage::relays)),
            new Check("tcp-send-buffer", "Largest TCP send buffer",
                    """
                            A sender keeps every byte until it is acknowledged, so the buffer bounds a connection's throughput like the \
                            receive buffer does at the other end.""",
                    "kernel ip-sysctl: tcp_wmem; RFC 7323", atLeast("net.ipv4.tcp_wmem",
                            4 * MEBIBYTE, 16 * MEBIBYTE).number(2).inBytes().onlyWhen(Usage::relays)),
            new Check("udp-receive-buffer", "Largest UDP receive buffer",
                    """
                            Datagrams that arrive while a worker is busy wait in the socket's buffer; beyond it they are lost. Programs may \
                            ask for no more than this.""",
                    "man 7 socket: SO_RCVBUF; kernel sysctl/net: rmem_max", atLeast(
                            "net.core.rmem_max", MEBIBYTE, 4 * MEBIBYTE).inBytes().hurtsWhen("Udp.RcvbufErrors")
                            .onlyWhen(usage -> usage
                                    .uses(Feature.UDP))),
            new Check("udp-send-buffer", "Largest UDP send buffer",
                    """
                            A batch of datagrams that does not fit the send buffer is cut short and costs another system call.""",
                    "man 7 socket: SO_SNDBUF; kernel sysctl/net: wmem_max",
                    atLeast("net.core.wmem_max", MEBIBYTE, 4 * MEBIBYTE)
                            .inBytes().hurtsWhen("Udp.SndbufErrors").onlyWhen(usage -> usage.uses(Feature.UDP))),
            new Check("tcp-timestamps", "TCP timestamps",
                    """
                            Ports in TIME_WAIT can be used again only with timestamps, and they protect against old packets of an earlier \
                            connection.""",
                    "kernel ip-sysctl: tcp_timestamps; RFC 7323", exactly("net.ipv4.tcp_timestamps", 1,
                            Severity.WARNING)),
            new Check("time-wait-table", "Connections in TIME_WAIT",
                    """
                            Beyond this number closed connections are forgotten at once and a late packet may reach a new connection with \
                            the same ports.""",
                    "kernel ip-sysctl: tcp_max_tw_buckets; RFC 9293 section 3.6", atLeast(
                            "net.ipv4.tcp_max_tw_buckets", 65_536, 131_072).hurtsWhen("TcpExt.TCPTimeWaitOverflow")
                            .onlyWhen(
                                    Usage::relays)),
            new Check("abort-on-overflow", "Reset when the accept queue is full", """
                    1 resets clients during a short burst instead of letting them retry.""",
                    "kernel ip-sysctl: tcp_abort_on_overflow",
                    exactly("net.ipv4.tcp_abort_on_overflow", 0, Severity.WARNING)),
            new Check("listener-migration", "Connections of a closing listener move to its siblings",
                    """
                            Each worker has its own listener on the same port. When one closes (upgrade, fewer workers), connections in its \
                            accept queue are reset unless the kernel may move them to another listener of the group.""",
                    "kernel ip-sysctl: tcp_migrate_req", exactly("net.ipv4.tcp_migrate_req", 1, Severity.INFO).onlyWhen(
                            Usage::relays)),
            new Check("slow-start-after-idle", "Slow start after idle time",
                    """
                            A connection that was quiet for one retransmission timeout starts again with a small window, which slows the \
                            first answer on kept-alive connections.""",
                    "kernel ip-sysctl: tcp_slow_start_after_idle; RFC 5681 section 4.1",
                    exactly("net.ipv4.tcp_slow_start_after_idle", 0, Severity.INFO).onlyWhen(Usage::relays)),
            new Check("neighbour-table", "Hosts on the attached networks",
                    """
                            One entry for each host that is reached without a router. A full table fails new connections to hosts on the \
                            link.""",
                    "man 7 arp: gc_thresh3", atLeast("net.ipv4.neigh.default.gc_thresh3", 1024, 8192).hurtsWhen(
                            "arp.table_fulls")
                            .onlyWhen(usage -> usage.handlesPackets() || usage.uses(Feature.CLUSTER))),
            new Check("bpf-jit", "BPF just-in-time compiler", """
                    Packet modes run a BPF program for every packet; interpreted it is several times slower.""",
                    "kernel sysctl/net: bpf_jit_enable",
                    exactly("net.core.bpf_jit_enable", 1, Severity.WARNING).onlyWhen(
                            usage -> usage.handlesPackets() || usage.uses(Feature.CLUSTER))),
            new Check("busy-polling", "Busy polling of sockets",
                    """
                            A blocked read or poll looks at the network card for this many microseconds before it sleeps: lower latency, \
                            more CPU.""",
                    "kernel sysctl/net: busy_read, busy_poll", atLeast("net.core.busy_poll", 0, 50).onlyWhen(
                            Usage::lowLatency)));

    /** More rounds than this share ending early means the budget is too small. */
    private static final double SQUEEZED_SHARE = 0.001;
    private static final long PACKETS_THAT_PROVE = 100_000;

    private static void budget(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        long packets = host.counters().packets();
        long squeezes = host.counters().timeSqueezes();
        String shown = Amount.of(squeezes) + " rounds cut short in " + Amount.of(packets) + " packets";
        if (packets < PACKETS_THAT_PROVE || squeezes < packets * SQUEEZED_SHARE) {
            verdicts.ok(shown);
            return;
        }
        long budget = host.sysctls().number("net.core.netdev_budget", 0, 300);
        long time = host.sysctls().number("net.core.netdev_budget_usecs", 0, 2000);
        verdicts.add(Severity.WARNING, shown, "less than 1 in 1,000", SysctlRule.set("net.core.netdev_budget", Long
                .toString(budget * 2)) + " net.core.netdev_budget_usecs=" + time * 2);
    }
}

package io.sluice.tuning.check;

import io.sluice.tuning.facts.HostFacts;
import io.sluice.tuning.facts.NetworkInterface;
import java.util.List;
import java.util.OptionalLong;

/** Forwarding, address ownership and ARP: only for the modes where the kernel's default is in the way. */
final class RoutingChecks {
    private RoutingChecks() {
    }

    static final List<Check> ALL = List.of(
            new Check("ip-forwarding", "Forwarding of IPv4 packets",
                    """
                            In packet modes clients' and servers' packets pass through this host. Without forwarding the kernel drops them \
                            and refuses the route look-ups of the packet program.""",
                    "kernel ip-sysctl: ip_forward; man 7 bpf-helpers: bpf_fib_lookup", RoutingChecks::forwarding),
            new Check("redirects", "ICMP redirects",
                    """
                            When clients and servers share a network with the balancer, the kernel tells them to talk to each other \
                            directly, and answers by-pass the balancer that must translate them.""",
                    "kernel ip-sysctl: send_redirects",
                    RoutingChecks::redirects),
            new Check("reverse-path", "Reverse path filter",
                    """
                            Strict mode drops packets whose answer would leave by another interface. Behind routers that use two ways, and \
                            with clients' addresses on the servers' side, that is ordinary traffic.""",
                    "kernel ip-sysctl: rp_filter; RFC 3704", RoutingChecks::reversePath),
            new Check("arp-flux", "Who answers ARP for an address",
                    """
                            A host with several interfaces on one network answers for each address on all of them, so the virtual address \
                            is seen at changing MAC addresses.""",
                    "kernel ip-sysctl: arp_ignore, arp_announce", RoutingChecks::arpFlux),
            new Check("arp-real-server", "A real server in DR mode keeps silent about the virtual address",
                    """
                            In DR mode every real server carries the virtual address on lo. If it answers ARP for it, clients talk to that \
                            server and by-pass the balancer.""",
                    "kernel ip-sysctl: arp_ignore, arp_announce", RoutingChecks::arpServer),
            new Check("nonlocal-bind", "Listening on an address the other node holds",
                    """
                            The passive node of a pair opens its listeners before it owns the virtual address. Sluice asks for that itself; \
                            other programs of the host that listen there need the setting.""",
                    "kernel ip-sysctl: ip_nonlocal_bind; man 7 ip: IP_FREEBIND", RoutingChecks::nonlocalBind));

    private static void forwarding(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        if (!usage.handlesPackets()) {
            return;
        }
        String name = "net.ipv4.ip_forward";
        OptionalLong value = host.sysctls().number(name);
        if (value.isEmpty()) {
            verdicts.unknown(name + ": " + host.sysctls().whyMissing(name));
        } else if (value.getAsLong() == 1) {
            verdicts.ok(name + " = 1");
        } else {
            verdicts.add(Severity.ERROR, name + " = 0", "1", SysctlRule.set(name, "1"));
        }
    }

    private static void redirects(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        if (usage.uses(Feature.NAT) || usage.uses(Feature.SNAT)) {
            for (NetworkInterface face : concerned(host, usage)) {
                long sends = host.sysctls().forInterface(face.name(), "send_redirects").orElse(0);
                if (sends == 0) {
                    verdicts.ok(face.name(), "send_redirects = 0");
                } else {
                    verdicts.add(Severity.WARNING, face.name(), "send_redirects = " + sends, "0", set("all",
                            "send_redirects", 0) + " net.ipv4.conf." + slashed(face.name()) + ".send_redirects=0");
                }
            }
        }
    }

    private static void reversePath(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        if (usage.handlesPackets() || usage.uses(Feature.TRANSPARENT)) {
            for (NetworkInterface face : concerned(host, usage)) {
                long mode = host.sysctls().forInterface(face.name(), "rp_filter").orElse(-1);
                String shown = "rp_filter = " + mode + " (" + (mode == 1 ? "strict" : mode == 2 ? "loose" : "off")
                        + ")";
                if (mode == 1) {
                    verdicts.add(Severity.WARNING, face.name(), shown, "2 (loose)", set(face.name(), "rp_filter", 2));
                } else if (mode >= 0) {
                    verdicts.ok(face.name(), shown);
                }
            }
        }
    }

    private static void arpFlux(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        boolean ownsVirtualAddress = usage.uses(Feature.DR) || usage.uses(Feature.NAT) || usage.uses(Feature.PAIR);
        if (ownsVirtualAddress && host.interfaces().stream().filter(NetworkInterface::isUp).count() > 1) {
            arp(host, usage, verdicts, Severity.WARNING);
        }
    }

    private static void arpServer(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        if (usage.uses(Feature.DR_SERVER)) {
            arp(host, usage, verdicts, Severity.ERROR);
        }
    }

    private static void arp(HostFacts host, Usage usage, Check.Verdicts verdicts, Severity otherwise) {
        for (NetworkInterface face : concerned(host, usage)) {
            long ignore = host.sysctls().forInterface(face.name(), "arp_ignore").orElse(0);
            long announce = host.sysctls().forInterface(face.name(), "arp_announce").orElse(0);
            String shown = "arp_ignore = " + ignore + ", arp_announce = " + announce;
            if (ignore >= 1 && announce == 2) {
                verdicts.ok(face.name(), shown);
            } else {
                verdicts.add(otherwise, face.name(), shown, "arp_ignore = 1, arp_announce = 2",
                        "sysctl -w net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2");
            }
        }
    }

    private static void nonlocalBind(HostFacts host, Usage usage, Check.Verdicts verdicts) {
        if (!usage.uses(Feature.PAIR)) {
            return;
        }
        String name = "net.ipv4.ip_nonlocal_bind";
        OptionalLong value = host.sysctls().number(name);
        if (value.isEmpty()) {
            verdicts.unknown(name + ": " + host.sysctls().whyMissing(name));
        } else {
            verdicts.ok(name + " = " + value.getAsLong() + (value.getAsLong() == 0
                    ? " (not needed: Sluice's listeners ask for IP_FREEBIND)"
                    : ""));
        }
    }

    private static List<NetworkInterface> concerned(HostFacts host, Usage usage) {
        return host.interfaces().stream().filter(face -> usage.concerns(face.name())).toList();
    }

    private static String set(String face, String setting, long value) {
        return "sysctl -w net.ipv4.conf." + slashed(face) + "." + setting + "=" + value;
    }

    /** VLAN interfaces have a dot in their name, which sysctl writes as a slash. */
    private static String slashed(String face) {
        return face.replace('.', '/');
    }
}

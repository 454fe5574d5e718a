package io.sluice.control.config.checks;

import io.sluice.control.config.model.Cluster;
import io.sluice.control.config.model.Cluster.Filtering;
import io.sluice.control.config.model.Cluster.PortRule;
import io.sluice.control.config.model.Cluster.RuleAffinity;
import io.sluice.control.config.model.Cluster.RuleProtocol;
import io.sluice.control.config.model.PortSet;
import io.sluice.control.config.yaml.NodePath;
import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.ip.Prefix;
import java.util.List;

/** Whether the hosts of a cluster could agree who answers what. */
final class ClusterChecks {
    /** As many as Windows NLB has; every host holds all of them in a kernel map. */
    private static final int MOST_RULES = 32;
    private static final int PPTP = 1723;

    private ClusterChecks() {
    }

    static void run(Cluster cluster, Look look) {
        Ip own = cluster.host().dedicatedAddress();
        if (own.equals(cluster.address())) {
            look.error(
                    "dedicated-address: " + own + " is the cluster IP (allowed: an address that only "
                            + "this host has)",
                    "cluster", "host", "dedicated-address");
        } else if (!own.sameFamily(cluster.address())) {
            look.error("dedicated-address: not of the cluster IP's version (allowed: the same IP version)", "cluster",
                    "host", "dedicated-address");
        }
        var network = new Prefix(cluster.address(), cluster.prefix());
        if (network.address().equals(cluster.address())
                && cluster.prefix() < cluster.address().bits()) {
            look.error(
                    "address: " + cluster.address() + " is the network itself (allowed: the address of "
                            + "a host in it)",
                    "cluster", "address");
        }
        List<PortRule> rules = cluster.portRules();
        for (int i = 0; i < rules.size(); i++) {
            NodePath spot = look.item(i, "cluster", "port-rules");
            checkRule(rules.get(i), spot, look);
            for (int j = 0; j < i; j++) {
                checkOverlap(rules.get(j), look.item(j, "cluster", "port-rules"), rules.get(i), spot, look);
            }
        }
        if (rules.size() > MOST_RULES) {
            look.error("port-rules: " + rules.size() + " rules (allowed: up to " + MOST_RULES + ")", "cluster",
                    "port-rules");
        }
    }

    private static void checkRule(PortRule rule, NodePath spot, Look look) {
        if (rule.filtering() == Filtering.SINGLE && rule.handlingPriority() == 0) {
            look.error(spot,
                    "port rule " + spot.number() + " lacks 'handling-priority', which says who is the single host "
                            + "(allowed: handling-priority: 1 to " + Cluster.MAXIMUM_HOSTS + ")");
        }
        boolean shared = rule.filtering() == Filtering.MULTIPLE;
        if (rule.protocol() == RuleProtocol.PPTP && shared && rule.affinity() == RuleAffinity.NONE) {
            look.error(spot, "affinity: 'none' would part GRE from its TCP connection (allowed: single, network with "
                    + "protocol: pptp)");
        }
        if (rule.protocol() == RuleProtocol.PPTP && !rule.ports().equals(PortSet.of(PPTP))) {
            look.error(spot, "ports: '" + rule.ports() + "' with protocol: pptp, whose port is fixed (allowed: " + PPTP
                    + ")");
        }
        if (shared && rule.affinity() == RuleAffinity.NONE && !rule.timeout().isZero()) {
            look.error(spot,
                    "timeout: there is no affinity that could outlive a connection (allowed: only with affinity: "
                            + "single or network)");
        }
    }

    private static void checkOverlap(PortRule first, NodePath firstSpot, PortRule rule, NodePath spot, Look look) {
        if (first.protocol().meets(rule.protocol()) && first.ports().overlaps(rule.ports())) {
            look.error(spot, "port rule " + spot.number() + " (" + rule.protocol().word() + " " + rule.ports()
                    + ") overlaps port rule " + firstSpot.number() + " (" + first.protocol().word() + " "
                    + first.ports()
                    + ", line " + look.line(firstSpot) + "; allowed: each port once per protocol)");
        }
    }
}

package io.sluice.control.config.keys;

import static io.sluice.control.config.type.Key.absent;
import static io.sluice.control.config.type.Key.standard;

import io.sluice.control.config.model.Cluster.Filtering;
import io.sluice.control.config.model.Cluster.PortRule;
import io.sluice.control.config.model.Cluster.RuleAffinity;
import io.sluice.control.config.model.Cluster.RuleProtocol;
import io.sluice.control.config.model.Cluster;
import io.sluice.control.config.model.PortSet;
import io.sluice.control.config.type.Key;
import io.sluice.control.config.type.NumberTypes.NumberType;
import io.sluice.control.config.type.NumberTypes.PortsType;
import io.sluice.control.config.type.SectionType;
import io.sluice.control.config.type.Types;
import io.sluice.control.config.type.Values;
import java.time.Duration;
import java.util.List;

/** The keys of one port rule of a cluster. */
final class PortRuleKeys {
    private static final PortSet PPTP_PORT = PortSet.of(1723);

    private static final Key<PortRule, PortSet> PORTS = absent("ports",
            new PortsType(0, PortSet.HIGHEST, "all", "port"),
            PortRule::ports, "all; 1723 with protocol: pptp", "Ports that the rule covers.");
    private static final Key<PortRule, RuleProtocol> PROTOCOL = standard("protocol", Types.word(RuleProtocol.class),
            PortRule::protocol, RuleProtocol.BOTH,
            "Protocols that the rule covers. pptp is TCP 1723 and GRE to one host.");
    private static final Key<PortRule, Filtering> FILTERING = standard("filtering", Types.word(Filtering.class),
            PortRule::filtering, Filtering.MULTIPLE,
            "multiple: the hosts share the traffic. single: the host with the lowest handling-priority answers. disabled: "
                    + "nobody does.");
    private static final Key<PortRule, RuleAffinity> AFFINITY = absent("affinity", Types.word(RuleAffinity.class),
            (PortRule rule) -> rule.filtering() == Filtering.MULTIPLE ? rule.affinity() : null, "single",
            "What keeps a client on one host.").only("with filtering: multiple", PortRuleKeys::multiple);
    private static final Key<PortRule, Duration> TIMEOUT = standard("timeout",
            Types.duration(Duration.ZERO, Duration.ofDays(365)), PortRule::timeout, Duration.ZERO,
            "How long affinity outlives a client's last connection.").only("with filtering: multiple",
                    PortRuleKeys::multiple);
    private static final Key<PortRule, Integer> LOAD = standard("load",
            new NumberType(0, 100).or("equal", PortRule.EQUAL), PortRule::load, PortRule.EQUAL,
            "This host's share, relative to the other hosts.").only("with filtering: multiple", PortRuleKeys::multiple);
    private static final Key<PortRule, Integer> HANDLING_PRIORITY = absent("handling-priority",
            new NumberType(1, Cluster.MAXIMUM_HOSTS),
            (PortRule rule) -> rule.handlingPriority() == 0 ? null : rule.handlingPriority(),
            "none; needed with filtering: single", "The host with the lowest one answers.")
            .only("with filtering: single",
                    v -> v.get(FILTERING) == Filtering.SINGLE);

    static final SectionType<PortRule> SECTION = SectionType.of("port rule",
            List.<Key<PortRule, ?>>of(PORTS, PROTOCOL, FILTERING, AFFINITY, TIMEOUT, LOAD, HANDLING_PRIORITY),
            PortRuleKeys::rule);

    private PortRuleKeys() {
    }

    private static boolean multiple(Values<PortRule> v) {
        return v.get(FILTERING) == Filtering.MULTIPLE;
    }

    private static PortRule rule(Values<PortRule> v) {
        RuleProtocol protocol = v.get(PROTOCOL);
        return new PortRule(v.get(PORTS, protocol == RuleProtocol.PPTP ? PPTP_PORT : PortSet.ALL), protocol,
                v.get(FILTERING), multiple(v) ? v.get(AFFINITY, RuleAffinity.SINGLE) : RuleAffinity.NONE,
                v.get(TIMEOUT),
                v.get(LOAD), v.get(HANDLING_PRIORITY, 0));
    }
}

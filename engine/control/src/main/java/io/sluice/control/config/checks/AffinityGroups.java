package io.sluice.control.config.checks;

import io.sluice.control.config.model.Affinity;
import io.sluice.control.config.model.ServerConfiguration;
import io.sluice.control.config.model.ServiceConfiguration;
import io.sluice.control.config.type.QuantityTypes.DurationType;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Services that share affinity must mean the same by a client and by a server. */
final class AffinityGroups {
    private AffinityGroups() {
    }

    static void run(Look look) {
        Map<String, ServiceConfiguration> firsts = new HashMap<>();
        for (ServiceConfiguration service : look.configuration().services()) {
            String group = service.affinity().group();
            ServiceConfiguration first = group == null ? null : firsts.putIfAbsent(group, service);
            if (group != null && first != null) {
                compare(first, service, group, look);
            }
        }
    }

    private static void compare(ServiceConfiguration first, ServiceConfiguration service, String group, Look look) {
        Affinity one = first.affinity();
        Affinity other = service.affinity();
        String shared = "'" + group + "' is shared with service '" + first.name() + "' (line "
                + look.lineOfKey("services", first.name(), "affinity") + "), ";
        if (one.by() != other.by() || one.ipv4Prefix() != other.ipv4Prefix()
                || one.ipv6Prefix() != other.ipv6Prefix()) {
            look.error("group: " + shared + "which tells clients apart in another way "
                    + "(allowed: the same by, ipv4-prefix and ipv6-prefix in a group)", "services", service.name(),
                    "affinity", "group");
            return;
        }
        if (!names(first).equals(names(service))) {
            look.warning("group: " + shared + "whose servers have other names: a client follows a server by its name",
                    "services", service.name(), "affinity", "group");
        }
        if (!one.timeout().equals(other.timeout())) {
            look.warning("timeout: " + DurationType.text(other.timeout()) + ", but group " + shared
                    + "which says " + DurationType.text(one.timeout()) + ": the group remembers a client for "
                    + DurationType.text(look.configuration().affinityTimeout(service))
                    + ", the longest of its timeouts", "services", service.name(), "affinity", "timeout");
        }
    }

    private static Set<String> names(ServiceConfiguration service) {
        return service.servers().stream().map(ServerConfiguration::name).collect(Collectors.toSet());
    }
}

package io.sluice.program.observe;

import io.sluice.control.api.Status;
import io.sluice.control.api.Status.ServerStatus;
import io.sluice.control.api.Status.ServiceStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Names for the ids in the flow and affinity tables, from the conductor's last status. */
public final class Known {
    private final Map<Long, ServiceStatus> services = new HashMap<>();
    private final Map<Long, List<ServiceStatus>> groups = new HashMap<>();

    public Known(Status status) {
        for (ServiceStatus service : status.everyService()) {
            services.put(service.id(), service);
            if (service.affinityGroup() != 0) {
                groups.computeIfAbsent(service.affinityGroup(), absent -> new ArrayList<>()).add(service);
            }
        }
    }

    /** The virtual service's name, or its id in brackets where nothing of it is left. */
    public String service(long id) {
        ServiceStatus service = services.get(id);
        return service == null ? unknown(id) : service.name();
    }

    /** The real server's name within a service. */
    public String server(long serviceId, long serverId) {
        ServiceStatus service = services.get(serviceId);
        return service == null ? unknown(serverId) : name(List.of(service), serverId);
    }

    /** The names of the virtual services that share an affinity group. */
    public List<String> servicesOf(long group) {
        List<ServiceStatus> members = groups.getOrDefault(group, List.of());
        return members.isEmpty() ? List.of(unknown(group)) : members.stream().map(ServiceStatus::name).toList();
    }

    /** The real server's name within an affinity group. */
    public String serverOf(long group, long serverId) {
        return name(groups.getOrDefault(group, List.of()), serverId);
    }

    private static String name(List<ServiceStatus> services, long serverId) {
        for (ServiceStatus service : services) {
            for (ServerStatus server : all(service)) {
                if (server.id() == serverId) {
                    return server.name();
                }
            }
        }
        return serverId == 0 ? "-" : unknown(serverId);
    }

    private static List<ServerStatus> all(ServiceStatus service) {
        List<ServerStatus> all = new ArrayList<>(service.servers());
        if (service.fallback() != null) {
            all.add(service.fallback());
        }
        all.addAll(service.removed());
        return all;
    }

    private static String unknown(long id) {
        return "[" + HexFormat.of().toHexDigits(id) + "]";
    }
}

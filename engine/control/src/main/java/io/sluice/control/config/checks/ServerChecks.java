package io.sluice.control.config.checks;

import io.sluice.conntrack.Mode;
import io.sluice.conntrack.Protocol;
import io.sluice.control.config.model.ServerConfiguration;
import io.sluice.control.config.model.ServiceConfiguration;
import io.sluice.ringbuffers.ip.Endpoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Whether the real servers of one virtual service fit it and each other. */
final class ServerChecks {
    private ServerChecks() {
    }

    static void run(ServiceConfiguration service, Look look) {
        Map<Endpoint, String> seen = HashMap.newHashMap(service.servers().size());
        boolean unweighted = !service.scheduler().weighted();
        for (ServerConfiguration server : service.servers()) {
            String same = seen.putIfAbsent(server.address(), server.name());
            if (same != null) {
                look.error("address: server '" + server.name() + "' has the address " + server.address()
                        + " of server '" + same + "' (line " + look.line("services", service.name(), "servers", same)
                        + "; allowed: each address once in a service)", path(service, server, "address"));
            }
            checkLimits(service, server, look);
            if (unweighted && server.weight() != ServerConfiguration.STANDARD_WEIGHT && server.weight() != 0) {
                look.warning("weight: scheduler " + service.scheduler().configName() + " takes no notice of "
                        + server.weight(), path(service, server, "weight"));
            }
            if (server.tls() != null && (service.protocol() == Protocol.UDP || service.mode() != Mode.PROXY)) {
                look.error("tls: only connections that are relayed can be encrypted (allowed: only with mode: proxy)",
                        path(service, server, "tls"));
            }
        }
        checkSomebodyServes(service, look);
    }

    private static void checkLimits(ServiceConfiguration service, ServerConfiguration server, Look look) {
        if (server.maxConnections() > 0 && server.minConnections() > server.maxConnections()) {
            look.error("min-connections: " + server.minConnections() + " is more than max-connections, "
                    + server.maxConnections() + " (allowed: 0 to " + server.maxConnections() + ")",
                    path(service, server, "min-connections"));
        } else if (server.maxConnections() == 0 && server.minConnections() > 0) {
            look.warning("min-connections: has no effect without max-connections",
                    path(service, server, "min-connections"));
        }
    }

    private static void checkSomebodyServes(ServiceConfiguration service, Look look) {
        List<ServerConfiguration> servers = service.servers();
        if (look.problems().anyError()) {
            return; // a server that could not be read may well be the one that serves
        }
        if (servers.isEmpty()) {
            look.warning("servers: there is none: every client is " + (service.fallback() == null
                    ? "refused"
                    : "sent to "
                            + "the fallback"),
                    "services", service.name(), "servers");
        } else if (servers.stream().allMatch(server -> server.weight() == 0)) {
            look.warning("servers: every weight is 0: no new client is served", "services", service.name(), "servers");
        } else if (servers.stream().allMatch(ServerConfiguration::backup)) {
            look.warning("servers: every server is a backup: did you mean one of them to be none?", "services",
                    service.name(), "servers");
        }
    }

    private static String[] path(ServiceConfiguration service, ServerConfiguration server, String key) {
        return new String[]{"services", service.name(), "servers", server.name(), key};
    }
}

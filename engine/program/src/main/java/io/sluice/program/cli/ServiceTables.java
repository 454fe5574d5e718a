package io.sluice.program.cli;

import io.sluice.control.api.AdminState;
import io.sluice.control.api.ServerRole;
import io.sluice.control.api.Status.AgentStatus;
import io.sluice.program.observe.ServerReport;
import io.sluice.program.observe.ServiceReport;
import java.util.ArrayList;
import java.util.List;

/** Virtual services and real servers as tables. */
final class ServiceTables {
    private ServiceTables() {
    }

    static Table services(List<ServiceReport> services, Style style) {
        Table table = new Table("SERVICE", "LISTEN", "PROTOCOL", "MODE", "SCHEDULER", "STATE", ">SERVING",
                ">CONNECTIONS", ">TOTAL", ">IN", ">OUT");
        for (ServiceReport service : services) {
            table.row(service.name(), service.listen(), service.protocol().word(), service.mode().word(),
                    service.scheduler(),
                    style.state(service.state().word()), service.serving() + "/" + service.servers().size(),
                    service.connections(), service.totalConnections(), Quantities.bytes(service.bytesIn()),
                    Quantities.bytes(service.bytesOut()));
        }
        return table;
    }

    static Table servers(List<ServiceReport> services, Style style) {
        Table table = new Table("SERVER", "ADDRESS", ">WEIGHT", "HEALTH", "ADMIN", ">CONNECTIONS", ">TOTAL", ">IN",
                ">OUT", ">FAILURES", "CHECK");
        for (ServiceReport service : services) {
            for (ServerReport server : all(service)) {
                table.row(service.name() + "/" + server.name() + role(server, style), server.address(),
                        weight(server, style), health(server, style), admin(server, style),
                        server.connections(), server.totalConnections(), Quantities.bytes(server.bytesIn()),
                        Quantities.bytes(server.bytesOut()), server.connectFailures(), check(server, style));
            }
        }
        return table;
    }

    /** What has happened at servers and is a mistake of the settings there. */
    static List<String> remarks(List<ServiceReport> services) {
        List<String> remarks = new ArrayList<>();
        for (ServiceReport service : services) {
            for (ServerReport server : all(service)) {
                if (server.strayAnswers() > 0) {
                    remarks.add(service.name() + "/" + server.name() + ": " + server.strayAnswers()
                            + " datagrams came from another port than the one asked and were dropped: a server behind"
                            + " UDP sessions must answer from its own port (TFTP: dnsmasq --tftp-single-port)");
                }
            }
        }
        return remarks;
    }

    /** Services that are not configured any more, and what is left of them. */
    static List<String> removed(List<ServiceReport> services) {
        return services.stream().map(service -> service.name() + ": no longer configured, " + service.connections()
                + (service.connections() == 1 ? " connection lives" : " connections live")
                + " on (sluice kick -s " + service.name() + " ends them)").toList();
    }

    private static List<ServerReport> all(ServiceReport service) {
        List<ServerReport> all = new ArrayList<>(service.servers());
        if (service.fallback() != null) {
            all.add(service.fallback());
        }
        all.addAll(service.removed());
        return all;
    }

    private static String role(ServerReport server, Style style) {
        return server.role() == ServerRole.SERVER ? "" : style.dim(" (" + server.role().word() + ")");
    }

    /**
     * {@code 100}, {@code 40->100} while it slowly starts, {@code 7 (file: 100)} where it was overridden, and what its
     * agent makes of it.
     */
    private static String weight(ServerReport server, Style style) {
        if (server.role() == ServerRole.FALLBACK || server.role() == ServerRole.REMOVED) {
            return "-";
        }
        AgentStatus agent = server.agent();
        int percent = agent == null ? 100 : agent.weightPercent();
        boolean asAgentSays = percent != 100;
        boolean growing = !asAgentSays && server.effectiveWeight() > 0 && server.effectiveWeight() < server.weight();
        String weight = (growing ? server.effectiveWeight() + "->" + server.weight() : String.valueOf(server.weight()))
                + (asAgentSays ? style.dim(" (agent: " + percent + " %)") : "");
        return server.weight() == server.configuredWeight()
                ? weight
                : weight + style.dim(" (file: " + server.configuredWeight() + ")");
    }

    /** {@code online}, {@code online (agent: drain)}: what administrators want, and the agent beside the server. */
    private static String admin(ServerReport server, Style style) {
        AgentStatus agent = server.agent();
        return style.state(server.admin().word()) + (agent == null || agent.admin() == AdminState.ONLINE
                ? ""
                : style.dim(" (agent: ") + style.state(agent.admin().word()) + style.dim(")"));
    }

    private static String health(ServerReport server, Style style) {
        return server.role() == ServerRole.FALLBACK || server.role() == ServerRole.REMOVED
                ? "-"
                : style.state(server.health().word());
    }

    private static String check(ServerReport server, Style style) {
        String detail = server.check().detail();
        if (server.check().last() == null && detail.isEmpty()) {
            return "-";
        }
        String changed = server.admin() == AdminState.HALT || server.check().last() == null
                ? ""
                : style.dim(" (since " + LifeLines.time(server.check().changed()) + ")");
        return detail + changed;
    }
}

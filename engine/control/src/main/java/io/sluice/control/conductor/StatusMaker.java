package io.sluice.control.conductor;

import io.sluice.control.api.ServerRole;
import io.sluice.control.api.ServiceState;
import io.sluice.control.api.Status;
import io.sluice.control.api.Status.AgentStatus;
import io.sluice.control.api.Status.CheckReport;
import io.sluice.control.api.Status.ServerStatus;
import io.sluice.control.api.Status.ServiceStatus;
import io.sluice.control.conductor.state.Draining;
import io.sluice.control.conductor.state.ServerModel;
import io.sluice.control.conductor.state.ServiceModel;
import io.sluice.control.config.model.Listen;
import io.sluice.control.config.model.ServiceConfiguration;
import io.sluice.control.health.AgentReport;
import io.sluice.control.health.CheckStatus;
import io.sluice.control.health.HealthChecks;
import io.sluice.dataplane.service.StableId;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes the report of what is in force. Conductor's thread; {@link #refreshed} any. */
final class StatusMaker {
    private StatusMaker() {
    }

    static ServiceStatus service(ServiceModel service, Draining leaving, long nowNs) {
        ServiceConfiguration configuration = service.configuration();
        ServerModel fallback = service.fallback();
        return new ServiceStatus(service.name(), service.wiring().id(),
                configuration.listens().stream().map(Listen::toString).collect(Collectors.joining(", ")),
                configuration.protocol(), configuration.mode(), configuration.scheduler().configName(),
                service.wiring().affinity().group(), service.state(),
                service.servers().stream().map(server -> server(service, server, nowNs)).toList(),
                fallback == null ? null : server(service, fallback, ServerRole.FALLBACK, nowNs),
                leaving.of(service.name()).stream().map(server -> server(service, server, ServerRole.REMOVED, nowNs))
                        .toList());
    }

    /** One that is not configured any more, with connections still. */
    static ServiceStatus removed(ServiceModel service, Draining leaving, long nowNs) {
        ServiceStatus former = service(service, leaving, nowNs);
        return new ServiceStatus(former.name(), former.id(), former.listen(), former.protocol(), former.mode(),
                former.scheduler(), former.affinityGroup(), ServiceState.DOWN, List.of(), null, former.removed());
    }

    private static ServerRole role(ServerModel server) {
        return server.configuration().backup() ? ServerRole.BACKUP : ServerRole.SERVER;
    }

    /** One of those configured. */
    static ServerStatus server(ServiceModel service, ServerModel server, long nowNs) {
        return server(service, server, role(server), nowNs);
    }

    private static ServerStatus server(ServiceModel service, ServerModel server, ServerRole role, long nowNs) {
        int effective = service.servers(service.candidates()).anyMatch(server::equals)
                ? server.rampedWeight(nowNs, service.slowStartNs())
                : 0;
        return new ServerStatus(server.key().server(), StableId.of(server.key().server()),
                server.configuration().address().toString(), server.weight(), server.configuration().weight(),
                effective, role, server.health(), server.admin(), agent(server.agent()),
                new CheckReport(null, server.detail(), server.changed()));
    }

    private static @Nullable AgentStatus agent(AgentReport report) {
        return report.equals(AgentReport.NONE) ? null : new AgentStatus(report.admin(), report.weightPercent());
    }

    /** The same with what the checks said last, which changes without anything else changing. */
    static Status refreshed(Status status, HealthChecks checks, java.time.Instant now) {
        List<ServiceStatus> services = status.services().stream().map(service -> refreshed(service, checks)).toList();
        return new Status(status.version(), status.pid(), status.started(), now, status.transport(), status.workers(),
                status.configuration(), status.pair(), services, status.removed());
    }

    private static ServiceStatus refreshed(ServiceStatus service, HealthChecks checks) {
        List<ServerStatus> servers = service.servers().stream().map(server -> refreshed(service, server, checks))
                .toList();
        return new ServiceStatus(service.name(), service.id(), service.listen(), service.protocol(), service.mode(),
                service.scheduler(), service.affinityGroup(), service.state(), servers, service.fallback(),
                service.removed());
    }

    private static ServerStatus refreshed(ServiceStatus service, ServerStatus server, HealthChecks checks) {
        CheckStatus check = checks.status(service.name(), server.name());
        if (check == null) {
            return server;
        }
        CheckReport report = new CheckReport(check.last(), check.detail(), server.check().changed());
        return new ServerStatus(server.name(), server.id(), server.address(), server.weight(),
                server.configuredWeight(), server.effectiveWeight(), server.role(), server.health(), server.admin(),
                server.agent(), report);
    }
}

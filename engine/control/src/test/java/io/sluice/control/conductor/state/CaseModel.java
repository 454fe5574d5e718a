package io.sluice.control.conductor.state;

import io.sluice.control.api.AdminState;
import io.sluice.control.api.ServerHealth;
import io.sluice.control.config.file.ConfigurationFile;
import io.sluice.control.config.model.ServerConfiguration;
import io.sluice.control.config.model.ServiceConfiguration;
import io.sluice.dataplane.service.ServerColumn;
import io.sluice.dataplane.service.ServiceColumn;
import io.sluice.dataplane.service.ServiceRows;
import io.sluice.ringbuffers.counters.CounterRow;
import io.sluice.ringbuffers.counters.CountersFile;
import io.sluice.ringbuffers.counters.Kind;
import io.sluice.scheduler.DecisionCase;
import io.sluice.scheduler.ServerState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Cases of the scheduler's table as the conductor has them. */
public final class CaseModel {
    private final CountersFile counters;
    private final long nowNs;

    public CaseModel(CountersFile counters, long nowNs) {
        this.counters = counters;
        this.nowNs = nowNs;
    }

    /** Its service under this name, its servers at 10.0.0.1:80 and so on. */
    public ServiceModel service(String name, DecisionCase one) {
        ServiceConfiguration configuration = configuration(name, one);
        List<ServerModel> servers = new ArrayList<>();
        for (int i = 0; i < one.servers().size(); i++) {
            servers.add(server(name, configuration, one.servers().get(i), i));
        }
        boolean fallback = configuration.fallback() != null;
        ServerModel last = fallback ? servers.removeLast() : null;
        ServiceRows rows = new ServiceRows(row(Kind.SERVICE, -1, name, ""), List.of(row(Kind.SERVICE, 0, name, "")),
                List.of(row(Kind.ENDS, 0, name, "")), List.of(row(Kind.CONNECT_TIME, 0, name, "")));
        rows.gauges().set(ServiceColumn.WAITING, one.othersWait() ? 1 : 0);
        return new ServiceModel(configuration, configuration.affinity().timeout(), rows, List.of(), servers, last, null,
                null);
    }

    private ServerModel server(String service, ServiceConfiguration configuration, DecisionCase.Server server,
            int position) {
        boolean fallback = server.state() == ServerState.FALLBACK;
        ServerKey key = new ServerKey(service, fallback ? ServerKey.FALLBACK : server.name());
        ServerRows rows = new ServerRows(row(Kind.SERVER, -1, service, key.server()),
                List.of(row(Kind.SERVER, 0, service, key.server())));
        rows.gauges().set(ServerColumn.CONNECTIONS, server.connections());
        rows.gauges().set(ServerColumn.FULL, server.wasFull() ? 1 : 0);
        var made = new ServerModel(key, fallback
                ? new ServerConfiguration(key.server(),
                        Objects.requireNonNull(configuration.fallback()), 100, 0, 0, false, null)
                : configuration.servers().get(position), null, rows, server.rampNs() > 0);
        if (ServerState.is(server.state(), ServerState.DOWN)) {
            made.become(ServerHealth.DOWN, "connect refused", Instant.now(), nowNs);
        } else if (!ServerState.is(server.state(), ServerState.UNCHECKED)) {
            made.become(ServerHealth.UP, "connect", Instant.now(), nowNs - server.elapsedNs());
        }
        if (ServerState.is(server.state(), ServerState.HALTED)) {
            made.administer(AdminState.HALT, nowNs);
        } else if (ServerState.is(server.state(), ServerState.DRAINED)) {
            made.administer(AdminState.DRAIN, nowNs);
        }
        return made;
    }

    private static ServiceConfiguration configuration(String name, DecisionCase one) {
        StringBuilder servers = new StringBuilder();
        String fallback = "";
        for (int i = 0; i < one.servers().size(); i++) {
            DecisionCase.Server server = one.servers().get(i);
            String address = "10.0.0." + (i + 1) + ":80";
            if (server.state() == ServerState.FALLBACK) {
                fallback = "fallback: " + address;
            } else {
                servers.append("      %s: { address: %s, weight: %d, backup: %b, max-connections: %d%s }%n".formatted(
                        server.name(), address, server.weight(), ServerState.is(server.state(), ServerState.BACKUP),
                        server.maxConnections(),
                        server.minConnections() > 0 ? ", min-connections: " + server.minConnections() : ""));
            }
        }
        long rampNs = one.servers().stream().mapToLong(DecisionCase.Server::rampNs).max().orElse(0);
        String yaml = """
                services:
                  %s:
                    listen: 127.0.0.1:9
                    scheduler: %s
                    affinity: { by: %s }
                    slow-start: %ds
                    when-full: %s
                    %s
                    servers:
                %s""".formatted(name, one.scheduler().configName(), one.affinity() ? "source-ip" : "none",
                TimeUnit.NANOSECONDS.toSeconds(rampNs), one.overflow() ? "backup" : "queue", fallback,
                servers.isEmpty() ? "      unused: 10.0.0.1:80\n" : servers.toString());
        return switch (ConfigurationFile.parse(yaml, "decisions")) {
            case ConfigurationFile.Valid valid -> valid.configuration().services().getFirst();
            case ConfigurationFile.Invalid invalid -> throw new AssertionError(invalid.problems() + yaml);
        };
    }

    private CounterRow row(Kind kind, int worker, String service, String server) {
        return counters.allocate(kind, worker, service, server);
    }
}

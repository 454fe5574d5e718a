package io.sluice.control.conductor;

import io.sluice.control.conductor.state.ModelFacts;
import io.sluice.control.conductor.state.ServerModel;
import io.sluice.control.conductor.state.ServiceModel;
import io.sluice.control.conductor.state.ServiceSettings;
import io.sluice.dataplane.service.RealServer;
import io.sluice.dataplane.service.Routes;
import io.sluice.dataplane.service.StableId;
import io.sluice.dataplane.service.Tenure;
import io.sluice.dataplane.service.VirtualService;
import io.sluice.ringbuffers.ip.Ip;
import io.sluice.scheduler.Candidates;
import java.util.Collection;

/** Makes Routes out of the models, at one instant. Conductor's thread. */
final class RoutesMaker {
    private RoutesMaker() {
    }

    static Routes make(long version, Collection<ServiceModel> services, Tenure tenure, long nowNs) {
        return Routes.of(version, services.stream().map(service -> virtualService(service, nowNs)).toList(), tenure);
    }

    private static VirtualService virtualService(ServiceModel service, long nowNs) {
        Candidates candidates = ModelFacts.of(service).candidates(service, nowNs);
        service.publish(candidates);
        ServiceSettings wiring = service.wiring();
        return new VirtualService(wiring.id(), service.name(),
                service.everyServer().stream().map(server -> realServer(service, server)).toList(), candidates,
                wiring.affinity(), wiring.access(), wiring.limits(), service.rows(), service.forwarding());
    }

    private static RealServer realServer(ServiceModel service, ServerModel server) {
        Ip address = server.configuration().address().address();
        return new RealServer(StableId.of(server.key().server()), server.key().server(), address.high(),
                address.low(), server.configuration().address().port(), server.tls(),
                server.configuration().maxConnections(), server.configuration().minConnections(),
                server.state(), server.severs(service.wiring().severOnServerDown()), server.rows().gauges(),
                server.rows().counters());
    }
}

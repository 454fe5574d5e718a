package io.sluice.control.conductor;

import io.sluice.control.conductor.state.Eligible;
import io.sluice.control.conductor.state.ServerModel;
import io.sluice.control.conductor.state.ServiceModel;
import io.sluice.control.conductor.state.ServiceRows;
import io.sluice.control.conductor.state.ServiceSettings;
import io.sluice.dataplane.service.Choice;
import io.sluice.dataplane.service.RealServer;
import io.sluice.dataplane.service.RealServer.Admission;
import io.sluice.dataplane.service.Routes;
import io.sluice.dataplane.service.StableId;
import io.sluice.dataplane.service.VirtualService;
import io.sluice.ringbuffers.syscall.SocketAddress;
import io.sluice.scheduler.SchedulerKind;
import io.sluice.scheduler.SchedulerPlan;
import io.sluice.scheduler.ServerId;
import io.sluice.scheduler.ServerSet;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes Routes out of the models, at one instant. Conductor's thread. */
final class RoutesMaker {
    private RoutesMaker() {
    }

    static Routes make(long version, Collection<ServiceModel> services, long nowNs) {
        return new Routes(version, services.stream().map(service -> virtualService(service, nowNs)).toList());
    }

    private static VirtualService virtualService(ServiceModel service, long nowNs) {
        Eligible eligible = Eligible.of(service);
        List<ServerModel> all = withFallback(service);
        Choice choice = choice(service, eligible, all, nowNs);
        service.chosen(eligible, choice);
        ServiceSettings wiring = service.wiring();
        ServiceRows rows = service.rows();
        return new VirtualService(wiring.id(), service.name(), wiring.protocol(), service.listeners(),
                all.stream().map(server -> realServer(service, server, eligible)).toList(), choice, wiring.affinity(),
                wiring.limits(), wiring.access(), wiring.timeouts(), wiring.connecting(), wiring.proxyHeader(),
                service.tls(), wiring.severOnServerDown(), wiring.udpResponses(), rows.gauges(), rows.counters(),
                rows.ends(),
                rows.connectTimes());
    }

    private static List<ServerModel> withFallback(ServiceModel service) {
        ServerModel fallback = service.fallback();
        if (fallback == null) {
            return service.servers();
        }
        List<ServerModel> all = new ArrayList<>(service.servers());
        all.add(fallback);
        return all;
    }

    private static RealServer realServer(ServiceModel service, ServerModel server, Eligible eligible) {
        boolean fallback = server == service.fallback();
        InetAddress address = server.configuration().address().getAddress();
        // nobody may come back to the fallback once a real server is up
        Admission admission = !fallback || eligible.servers().contains(server) ? server.admission() : Admission.NONE;
        return new RealServer(StableId.of(server.key().server()), server.key().server(), SocketAddress.high(address),
                SocketAddress.low(address), server.configuration().address().getPort(), server.tls(),
                server.configuration().maxConnections(), server.configuration().minConnections(),
                server.configuration().backup(), fallback, admission,
                server.severs(service.wiring().severOnServerDown()), server.rows().gauges(), server.rows().counters());
    }

    /** The former choice where nothing about it changed, so that workers keep their cursors. */
    private static Choice choice(ServiceModel service, Eligible eligible, List<ServerModel> all, long nowNs) {
        SchedulerKind kind = service.configuration().scheduler();
        long[] ids = eligible.servers().stream().mapToLong(RoutesMaker::hashIdentity).toArray();
        int[] weights = eligible.servers().stream()
                .mapToInt(server -> server.rampedWeight(nowNs, service.slowStartNs())).toArray();
        List<Integer> positions = eligible.servers().stream().map(all::indexOf).toList();
        Choice former = service.choice();
        if (former != null && isSame(former, kind, ids, weights, positions)) {
            return former;
        }
        ServerSet set = new ServerSet(ids, weights);
        return new Choice(kind, set, SchedulerPlan.of(kind, set), positions);
    }

    private static boolean isSame(@Nullable Choice former, SchedulerKind kind, long[] ids, int[] weights,
            List<Integer> positions) {
        return former != null && former.kind() == kind && Arrays.equals(former.eligible().ids(), ids)
                && Arrays.equals(former.eligible().weights(), weights) && former.servers().equals(positions);
    }

    /** Hashing schedulers go by the address, so that nodes and renamed servers agree. */
    private static long hashIdentity(ServerModel server) {
        var address = server.configuration().address();
        return ServerId.of(address.getAddress(), address.getPort());
    }
}

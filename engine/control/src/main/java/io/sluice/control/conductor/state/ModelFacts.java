package io.sluice.control.conductor.state;

import io.sluice.control.config.model.ServiceConfiguration.WhenFull;
import io.sluice.dataplane.service.Probation;
import io.sluice.dataplane.service.ServerColumn;
import io.sluice.dataplane.service.ServiceColumn;
import io.sluice.scheduler.Candidates;
import io.sluice.scheduler.Facts;
import io.sluice.scheduler.SchedulerKind;
import io.sluice.scheduler.ServerId;
import io.sluice.scheduler.ServerState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a decision may know of a service's servers, by the conductor's models: the configured ones in their order, then
 * the fallback. Conductor's thread.
 *
 * @param othersWait whether any client waits for a place
 * @param failed taken to be down, whatever is known of it; null: none
 */
public record ModelFacts(List<ServerModel> servers, boolean othersWait, @Nullable ServerModel failed)
        implements
            Facts {
    public static ModelFacts of(ServiceModel service) {
        return new ModelFacts(service.everyServer(),
                service.rows().gauges().get(ServiceColumn.WAITING) > 0, null);
    }

    /** The same if that server were down. */
    public ModelFacts without(ServerModel server) {
        return new ModelFacts(servers, othersWait, server);
    }

    /** Who may be chosen; the former instance where nothing about it has changed. */
    public Candidates candidates(ServiceModel service, long nowNs) {
        SchedulerKind kind = service.configuration().scheduler();
        int[] states = new int[servers.size()];
        long[] ids = new long[states.length];
        int[] weights = new int[states.length];
        for (int i = 0; i < states.length; i++) {
            ServerModel server = servers.get(i);
            states[i] = state(i);
            ids[i] = hashIdentity(server);
            weights[i] = server.rampedWeight(nowNs, service.slowStartNs());
        }
        return Candidates.of(kind, states, ids, weights,
                service.configuration().whenFull() == WhenFull.BACKUP, service.former());
    }

    /** Hashing schedulers go by the address, so that nodes and renamed servers agree. */
    private static long hashIdentity(ServerModel server) {
        return ServerId.of(server.configuration().address());
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // a server is its model
    public int state(int position) {
        ServerModel server = servers.get(position);
        return server == failed ? server.state() | ServerState.DOWN : server.state();
    }

    @Override
    public int connections(int position) {
        return (int) servers.get(position).rows().gauges().get(ServerColumn.CONNECTIONS);
    }

    @Override
    public int maxConnections(int position) {
        return servers.get(position).configuration().maxConnections();
    }

    @Override
    public int minConnections(int position) {
        return servers.get(position).configuration().minConnections();
    }

    @Override
    public boolean wasFull(int position) {
        return servers.get(position).rows().gauges().get(ServerColumn.FULL) != 0;
    }

    @Override
    public boolean isOnProbation(int position) {
        return Probation.isOn(servers.get(position).rows().gauges());
    }

    /** A client that asks has tried nobody. */
    @Override
    public boolean tried(int position) {
        return false;
    }
}

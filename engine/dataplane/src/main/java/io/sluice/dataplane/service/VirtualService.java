package io.sluice.dataplane.service;

import io.sluice.ringbuffers.ip.PrefixSet;
import io.sluice.scheduler.Candidates;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A virtual service as the data plane sees it, whatever its mode; immutable.
 *
 * @param id stable identity: {@link StableId#of} of the name; the flow table's service
 * @param name the label
 * @param servers every configured real server, the fallback last where there is one
 * @param candidates who may be chosen for a new client now
 * @param affinity how clients come back to their server
 * @param access who may connect
 * @param limits how many and how fast
 * @param counters its rows in the counters file
 * @param forwarding which data plane takes its clients, and what only that one needs
 */
public record VirtualService(long id, String name, List<RealServer> servers, Candidates candidates,
        AffinityRule affinity, AccessList access, Limits limits, ServiceRows counters, Forwarding forwarding) {

    public VirtualService {
        servers = List.copyOf(servers);
    }

    /** The same without a socket. */
    public VirtualService withoutListeners() {
        return new VirtualService(id, name, servers, candidates, affinity, access, limits, counters,
                forwarding.withoutListeners());
    }

    /** The server of that identity, or null where the configuration no longer has it. */
    public @Nullable RealServer server(long serverId) {
        int position = positionOf(serverId);
        return position < 0 ? null : servers.get(position);
    }

    /** Where in {@link #servers} the server of that identity stands, or -1. */
    public int positionOf(long serverId) {
        for (int i = 0; i < servers.size(); i++) {
            if (servers.get(i).id() == serverId) {
                return i;
            }
        }
        return -1;
    }

    /** Limits in numbers; 0 is no limit. */
    public record Limits(int maxConnections, int maxConnectionsPerSource, int newPerSource, long newPerSourcePeriodNs) {
        public static final Limits NONE = new Limits(0, 0, 0, 0);
    }

    /** Who may connect: not in {@code deny}, and in {@code allow} unless that is empty. */
    public record AccessList(PrefixSet allow, PrefixSet deny) {
        public static final AccessList EVERYONE = new AccessList(PrefixSet.NONE, PrefixSet.NONE);

        public boolean admits(long high, long low) {
            return !deny.contains(high, low) && (allow.isEmpty() || allow.contains(high, low));
        }
    }
}

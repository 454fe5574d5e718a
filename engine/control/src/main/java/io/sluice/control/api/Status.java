package io.sluice.control.api;

import io.sluice.conntrack.Mode;
import io.sluice.conntrack.Protocol;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the conductor has in force; immutable, any thread. The model part of {@code sluice status}: connections and
 * bytes come from the counters file. Also what {@link StatusFile} holds, for when the daemon is gone.
 *
 * @param version of the program
 * @param pid of the daemon
 * @param started when the daemon started
 * @param written when this was taken
 * @param transport {@code epoll} or {@code io_uring}
 * @param workers number of workers
 * @param pair null: this node stands alone
 * @param services those configured
 * @param removed no longer configured; their connections live on until {@code timeouts.drain}
 */
public record Status(String version, long pid, Instant started, Instant written, String transport, int workers,
        ConfigurationStatus configuration, @Nullable PairStatus pair, List<ServiceStatus> services,
        List<ServiceStatus> removed) {
    public Status {
        services = List.copyOf(services);
        removed = removed == null ? List.of() : List.copyOf(removed); // an earlier version wrote none
    }

    /** Those configured and those that left. */
    public List<ServiceStatus> everyService() {
        return Stream.concat(services.stream(), removed.stream()).toList();
    }

    /**
     * @param version grows by one with each reload or upgrade that changed it
     * @param loaded when it was applied
     */
    public record ConfigurationStatus(long version, String file, Instant loaded) {
    }

    /**
     * This node as one of a pair.
     *
     * @param role {@code primary} or {@code secondary}, as configured
     * @param state {@code active} or {@code passive}: who has the virtual addresses now
     * @param link {@code up} or {@code down}: whether the peer is heard
     */
    public record PairStatus(String node, String peer, String role, String state, String link) {
    }

    /**
     * A virtual service.
     *
     * @param id what the flow table calls it
     * @param listen as the file writes it, several separated by {@code ", "}
     * @param affinityGroup what the affinity table calls it; 0 where clients have no affinity
     * @param servers those configured, backup servers included
     * @param fallback null: none configured
     * @param removed no longer configured; connections to them live on until {@code timeouts.drain}
     */
    public record ServiceStatus(String name, long id, String listen, Protocol protocol, Mode mode, String scheduler,
            long affinityGroup, ServiceState state, List<ServerStatus> servers, @Nullable ServerStatus fallback,
            List<ServerStatus> removed) {
        public ServiceStatus {
            servers = List.copyOf(servers);
            removed = List.copyOf(removed);
        }
    }

    /**
     * A real server of a virtual service.
     *
     * @param id what the flow and affinity tables call it
     * @param weight in force, overridden or configured
     * @param configuredWeight what the file says
     * @param effectiveWeight what the scheduler works with now: less than {@code weight} during slow-start, 0 when it
     * takes no new client
     * @param admin what administrators want of it
     * @param agent what its agent wants of it; null: none is asked, or it has not answered
     */
    public record ServerStatus(String name, long id, String address, int weight, int configuredWeight,
            int effectiveWeight, ServerRole role, ServerHealth health, AdminState admin, @Nullable AgentStatus agent,
            CheckReport check) {
        /** Changes with what people change. */
        public String version() {
            return EntityTag.ofServer(name, address, weight, configuredWeight, admin);
        }
    }

    /**
     * What the agent beside a server wants; of its state and the administrators' the stricter holds.
     *
     * @param weightPercent of {@code weight}
     */
    public record AgentStatus(AdminState admin, int weightPercent) {
    }

    /**
     * What the last health check said.
     *
     * @param last when it finished; null: none has
     * @param detail in words
     * @param changed when health last changed
     */
    public record CheckReport(@Nullable Instant last, String detail, Instant changed) {
    }
}

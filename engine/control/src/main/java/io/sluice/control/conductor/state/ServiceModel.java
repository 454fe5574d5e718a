package io.sluice.control.conductor.state;

import io.sluice.control.api.ServerHealth;
import io.sluice.control.api.ServiceState;
import io.sluice.control.config.model.ServiceConfiguration;
import io.sluice.dataplane.service.Encryption;
import io.sluice.dataplane.service.Forwarding;
import io.sluice.dataplane.service.Listener;
import io.sluice.dataplane.service.ServiceRows;
import io.sluice.scheduler.Candidates;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the conductor knows of a virtual service; a reload makes a new one that keeps what stays. Conductor's thread.
 */
public final class ServiceModel {
    private final ServiceConfiguration configuration;
    private final ServiceRows rows;
    private final Forwarding forwarding;
    private final List<ServerModel> servers;
    private final @Nullable ServerModel fallback;
    private final ServiceSettings wiring;
    private final List<ServerModel> everyServer;
    /** What was published last, of the model before this one at first: it stays where nothing about it changes. */
    private @Nullable Candidates former;
    private Candidates candidates;

    /**
     * Makes a model.
     *
     * @param affinityTimeout of its group, see {@link io.sluice.control.config.model.Configuration#affinityTimeout}
     * @param former candidates of the former model of this service, which stay where nothing about them changed
     */
    ServiceModel(ServiceConfiguration configuration, Duration affinityTimeout, ServiceRows rows,
            List<Listener> listeners,
            List<ServerModel> servers, @Nullable ServerModel fallback, @Nullable Encryption tls,
            @Nullable Candidates former) {
        this.configuration = configuration;
        this.rows = rows;
        forwarding = ServiceSettings.forwarding(configuration, listeners, tls);
        this.servers = List.copyOf(servers);
        this.fallback = fallback;
        this.former = former;
        wiring = ServiceSettings.of(configuration, affinityTimeout);
        everyServer = fallback == null
                ? this.servers
                : Stream.concat(this.servers.stream(), Stream.of(fallback)).toList();
        candidates = Candidates.none(configuration.scheduler());
    }

    public String name() {
        return configuration.name();
    }

    public ServiceConfiguration configuration() {
        return configuration;
    }

    public ServiceRows rows() {
        return rows;
    }

    /** How it forwards, with the sockets that the workers have once it is published. */
    public Forwarding forwarding() {
        return forwarding;
    }

    public List<Listener> listeners() {
        return forwarding.listeners();
    }

    public List<ServerModel> servers() {
        return servers;
    }

    @Nullable
    public ServerModel fallback() {
        return fallback;
    }

    public ServiceSettings wiring() {
        return wiring;
    }

    /** The configured servers and then the fallback: the order of positions in Routes. */
    public List<ServerModel> everyServer() {
        return everyServer;
    }

    /** What newer candidates are compared with; null: nothing was published. */
    @Nullable
    Candidates former() {
        return former;
    }

    /** Who may be chosen, as last published. */
    public Candidates candidates() {
        return candidates;
    }

    /** Those who may be chosen, by name. */
    public String names(Candidates some) {
        return servers(some).map(server -> server.key().server()).collect(Collectors.joining(", "));
    }

    public Stream<ServerModel> servers(Candidates some) {
        return IntStream.range(0, some.size()).mapToObj(i -> everyServer.get(some.position(i)));
    }

    public Optional<ServerModel> server(String name) {
        return servers.stream().filter(server -> server.key().server().equals(name)).findFirst();
    }

    public long slowStartNs() {
        return configuration.slowStart().toNanos();
    }

    /** Who serves, and who should, in words. */
    public String standing() {
        String missing = servers.stream().filter(ServerModel::takesNewClients)
                .filter(server -> server.health() == ServerHealth.DOWN).map(server -> server.key().server())
                .collect(Collectors.joining(", "));
        return whoServes() + (missing.isEmpty() ? "" : "; down: " + missing);
    }

    private String whoServes() {
        String names = names(candidates);
        return switch (candidates.standing()) {
            case SERVERS -> names + (candidates.size() == 1 ? " serves" : " serve");
            case BACKUPS -> "no server is up; backup " + names + " serves";
            case UNCHECKED -> "no server is known to be up; trying " + names;
            case FALLBACK -> "no server is up; the fallback serves";
            case NOBODY -> "no server is up and there is no fallback";
        };
    }

    public void publish(Candidates newer) {
        former = newer;
        candidates = newer;
    }

    /** How well it is. */
    public ServiceState state() {
        boolean allMeantToServe = servers.stream().filter(server -> !server.configuration().backup())
                .filter(ServerModel::takesNewClients).allMatch(server -> server.health() == ServerHealth.UP);
        return switch (candidates.standing()) {
            case SERVERS -> allMeantToServe ? ServiceState.UP : ServiceState.DEGRADED;
            case BACKUPS, UNCHECKED -> ServiceState.DEGRADED;
            case FALLBACK, NOBODY -> ServiceState.DOWN;
        };
    }
}

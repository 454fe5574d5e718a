package io.sluice.control.conductor.state;

import io.sluice.control.api.ServerHealth;
import io.sluice.control.api.ServiceState;
import io.sluice.control.config.model.ServiceConfiguration;
import io.sluice.dataplane.service.Choice;
import io.sluice.dataplane.service.Encryption;
import io.sluice.dataplane.service.Listener;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the conductor knows of a virtual service; a reload makes a new one that keeps what stays. Conductor's thread. */
public final class ServiceModel {
    private final ServiceConfiguration configuration;
    private final ServiceRows rows;
    private final List<Listener> listeners;
    private final List<ServerModel> servers;
    private final @Nullable ServerModel fallback;
    private final ServiceSettings wiring;
    private final @Nullable Encryption tls;
    private @Nullable Choice choice;
    private Eligible eligible = new Eligible(Eligible.Standing.NOBODY, List.of());

    /** @param choice of the former model of this service, which stays where nothing about it changed */
    ServiceModel(ServiceConfiguration configuration, ServiceRows rows, List<Listener> listeners,
            List<ServerModel> servers, @Nullable ServerModel fallback, @Nullable Encryption tls,
            @Nullable Choice choice) {
        this.configuration = configuration;
        this.rows = rows;
        this.listeners = List.copyOf(listeners);
        this.servers = List.copyOf(servers);
        this.fallback = fallback;
        this.tls = tls;
        this.choice = choice;
        wiring = ServiceSettings.of(configuration);
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

    public List<Listener> listeners() {
        return listeners;
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

    /** How clients encrypt; null: not at all. */
    @Nullable
    public Encryption tls() {
        return tls;
    }

    @Nullable
    public Choice choice() {
        return choice;
    }

    /** Who may be chosen, as last published. */
    public Eligible eligible() {
        return eligible;
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
        return eligible.describe() + (missing.isEmpty() ? "" : "; down: " + missing);
    }

    public void chosen(Eligible newEligible, Choice newChoice) {
        eligible = newEligible;
        choice = newChoice;
    }

    /** How well it is. */
    public ServiceState state() {
        boolean allMeantToServe = servers.stream().filter(server -> !server.configuration().backup())
                .filter(ServerModel::takesNewClients).allMatch(server -> server.health() == ServerHealth.UP);
        return switch (eligible.standing()) {
            case SERVERS -> allMeantToServe ? ServiceState.UP : ServiceState.DEGRADED;
            case BACKUPS, UNCHECKED -> ServiceState.DEGRADED;
            case FALLBACK, NOBODY -> ServiceState.DOWN;
        };
    }
}

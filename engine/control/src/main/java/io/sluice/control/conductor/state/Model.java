package io.sluice.control.conductor.state;

import io.sluice.conntrack.Protocol;
import io.sluice.control.api.InheritedSockets;
import io.sluice.control.api.ServerHealth;
import io.sluice.control.conductor.listen.ListenerSockets;
import io.sluice.control.config.model.Configuration;
import io.sluice.control.config.model.Listen;
import io.sluice.control.config.model.ServerConfiguration;
import io.sluice.control.config.model.ServiceConfiguration;
import io.sluice.dataplane.service.Listener;
import io.sluice.dataplane.service.Tenure;
import io.sluice.ringbuffers.ip.Endpoint;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Every service and server, and how one configuration follows another. Conductor's thread. */
public final class Model {
    private final CounterRows rows;
    private final ListenerSockets sockets;
    private final Draining leaving;
    private Map<String, ServiceModel> services = new LinkedHashMap<>();
    private boolean first = true;
    private Tenure tenure = Tenure.WAITING;

    public Model(CounterRows rows, ListenerSockets sockets, Draining leaving) {
        this.rows = rows;
        this.sockets = sockets;
        this.leaving = leaving;
    }

    public Collection<ServiceModel> services() {
        return services.values();
    }

    public Optional<ServiceModel> service(String name) {
        return Optional.ofNullable(services.get(name));
    }

    public Optional<ServerModel> server(ServerKey key) {
        return service(key.service()).flatMap(service -> service.server(key.server()));
    }

    public Stream<ServerModel> servers() {
        return services.values().stream().flatMap(service -> service.servers().stream());
    }

    /**
     * Follows a new configuration: what stays keeps its state, its sockets and its counters.
     *
     * @param nextVersion version of the Routes that will be made of it
     * @throws CannotApply with everything as it was before
     */
    public void follow(Configuration next, long nextVersion, long nowNs) throws CannotApply {
        Unsupported.check(next);
        var opened = new LinkedHashMap<ListenKey, Listener>();
        Set<ServerKey> serversBefore = rows.servers();
        Set<String> servicesBefore = rows.services();
        TlsContexts encryptions;
        try {
            encryptions = new TlsContexts(next);
            openMissing(next, opened);
            allocateRows(next);
        } catch (IOException | IllegalStateException e) {
            opened.values().forEach(ListenerSockets::close);
            rows.servers().stream().filter(key -> !serversBefore.contains(key)).forEach(rows::release);
            rows.services().stream().filter(name -> !servicesBefore.contains(name)).forEach(rows::release);
            throw new CannotApply(String.valueOf(e.getMessage()));
        }
        commit(next, opened, encryptions, nextVersion, nowNs);
        first = false;
    }

    /** The sockets of all services. */
    public List<Integer> descriptors() {
        return services.values().stream().flatMap(service -> service.listeners().stream())
                .flatMap(listener -> listener.descriptors().stream()).filter(fd -> fd != Listener.NONE).toList();
    }

    /** From the next {@link #follow} on these go before new sockets. */
    public void inherit(InheritedSockets inherited) {
        sockets.inherit(inherited);
    }

    /** Closes those that no service wants. */
    public void closeUntaken() {
        sockets.closeUntaken();
    }

    /** Who listens. */
    public Tenure tenure() {
        return tenure;
    }

    /** Goes along an arrow of {@link Tenure}; Routes are due. */
    public void become(Tenure next) {
        tenure = next;
    }

    // ---- the part that may fail ----

    /** A listening address, whatever service it belongs to: one of another name takes the sockets over. */
    private record ListenKey(Protocol protocol, Endpoint address) {
    }

    private static List<ListenKey> listenKeys(ServiceConfiguration service) {
        List<ListenKey> keys = new ArrayList<>();
        if (service.packetLevel()) {
            return keys; // packets are taken from an interface
        }
        for (Listen listen : service.listens()) {
            listen.ports().stream().forEach(port -> keys.add(
                    new ListenKey(service.protocol(), new Endpoint(listen.address(), port))));
        }
        return keys;
    }

    private Map<ListenKey, Listener> open() {
        Map<ListenKey, Listener> open = new LinkedHashMap<>();
        // once another process listens the workers have closed what the services name: everything is opened anew
        boolean closed = tenure instanceof Tenure.HandedOver;
        for (ServiceModel service : closed ? List.<ServiceModel>of() : services.values()) {
            for (Listener listener : service.listeners()) {
                open.put(new ListenKey(service.configuration().protocol(), listener.address()), listener);
            }
        }
        return open;
    }

    private void openMissing(Configuration next, Map<ListenKey, Listener> opened) throws IOException {
        Map<ListenKey, Listener> open = open();
        Set<Integer> ours = open.values().stream().flatMap(listener -> listener.descriptors().stream())
                .collect(Collectors.toCollection(HashSet::new));
        ours.addAll(sockets.waiting());
        boolean freebind = next.highAvailability() != null || next.cluster() != null;
        for (ServiceConfiguration service : next.services()) {
            for (ListenKey key : listenKeys(service)) {
                if (open.containsKey(key)) {
                    continue;
                }
                try {
                    Listener listener = sockets.open(key.address(), key.protocol(), freebind, ours);
                    opened.put(key, listener);
                    ours.addAll(listener.descriptors());
                } catch (IOException e) {
                    throw new IOException("service " + service.name() + ": " + e.getMessage(), e);
                }
            }
        }
    }

    private void allocateRows(Configuration next) {
        for (ServiceConfiguration service : next.services()) {
            rows.of(service.name());
            for (ServerConfiguration server : service.servers()) {
                rows.of(new ServerKey(service.name(), server.name()));
            }
            if (service.fallback() != null) {
                rows.of(new ServerKey(service.name(), ServerKey.FALLBACK));
            }
        }
    }

    // ---- the part that cannot fail ----

    private void commit(Configuration next, Map<ListenKey, Listener> opened, TlsContexts encryptions, long nextVersion,
            long nowNs) {
        Map<ListenKey, Listener> open = open();
        open.putAll(opened);
        Map<String, ServiceModel> former = services;
        Map<ServerKey, ServerModel> formerServers = allServers(former.values());
        Map<ServerModel, Endpoint> addresses = new LinkedHashMap<>();
        formerServers.values().forEach(server -> addresses.put(server, server.configuration().address()));
        Map<String, ServiceModel> current = new LinkedHashMap<>();
        for (ServiceConfiguration configuration : next.services()) {
            ServiceModel before = former.get(configuration.name());
            List<Listener> listeners = listenKeys(configuration).stream().map(open::get)
                    .filter(java.util.Objects::nonNull).toList();
            List<ServerModel> servers = configuration.servers().stream()
                    .map(server -> server(configuration.name(), server, encryptions, formerServers)).toList();
            current.put(configuration.name(), new ServiceModel(configuration, next.affinityTimeout(configuration),
                    rows.of(configuration.name()), listeners, servers,
                    fallback(configuration, encryptions, formerServers, nowNs), encryptions.of(configuration),
                    before == null ? null : before.former()));
        }
        services = current;
        noteWhoLeft(former, formerServers, nextVersion, nowNs);
        noteWhoMoved(addresses, nextVersion, nowNs);
    }

    private static Map<ServerKey, ServerModel> allServers(Collection<ServiceModel> services) {
        Map<ServerKey, ServerModel> all = new LinkedHashMap<>();
        for (ServiceModel service : services) {
            service.servers().forEach(server -> all.put(server.key(), server));
            ServerModel fallback = service.fallback();
            if (fallback != null) {
                all.put(fallback.key(), fallback);
            }
        }
        return all;
    }

    private ServerModel server(String service, ServerConfiguration configuration, TlsContexts encryptions,
            Map<ServerKey, ServerModel> former) {
        ServerKey key = new ServerKey(service, configuration.name());
        ServerModel known = former.get(key);
        if (known == null) {
            return new ServerModel(key, configuration, encryptions.of(key), rows.of(key), !first);
        }
        known.configure(configuration, encryptions.of(key));
        return known;
    }

    private @Nullable ServerModel fallback(ServiceConfiguration service, TlsContexts encryptions,
            Map<ServerKey, ServerModel> former, long nowNs) {
        Endpoint address = service.fallback();
        if (address == null) {
            return null;
        }
        ServerModel fallback = server(service.name(), new ServerConfiguration(ServerKey.FALLBACK, address,
                ServerConfiguration.STANDARD_WEIGHT, 0, 0, false, null), encryptions, former);
        fallback.become(ServerHealth.UP, "not checked", Instant.now(), nowNs);
        return fallback;
    }

    private void noteWhoLeft(Map<String, ServiceModel> former, Map<ServerKey, ServerModel> formerServers,
            long nextVersion, long nowNs) {
        Map<ServerKey, ServerModel> now = allServers(services.values());
        formerServers.forEach((key, server) -> {
            if (!now.containsKey(key)) {
                ServiceModel service = services.getOrDefault(key.service(), former.get(key.service()));
                leaving.add(server, nextVersion, deadline(service, nowNs));
            }
        });
        former.forEach((name, service) -> {
            if (!services.containsKey(name)) {
                leaving.add(service, nextVersion, deadline(service, nowNs));
            }
        });
        now.values().forEach(leaving::stays);
        services.keySet().forEach(leaving::stays);
    }

    /** Those of {@code former} that go on at another address. */
    private void noteWhoMoved(Map<ServerModel, Endpoint> former, long nextVersion, long nowNs) {
        allServers(services.values()).values().forEach(server -> {
            Endpoint address = former.get(server);
            if (address != null && !address.equals(server.configuration().address())) {
                leaving.moved(server, address, nextVersion, deadline(services.get(server.key().service()), nowNs));
            }
        });
    }

    private static long deadline(@Nullable ServiceModel service, long nowNs) {
        return service == null ? nowNs : nowNs + service.configuration().timeouts().drain().toNanos();
    }
}

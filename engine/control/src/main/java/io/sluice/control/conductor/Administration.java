package io.sluice.control.conductor;

import io.sluice.control.api.AdminState;
import io.sluice.control.api.Command;
import io.sluice.control.api.Control.UnknownName;
import io.sluice.control.api.DataPlanes;
import io.sluice.control.api.Event;
import io.sluice.control.api.Outcome;
import io.sluice.control.conductor.state.Draining;
import io.sluice.control.conductor.state.Model;
import io.sluice.control.conductor.state.Overrides;
import io.sluice.control.conductor.state.ServerKey;
import io.sluice.control.conductor.state.ServerModel;
import io.sluice.control.conductor.state.ServerOverride;
import io.sluice.control.conductor.state.ServiceModel;
import io.sluice.control.config.file.FileReason;
import io.sluice.control.config.model.NoSuchName;
import io.sluice.dataplane.service.Kick;
import io.sluice.dataplane.service.StableId;
import io.sluice.ringbuffers.ip.Ip;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** What administrators say of servers and connections, and what of it survives the process. Conductor's thread. */
final class Administration {
    private final Model model;
    private final Draining leaving;
    private final EventLog events;
    private final DataPlanes dataPlanes;
    private final Path file;
    private Overrides overrides;

    /** @throws IOException when what the last process left cannot be read */
    Administration(Path stateDirectory, Model model, Draining leaving, EventLog events, DataPlanes dataPlanes)
            throws IOException {
        this.model = model;
        this.leaving = leaving;
        this.events = events;
        this.dataPlanes = dataPlanes;
        file = stateDirectory.resolve("overrides");
        overrides = Overrides.open(file);
        String problem = overrides.problem();
        if (problem != null) {
            events.warn(Event.Kind.ADMIN, "", problem);
        }
    }

    /** Gives the servers back what the last process knew of them. */
    void restore() {
        try {
            overrides = Overrides.open(file); // the process before this one may have changed it since
        } catch (IOException e) {
            events.warn(Event.Kind.ADMIN, "", "cannot read what administrators said before: " + FileReason.withFile(e));
        }
        model.servers().forEach(server -> {
            ServerOverride override = overrides.of(server.key().service(), server.key().server());
            if (override.equals(ServerOverride.NONE)) {
                return;
            }
            AdminState state = override.admin();
            server.administer(state, System.nanoTime());
            OptionalInt weight = override.weight();
            server.overrideWeight(weight.isPresent() ? weight.getAsInt() : null);
            events.info(Event.Kind.ADMIN, server.key().toString(), "as before the start: " + state.word()
                    + (weight.isPresent() ? ", weight " + weight.getAsInt() : ""));
        });
        forgetRemoved();
    }

    /** Servers that are no longer configured lose what was said of them. */
    void forgetRemoved() {
        List<String> configured = model.servers().map(server -> server.key().toString()).toList();
        try {
            overrides.retain(configured::contains);
        } catch (IOException e) {
            events.warn(Event.Kind.ADMIN, "",
                    "cannot forget what was said of removed servers: " + FileReason.withFile(e));
        }
    }

    /** Carries it out; the models have changed then. */
    Outcome tell(Command.OfServers command) {
        return switch (command) {
            case Command.Administer told -> administer(told.service(), told.server(), told.state());
            case Command.Weight told -> weight(told.service(), told.server(), told.weight());
            case Command.Change told -> change(told);
            case Command.Kick told -> kick(told);
        };
    }

    private Outcome administer(String serviceName, String serverName, AdminState state) {
        List<String> remarks = new ArrayList<>();
        for (ServerModel server : named(serviceName, serverName)) {
            if (server.admin() != state) {
                server.administer(state, System.nanoTime());
                events.info(Event.Kind.ADMIN, server.key().toString(), state.word());
                save(server, remarks);
            }
            if (server.adminInForce() != state) {
                remarks.add(server.key() + ": its agent says " + server.agent().admin().word()
                        + ", which holds until it says otherwise");
            }
        }
        return new Outcome.Done(serviceName + "/" + serverName + ": " + state.word(), remarks);
    }

    private Outcome weight(String serviceName, String serverName, @Nullable Integer weight) {
        List<String> remarks = new ArrayList<>();
        for (ServerModel server : named(serviceName, serverName)) {
            int before = server.weight();
            server.overrideWeight(weight);
            String text = "weight " + before + " -> " + server.weight() + (weight == null ? " (as configured)" : "");
            events.info(Event.Kind.ADMIN, server.key().toString(), text);
            remarks.add(server.key() + ": " + text);
            save(server, remarks);
        }
        return new Outcome.Done(serviceName + "/" + serverName + ": weight "
                + (weight == null ? "as configured" : weight), remarks);
    }

    /** Both, of one server, unless it is no longer as the asker has seen it. */
    private Outcome change(Command.Change told) {
        ServiceModel service = service(told.service());
        ServerModel server = named(told.service(), told.server()).getFirst();
        String version = StatusMaker.server(service, server, System.nanoTime()).version();
        if (!told.seen().isEmpty() && !told.seen().contains(version)) {
            return new Outcome.Stale(server.key() + " has changed since you looked at it: look again", version);
        }
        Outcome outcome = Outcome.done("");
        if (told.admin() != null) {
            outcome = administer(told.service(), told.server(), told.admin());
        }
        return told.weighs() ? weight(told.service(), told.server(), told.weight()) : outcome;
    }

    private void save(ServerModel server, List<String> remarks) {
        if (!model.tenure().ownsState()) {
            return; // another process keeps the overrides
        }
        Integer weight = server.weightOverride();
        try {
            overrides.put(server.key().service(), server.key().server(),
                    new ServerOverride(server.admin(), weight == null
                            ? OptionalInt.empty()
                            : OptionalInt.of(weight)));
        } catch (IOException e) {
            String remark = "this will not survive a restart: " + FileReason.withFile(e);
            remarks.add(remark);
            events.warn(Event.Kind.ADMIN, server.key().toString(), remark);
        }
    }

    private Outcome kick(Command.Kick filter) {
        if (filter.server() != null && filter.service() == null) {
            return new Outcome.Refused("a server alone is not enough: name its service too (SERVICE/SERVER)");
        }
        dataPlanes.kick(kickOf(filter));
        String whom = whom(filter);
        events.info(Event.Kind.ADMIN, filter.service() == null ? "" : filter.service(), "kick: " + whom);
        return Outcome.done("ending " + whom);
    }

    private Kick kickOf(Command.Kick filter) {
        String serviceName = filter.service();
        String serverName = filter.server();
        Ip client = filter.address();
        long service = serviceName == null ? 0 : serviceId(serviceName);
        long server = serviceName == null || serverName == null || serverName.equals(Command.EVERY_SERVER)
                ? 0
                : serverId(serviceName, serverName);
        return Kick.of(filter.connection(), service, server, client == null ? 0 : client.high(),
                client == null ? 0 : client.low());
    }

    /** Also of one that leaves: its connections live on. */
    private long serviceId(String service) {
        boolean leaves = leaving.services().stream().anyMatch(gone -> gone.name().equals(service));
        return leaves ? StableId.of(service) : service(service).wiring().id();
    }

    /** Also of the fallback, and of servers that leave: their connections live on. */
    private long serverId(String service, String server) {
        boolean leaves = leaving.of(service).stream().anyMatch(gone -> gone.key().server().equals(server));
        if (!leaves && !server.equals(ServerKey.FALLBACK)) {
            named(service, server); // or says that there is none
        }
        return StableId.of(server);
    }

    private static String whom(Command.Kick filter) {
        Ip client = filter.address();
        return (filter.connection() != 0 ? "connection " + filter.connection() : "every connection")
                + (client == null ? "" : " of " + client)
                + (filter.service() == null ? "" : " of service " + filter.service())
                + (filter.server() == null ? "" : " to server " + filter.server());
    }

    // ---- names ----

    /** The service of that name, or the nearest name. */
    ServiceModel service(String name) {
        return model.service(name).orElseThrow(() -> new UnknownName(
                NoSuchName.service(name, model.services().stream().map(ServiceModel::name).toList())));
    }

    private List<ServerModel> named(String serviceName, String serverName) {
        ServiceModel service = service(serviceName);
        if (serverName.equals(Command.EVERY_SERVER)) {
            return service.servers();
        }
        return List.of(service.server(serverName).orElseThrow(() -> new UnknownName(NoSuchName.server(serviceName,
                serverName, service.servers().stream().map(server -> server.key().server()).toList()))));
    }
}

package io.sluice.engine.conductor;

import io.sluice.engine.config.Addresses;
import io.sluice.engine.config.Configuration;
import io.sluice.engine.config.ServerConfiguration;
import io.sluice.engine.config.ServiceConfiguration;
import io.sluice.engine.health.CheckTarget;
import io.sluice.engine.health.HealthChecks;
import io.sluice.engine.health.HealthState;
import io.sluice.engine.health.StateChange;
import io.sluice.engine.routes.Kick;
import io.sluice.engine.routes.Routes;
import io.sluice.engine.routes.StableId;
import io.sluice.ringbuffers.counters.CountersFile;
import io.sluice.ringbuffers.syscall.SocketAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of the control plane: applies configurations, health results and admin commands on its own thread, and
 * publishes what comes of them as Routes. Any thread may call the methods of {@link Control}.
 */
public final class Conductor implements Control, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Conductor.class);
    private static final long RAMP_PERIOD_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long STATUS_PERIOD_NS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long IDLE_NS = TimeUnit.SECONDS.toNanos(1);

    private final Setup setup;
    private final Agenda agenda = new Agenda(this::afterCommands);
    private final EventLog events = new EventLog();
    private final HealthChecks checks = new HealthChecks(change -> agenda.post(() -> onHealth(change)));
    private final RowBook rows;
    private final Leaving leaving;
    private final Model model;
    private final Overrides overrides;
    private final Acknowledgements acknowledgements;
    private final Map<String, ServiceState> announced = new LinkedHashMap<>();
    private final List<Map.Entry<CompletableFuture<Outcome>, Outcome>> answers = new ArrayList<>();
    private final Instant started = Instant.now();

    private @Nullable Configuration startedWith;
    private @Nullable Configuration configuration;
    private long configurationVersion;
    private Instant loaded = started;
    private long routesVersion;
    private boolean stopping;
    private boolean changed;
    private boolean statusStale;
    private long statusDueNs = System.nanoTime();
    private long rampDueNs = System.nanoTime();
    private long leavingDueNs = System.nanoTime();
    private volatile @Nullable Status latest;

    /**
     * What a conductor works with.
     *
     * @param dataPlane whom it publishes to
     * @param counters where services and servers get their rows
     * @param affinity the clients' servers, for explanations
     * @param stateDirectory for overrides and status.json
     * @param file the configuration file, for reloads
     * @param source reads it
     * @param version of the program
     * @param transport of the workers
     * @param onStop hears {@link Control#stop}
     */
    public record Setup(DataPlane dataPlane, CountersFile counters, AffinityLookup affinity, Path stateDirectory,
            Path file, ConfigurationSource source, String version, String transport, StopListener onStop) {
    }

    /** Whoever stops the daemon. */
    @FunctionalInterface
    public interface StopListener {
        void stop(boolean drain);
    }

    public Conductor(Setup setup) {
        this.setup = setup;
        rows = new RowBook(setup.counters(), setup.dataPlane().workers());
        leaving = new Leaving(rows, setup.dataPlane());
        model = new Model(rows, new ListenerSockets(setup.dataPlane().workers()), leaving);
        overrides = new Overrides(setup.stateDirectory());
        acknowledgements = new Acknowledgements(setup.dataPlane());
    }

    /**
     * Puts the first configuration in force and returns when every worker has it: every listener accepts.
     *
     * @throws CannotApply when it cannot be; the conductor has ended then
     */
    public void start(Configuration first) throws CannotApply {
        agenda.start();
        Outcome outcome = tell(() -> begin(first));
        if (outcome instanceof Outcome.Refused refused) {
            close();
            throw new CannotApply(refused.message());
        }
    }

    // ---- what others ask and tell ----

    @Override
    public Status status() {
        Status status = latest;
        if (status == null) {
            status = agenda.ask(this::makeStatus, () -> {
                throw new IllegalStateException("the daemon has not started");
            });
        }
        return StatusMaker.refreshed(status, checks, Instant.now());
    }

    @Override
    public Outcome reload() {
        return tell(this::reloadNow);
    }

    @Override
    public Outcome plan(@Nullable Path file) {
        return agenda.ask(() -> planNow(file == null ? setup.file() : file), Conductor::over);
    }

    @Override
    public Outcome administer(String service, String server, AdminState state) {
        return tell(() -> {
            for (ServerModel each : named(service, server)) {
                AdminState before = each.admin();
                each.administer(state, System.nanoTime());
                if (before != state) {
                    events.info(Event.Kind.ADMIN, each.key().toString(), state.word());
                }
            }
            saveOverrides();
            changed = true;
            return Outcome.done(service + "/" + server + ": " + state.word());
        });
    }

    @Override
    public Outcome weight(String service, String server, @Nullable Integer weight) {
        if (weight != null && (weight < 0 || weight > 65_535)) {
            return new Outcome.Refused("weight " + weight + " is outside 0..65535");
        }
        return tell(() -> {
            List<String> details = new ArrayList<>();
            for (ServerModel each : named(service, server)) {
                int before = each.weight();
                each.overrideWeight(weight);
                String text = "weight " + before + " -> " + each.weight() + (weight == null ? " (as configured)" : "");
                events.info(Event.Kind.ADMIN, each.key().toString(), text);
                details.add(each.key() + ": " + text);
            }
            saveOverrides();
            changed = true;
            return new Outcome.Done(service + "/" + server + ": weight " + (weight == null ? "as configured" : weight),
                    details);
        });
    }

    @Override
    public Outcome kick(KickFilter filter) {
        return tell(() -> {
            if (filter.server() != null && filter.service() == null) {
                return new Outcome.Refused("a server alone is not enough: name its service too (SERVICE/SERVER)");
            }
            Kick kick = kickOf(filter);
            setup.dataPlane().kick(kick);
            String whom = whom(filter);
            events.info(Event.Kind.ADMIN, filter.service() == null ? "" : filter.service(), "kick " + whom);
            return Outcome.done("ending " + whom);
        });
    }

    @Override
    public Explanation explain(InetAddress client, int port, String service) {
        return agenda.ask(
                () -> new Explainer(serviceNamed(service), client, setup.affinity(), System.nanoTime(),
                        System.currentTimeMillis()).explain(),
                () -> {
                    throw new UnknownName("the daemon is stopping");
                });
    }

    @Override
    public List<Event> events(long afterSequence) {
        return events.after(afterSequence);
    }

    @Override
    public void stop(boolean drain) {
        setup.onStop().stop(drain);
    }

    // ---- what the daemon tells ----

    /** A worker could not connect to a server; any thread. */
    public void connectFailed(String service, String server) {
        checks.onConnectFailure(service, server);
    }

    /** Closes every listener; established connections live on. Returns when every worker has done so. */
    public void stopListening() {
        tell(() -> {
            stopping = true;
            changed = true;
            events.info(Event.Kind.STOPPING, "", "stopping: no new connections");
            return Outcome.done("");
        });
    }

    /** The longest time that any service gives its connections when the daemon stops. */
    public Duration drainTimeout() {
        return agenda.ask(() -> model.services().stream().map(service -> service.configuration().timeouts().drain())
                .max(Comparator.naturalOrder()).orElse(Duration.ZERO), () -> Duration.ZERO);
    }

    @Override
    public void close() {
        checks.close();
        agenda.close();
    }

    // ---- the conductor's thread from here on ----

    /** Runs a change and waits until what came of it is in force. */
    private Outcome tell(Supplier<Outcome> change) {
        CompletableFuture<Outcome> answer = new CompletableFuture<>();
        agenda.post(() -> {
            try {
                answers.add(Map.entry(answer, change.get()));
            } catch (UnknownName unknown) {
                answer.complete(new Outcome.Refused(unknown.text()));
            } catch (RuntimeException | Error fault) {
                LOG.error("conductor: {}", fault.toString(), fault);
                answer.complete(new Outcome.Refused("internal error: " + fault + " (see the log)"));
            }
        });
        return agenda.await(answer, Conductor::over);
    }

    private static Outcome over() {
        return new Outcome.Refused("the daemon is stopping");
    }

    private long afterCommands() {
        long nowNs = System.nanoTime();
        if (nowNs - rampDueNs >= 0) {
            rampDueNs = nowNs + RAMP_PERIOD_NS;
            changed |= anyRisen(nowNs);
        }
        if (changed) {
            publish(nowNs);
        }
        answers.forEach(answer -> acknowledgements.add(answer.getKey(), answer.getValue(), routesVersion, nowNs));
        answers.clear();
        acknowledgements.look(nowNs);
        if (!leaving.isEmpty() && nowNs - leavingDueNs >= 0) {
            leavingDueNs = nowNs + Leaving.PERIOD_NS;
            statusStale |= leaving.look(nowNs);
        }
        if (statusStale && acknowledgements.isEmpty() && nowNs - statusDueNs >= 0) {
            statusDueNs = nowNs + STATUS_PERIOD_NS;
            statusStale = false;
            writeStatus();
        }
        return acknowledgements.isEmpty()
                ? statusStale || !leaving.isEmpty() ? STATUS_PERIOD_NS : IDLE_NS
                : Acknowledgements.PERIOD_NS;
    }

    private boolean anyRisen(long nowNs) {
        boolean any = false;
        for (ServiceModel service : model.services()) {
            for (ServerModel server : service.servers()) {
                // asked of everyone, as asking ends a ramp
                any |= server.hasRisen(nowNs, service.slowStartNs());
            }
        }
        return any;
    }

    private void publish(long nowNs) {
        changed = false;
        Routes routes = RoutesMaker.make(routesVersion + 1, model.services(), nowNs);
        routesVersion = routes.version();
        setup.dataPlane().publish(stopping ? new Routes(routesVersion, List.of()) : routes);
        announceStates();
        latest = makeStatus();
        statusStale = true;
    }

    private void announceStates() {
        announced.keySet().removeIf(name -> model.service(name).isEmpty());
        for (ServiceModel service : model.services()) {
            ServiceState now = service.state();
            ServiceState before = announced.put(service.name(), now);
            if (before == null || before == now) {
                continue;
            }
            String text = now.word() + ": " + service.eligible().describe();
            if (now == ServiceState.UP) {
                events.info(Event.Kind.SERVICE, service.name(), text);
            } else {
                events.warn(Event.Kind.SERVICE, service.name(), text);
            }
        }
    }

    private Status makeStatus() {
        long nowNs = System.nanoTime();
        return new Status(setup.version(), ProcessHandle.current().pid(), started, Instant.now(), setup.transport(),
                setup.dataPlane().workers(),
                new Status.ConfigurationStatus(configurationVersion, setup.file().toString(), loaded),
                model.services().stream().map(service -> StatusMaker.service(service, leaving, nowNs)).toList());
    }

    private void writeStatus() {
        latest = makeStatus();
        try {
            StatusFile.write(setup.stateDirectory(), StatusMaker.refreshed(makeStatus(), checks, Instant.now()));
        } catch (IOException e) {
            LOG.warn("cannot write {}: {}; sluice status will be stale once the daemon has ended",
                    StatusFile.in(setup.stateDirectory()), e.toString());
        }
    }

    private void onHealth(StateChange change) {
        ServerKey key = new ServerKey(change.target().service(), change.target().server());
        ServiceModel service = model.service(key.service()).orElse(null);
        ServerModel server = model.server(key).orElse(null);
        if (service == null || server == null || !CheckTarget.of(service.configuration(), server.configuration())
                .address().equals(change.target().address())) {
            return; // a reload was faster
        }
        ServerHealth state = healthOf(change.to());
        server.become(state, change.detail(), change.at(), System.nanoTime());
        String text = state.word() + ": " + change.detail();
        if (state == ServerHealth.DOWN) {
            events.warn(Event.Kind.HEALTH, key.toString(), text);
        } else {
            events.info(Event.Kind.HEALTH, key.toString(), text);
        }
        changed = true;
    }

    private static ServerHealth healthOf(HealthState state) {
        return switch (state) {
            case UP -> ServerHealth.UP;
            case DOWN -> ServerHealth.DOWN;
            case CHECKING -> ServerHealth.CHECKING;
        };
    }

    // ---- configurations ----

    private Outcome begin(Configuration first) {
        Outcome outcome = follow(first, List.of());
        if (outcome instanceof Outcome.Done) {
            startedWith = first;
            restoreOverrides();
            events.info(Event.Kind.STARTED, "", "started with " + setup.file());
        }
        return outcome;
    }

    private Outcome reloadNow() {
        return switch (setup.source().read(setup.file())) {
            case ConfigurationSource.Reading.Invalid invalid -> {
                events.warn(Event.Kind.CONFIGURATION, "", "reload refused: " + setup.file() + " has "
                        + invalid.problems().size() + " problems, the first: " + invalid.problems().getFirst());
                yield new Outcome.Invalid(setup.file() + " has problems; nothing was changed", invalid.problems());
            }
            case ConfigurationSource.Reading.Valid valid -> {
                List<String> details = new ArrayList<>(changesTo(valid.configuration()));
                details.addAll(valid.warnings());
                Outcome outcome = follow(valid.configuration(), details);
                if (outcome instanceof Outcome.Done done) {
                    saveOverrides();
                    events.info(Event.Kind.CONFIGURATION, "", done.message());
                } else if (outcome instanceof Outcome.Refused refused) {
                    events.warn(Event.Kind.CONFIGURATION, "", "reload refused: " + refused.message());
                }
                yield outcome;
            }
        };
    }

    private Outcome planNow(Path file) {
        return switch (setup.source().read(file)) {
            case ConfigurationSource.Reading.Invalid invalid -> new Outcome.Invalid(file + " has problems",
                    invalid.problems());
            case ConfigurationSource.Reading.Valid valid -> {
                List<String> details = new ArrayList<>(changesTo(valid.configuration()));
                details.addAll(valid.warnings());
                yield new Outcome.Done(details.isEmpty() ? "nothing would change" : "a reload would change this",
                        details);
            }
        };
    }

    private List<String> changesTo(Configuration next) {
        Configuration now = configuration;
        Configuration first = startedWith;
        List<String> changes = new ArrayList<>();
        if (now != null && first != null) {
            changes.addAll(Differences.between(now, next));
            changes.addAll(RestartOnly.differences(first, next));
        }
        return changes;
    }

    private Outcome follow(Configuration next, List<String> details) {
        try {
            model.follow(next, routesVersion + 1, System.nanoTime());
        } catch (CannotApply e) {
            return new Outcome.Refused(e.text() + (configurationVersion > 0 ? "\nnothing was changed" : ""));
        }
        configuration = next;
        configurationVersion++;
        loaded = Instant.now();
        changed = true;
        checks.apply(targets(next));
        return new Outcome.Done(setup.file() + " is in force (version " + configurationVersion + ")"
                + (details.isEmpty() && configurationVersion > 1 ? ": nothing has changed" : ""), details);
    }

    private static List<CheckTarget> targets(Configuration configuration) {
        List<CheckTarget> targets = new ArrayList<>();
        for (ServiceConfiguration service : configuration.services()) {
            for (ServerConfiguration server : service.servers()) {
                targets.add(CheckTarget.of(service, server));
            }
        }
        return targets;
    }

    // ---- overrides ----

    private void restoreOverrides() {
        try {
            overrides.load().forEach((key, override) -> model.server(key).ifPresent(server -> {
                server.administer(override.admin(), System.nanoTime());
                server.overrideWeight(override.weight());
                Integer weight = override.weight();
                events.info(Event.Kind.ADMIN, key.toString(), "as before the start: " + override.admin().word()
                        + (weight == null ? "" : ", weight " + weight));
            }));
        } catch (IOException e) {
            events.warn(Event.Kind.ADMIN, "", "drained servers and changed weights are forgotten: " + e.getMessage());
        }
    }

    private void saveOverrides() {
        try {
            overrides.save(model.servers()
                    .filter(server -> server.admin() != AdminState.ONLINE || server.weightOverride() != null)
                    .map(server -> new Overrides.Override(server.key().service(), server.key().server(),
                            server.admin(), server.weightOverride()))
                    .toList());
        } catch (IOException e) {
            events.warn(Event.Kind.ADMIN, "", "this will not survive a restart: " + e);
        }
    }

    // ---- names ----

    private ServiceModel serviceNamed(String name) {
        return model.service(name).orElseThrow(() -> new UnknownName(
                Names.noService(name, model.services().stream().map(ServiceModel::name).toList())));
    }

    private List<ServerModel> named(String serviceName, String serverName) {
        ServiceModel service = serviceNamed(serviceName);
        if (serverName.equals(EVERY_SERVER)) {
            return service.servers();
        }
        return List.of(service.server(serverName).orElseThrow(() -> new UnknownName(Names.noServer(serviceName,
                serverName, service.servers().stream().map(server -> server.key().server()).toList()))));
    }

    private Kick kickOf(KickFilter filter) {
        long service = 0;
        long server = 0;
        String serviceName = filter.service();
        String serverName = filter.server();
        if (serviceName != null) {
            service = serviceNamed(serviceName).wiring().id();
            boolean leaves = leaving.of(serviceName).stream()
                    .anyMatch(gone -> gone.key().server().equals(serverName));
            if (serverName != null && !serverName.equals(EVERY_SERVER)) {
                server = leaves || serverName.equals(ServerKey.FALLBACK)
                        ? StableId.of(serverName)
                        : StableId.of(named(serviceName, serverName).getFirst().key().server());
            }
        }
        InetAddress client = filter.client();
        return new Kick(filter.connectionId(), service, server, client == null ? 0 : SocketAddress.high(client),
                client == null ? 0 : SocketAddress.low(client));
    }

    private static String whom(KickFilter filter) {
        InetAddress client = filter.client();
        return (filter.connectionId() != 0 ? "connection " + filter.connectionId() : "every connection")
                + (client == null ? "" : " of " + Addresses.text(client))
                + (filter.service() == null ? "" : " of service " + filter.service())
                + (filter.server() == null ? "" : " to server " + filter.server());
    }
}

package io.sluice.control.conductor;

import io.sluice.conntrack.Flow;
import io.sluice.control.api.Caller;
import io.sluice.control.api.Command;
import io.sluice.control.api.ConfigurationSource;
import io.sluice.control.api.Control;
import io.sluice.control.api.DataPlanes;
import io.sluice.control.api.Event;
import io.sluice.control.api.Explanation;
import io.sluice.control.api.InheritedSockets;
import io.sluice.control.api.Lifecycle;
import io.sluice.control.api.Outcome;
import io.sluice.control.api.Question;
import io.sluice.control.api.ServerHealth;
import io.sluice.control.api.Status;
import io.sluice.control.conductor.listen.ListenerSockets;
import io.sluice.control.conductor.state.CannotApply;
import io.sluice.control.conductor.state.CounterRows;
import io.sluice.control.conductor.state.Draining;
import io.sluice.control.conductor.state.Model;
import io.sluice.control.conductor.state.ServerKey;
import io.sluice.control.conductor.state.ServerModel;
import io.sluice.control.conductor.state.ServiceModel;
import io.sluice.control.config.model.Configuration;
import io.sluice.control.health.AgentReport;
import io.sluice.control.health.CheckTarget;
import io.sluice.control.health.HealthChecks;
import io.sluice.control.health.HealthListener;
import io.sluice.control.health.StateChange;
import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.Kick;
import io.sluice.dataplane.service.Tenure;
import io.sluice.ringbuffers.counters.CountersFile;
import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.syscall.Files;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of the control plane: applies configurations, health results and admin commands on its own thread, and
 * publishes what comes of them as Routes. Any thread may call the public methods.
 */
public final class Conductor implements Control, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Conductor.class);
    private static final long HOUSEKEEPING_NS = TimeUnit.SECONDS.toNanos(1);

    private final Setup setup;
    private final CommandQueue agenda = new CommandQueue(this::turn);
    private final EventLog events = new EventLog();
    private final HealthChecks checks = new HealthChecks(new HealthListener() {
        @Override
        public void changed(StateChange change) {
            agenda.post(() -> onHealth(change));
        }

        @Override
        public void agentSaid(CheckTarget target, AgentReport report) {
            agenda.post(() -> onAgent(target, report));
        }
    });
    private final Model model;
    private final Configurations configurations;
    private final Administration administration;
    private final Publication publication;
    private long housekeepingDueNs = System.nanoTime() + HOUSEKEEPING_NS;
    private boolean upgrading;
    private final Set<String> drained = new HashSet<>();

    /**
     * What a conductor works with.
     *
     * @param dataPlanes whom it publishes to
     * @param counters where services and servers get their rows
     * @param affinity the clients' servers, for explanations
     * @param stateDirectory for overrides and status.json
     * @param file the configuration file, for reloads
     * @param source reads it
     * @param version of the program
     * @param transport of the workers
     * @param onConfiguration hears of each configuration that is put in force, on the conductor's thread
     * @param housekeeping run about once a second on the conductor's thread
     * @param lifecycle of the process that this one works in
     */
    public record Setup(DataPlanes dataPlanes, CountersFile counters, AffinityLookup affinity, Path stateDirectory,
            Path file, ConfigurationSource source, String version, String transport,
            Consumer<Configuration> onConfiguration, Runnable housekeeping, Lifecycle lifecycle) {
    }

    /** @throws IOException when what administrators said to the last process cannot be read */
    public Conductor(Setup setup) throws IOException {
        this.setup = setup;
        CounterRows rows = new CounterRows(setup.counters(), setup.dataPlanes().writers());
        Draining leaving = new Draining(rows, setup.dataPlanes());
        model = new Model(rows, new ListenerSockets(setup.dataPlanes().socketsPerAddress()), leaving);
        configurations = new Configurations(setup, model, checks, events);
        administration = new Administration(setup.stateDirectory(), model, leaving, events, setup.dataPlanes());
        publication = new Publication(setup, model, leaving, checks, events, configurations::status);
    }

    /**
     * Puts the first configuration in force and returns when every data plane has it: every listener accepts.
     *
     * @throws CannotApply when it cannot be; the conductor has ended then
     */
    public void start(Configuration first) throws CannotApply {
        start(() -> {
            Outcome begun = configurations.begin(first, publication);
            if (begun instanceof Outcome.Done) {
                become(model.tenure().listen());
                model.closeUntaken();
                administration.restore();
                events.info(Event.Kind.STARTED, "", "started with " + setup.file());
            }
            return begun;
        });
    }

    /**
     * The same without listening: until {@link #listen} the process before this one does.
     *
     * @throws CannotApply when it cannot be; the conductor has ended then
     */
    public void prepare(Configuration first) throws CannotApply {
        start(() -> configurations.begin(first, publication));
    }

    private void start(Supplier<Outcome> beginning) throws CannotApply {
        agenda.start();
        Outcome outcome = tell(beginning);
        if (outcome instanceof Outcome.Refused refused) {
            close();
            throw new CannotApply(refused.message());
        }
    }

    // ---- one process after another ----

    /** Sockets that are open already; before {@link #start} or {@link #prepare}. They are taken or closed. */
    public void inherit(InheritedSockets sockets) {
        model.inherit(sockets);
    }

    /**
     * Servers that the process before this one knew begin as it knew them, rather than as unchecked.
     *
     * @param sameConfiguration whether that one had the same configuration in force
     */
    public void adopt(Status former, boolean sameConfiguration) {
        tell(() -> {
            configurations.succeed(former.configuration(), sameConfiguration);
            former.services().forEach(service -> service.servers().forEach(server -> adopt(service.name(), server)));
            publication.changed();
            return Outcome.done("");
        });
    }

    private void adopt(String service, Status.ServerStatus known) {
        model.server(new ServerKey(service, known.name()))
                .filter(server -> server.health() == ServerHealth.CHECKING
                        && server.configuration().address().toString().equals(known.address()))
                .ifPresent(server -> {
                    server.adopt(known.health(), known.check().detail(), known.check().changed());
                    Status.AgentStatus agent = known.agent();
                    if (agent != null) { // until it has answered this process
                        server.heed(new AgentReport(false, agent.admin(), agent.weightPercent()), System.nanoTime());
                    }
                });
    }

    /** Listens, after {@link #prepare}; returns when every worker does. */
    public void listen(String text) {
        tell(() -> {
            administration.restore();
            model.closeUntaken();
            become(model.tenure().listen());
            events.info(Event.Kind.STARTED, "", text);
            return Outcome.done("");
        });
    }

    /**
     * Duplicates of every listening socket, for the process after this one; until the end of that no reload is taken.
     */
    public List<Integer> beginUpgrade() {
        return agenda.ask(() -> {
            upgrading = true;
            return model.descriptors().stream().map(Files::duplicate).filter(fd -> fd >= 0).toList();
        }, List::of);
    }

    /** The upgrade failed before {@link #handOver}: everything is as it was. */
    public void abandonUpgrade() {
        agenda.post(() -> upgrading = false);
    }

    /** Stops listening, as another process does; established connections live on. Returns when every worker has. */
    public void handOver() {
        tell(() -> {
            become(model.tenure().handOver());
            events.info(Event.Kind.STOPPING, "", "upgrade: another process listens from now on");
            return Outcome.done("");
        });
    }

    /** The other process failed: listens again on these sockets, unless told to stop meanwhile. */
    public Outcome takeBack(InheritedSockets sockets) {
        return tell(() -> {
            upgrading = false;
            Tenure next = model.tenure().takeBack();
            if (next instanceof Tenure.Stopping) {
                become(next);
                sockets.close();
                return Outcome.done("");
            }
            model.inherit(sockets);
            Outcome outcome = configurations.again(publication);
            if (outcome instanceof Outcome.Done) { // else a reload may still open what it takes
                become(next);
            }
            events.warn(Event.Kind.STARTED, "", "the upgrade failed: this process listens again");
            return outcome;
        });
    }

    // ---- what others ask and tell ----

    /** The status; null before the start. */
    public @Nullable Status statusIfStarted() {
        return publication.status();
    }

    @Override
    public Outcome tell(Command command, Caller caller) {
        String unfit = command.unfit();
        if (unfit != null) {
            return new Outcome.Refused(unfit);
        }
        return switch (command) {
            case Command.Kick told -> tell(() -> administration.tell(told));
            case Command.OfServers told -> change(() -> administration.tell(told));
            case Command.Reload() -> tell(this::reload);
            case Command.Upgrade told -> setup.lifecycle().upgrade(told);
            case Command.Stop(boolean drain) -> {
                setup.lifecycle().stop(drain);
                yield Outcome.done(drain ? "draining, then stopping" : "stopping");
            }
        };
    }

    @Override
    @SuppressWarnings("unchecked") // each question is answered as it says
    public <T> T ask(Question<T> question) {
        return (T) switch (question) {
            case Question.InForce() -> inForce();
            case Question.Planned asked -> plan(asked);
            case Question.Explained asked -> explain(asked);
            case Question.Happened(long after) -> events.after(after);
        };
    }

    private Status inForce() {
        Status status = statusIfStarted();
        if (status == null) {
            throw new IllegalStateException("the conductor has not started");
        }
        return status;
    }

    private Outcome plan(Question.Planned asked) {
        Path file = asked.path();
        return agenda.ask(() -> configurations.plan(file == null ? setup.file() : file), Conductor::over);
    }

    @Override
    public Outcome plan(Configuration next) {
        return agenda.ask(() -> configurations.plan(next), Conductor::over);
    }

    private Explanation explain(Question.Explained asked) {
        Ip client = asked.address();
        Flow live = LiveFlow.of(setup.stateDirectory(), asked.service(), client, asked.port());
        return agenda.ask(() -> new Explainer(administration.service(asked.service()), client, live, setup.affinity(),
                System.nanoTime(), System.currentTimeMillis()).explain(), () -> {
                    throw new UnknownName("the daemon is stopping");
                });
    }

    @Override
    public void note(Event.Kind kind, String subject, String text) {
        events.info(kind, subject, text);
    }

    // ---- what the daemon tells ----

    /** A worker could not connect to a server; any thread. */
    public void connectFailed(String service, String server) {
        checks.onConnectFailure(service, server);
    }

    /** Closes every listener; established connections live on. Returns when every worker has done so. */
    public void stopListening() {
        tell(() -> {
            Tenure before = model.tenure();
            become(before.stop());
            if (!(before instanceof Tenure.HandedOver)) { // nothing comes here any more
                events.info(Event.Kind.STOPPING, "", "stopping: no new connections");
            }
            return Outcome.done("");
        });
    }

    /** The longest time that any service gives its connections when the daemon stops. */
    public Duration drainTimeout() {
        return agenda.ask(() -> model.services().stream().map(service -> service.configuration().timeouts().drain())
                .max(Comparator.naturalOrder()).orElse(Duration.ZERO), () -> Duration.ZERO);
    }

    /** Ends what is left of the services whose {@code timeouts.drain} is no longer than the stop has taken by now. */
    public void endDrained(long stoppingForNs) {
        agenda.post(() -> model.services().stream()
                .filter(service -> service.configuration().timeouts().drain().toNanos() <= stoppingForNs)
                .filter(service -> drained.add(service.name()))
                .forEach(service -> setup.dataPlanes().kick(Kick.of(0, service.wiring().id(), 0, 0, 0)
                        .because(EndReason.SHUTDOWN))));
    }

    @Override
    public void close() {
        checks.close();
        agenda.close();
    }

    /** A change of the models: it is published, and answered when it is in force. */
    private Outcome change(Supplier<Outcome> command) {
        return tell(() -> {
            Outcome outcome = command.get();
            publication.changed();
            return outcome;
        });
    }

    /** Runs a command and waits until what came of it is in force. */
    private Outcome tell(Supplier<Outcome> command) {
        CompletableFuture<Outcome> answer = new CompletableFuture<>();
        agenda.post(() -> {
            try {
                publication.answer(answer, command.get());
            } catch (UnknownName unknown) {
                answer.complete(new Outcome.Refused(unknown.text()));
            } catch (RuntimeException | Error fault) {
                LOG.error("conductor: a command failed", fault);
                answer.complete(new Outcome.Refused("internal error: the log has the details"));
            }
        });
        return agenda.await(answer, Conductor::over);
    }

    private static Outcome over() {
        return new Outcome.Refused("the daemon is stopping");
    }

    // ---- the conductor's thread from here on ----

    private void become(Tenure next) {
        model.become(next);
        publication.changed();
    }

    private Outcome reload() {
        if (upgrading) {
            return new Outcome.Refused("an upgrade is under way: the new process reads the file");
        }
        if (model.tenure() instanceof Tenure.Stopping) {
            return over();
        }
        Outcome outcome = configurations.reload(publication);
        if (outcome instanceof Outcome.Done) {
            administration.forgetRemoved();
            // the other process failed, and so did listening again
            if (model.tenure() instanceof Tenure.HandedOver over) {
                become(over.takeBack());
            }
        }
        return outcome;
    }

    private long turn() {
        long nowNs = System.nanoTime();
        if (nowNs - housekeepingDueNs >= 0) {
            housekeepingDueNs = nowNs + HOUSEKEEPING_NS;
            setup.housekeeping().run();
        }
        return publication.turn(nowNs);
    }

    /** The server that was checked; null: a reload was faster. */
    private @Nullable ServerModel checked(CheckTarget target) {
        ServerKey key = new ServerKey(target.service(), target.server());
        ServiceModel service = model.service(key.service()).orElse(null);
        ServerModel server = model.server(key).orElse(null);
        return service == null || server == null || !CheckTarget.of(service.configuration(), server.configuration())
                .address().equals(target.address()) ? null : server;
    }

    private void onAgent(CheckTarget target, AgentReport report) {
        ServerModel server = checked(target);
        if (server != null) {
            String before = server.agent().text();
            server.heed(report, System.nanoTime());
            if (!report.text().equals(before)) {
                events.info(Event.Kind.ADMIN, server.key().toString(),
                        "by its agent: " + report.text() + " (before: " + before + ")");
            }
            publication.changed();
        }
    }

    private void onHealth(StateChange change) {
        ServerModel server = checked(change.target());
        if (server == null) {
            return;
        }
        ServerKey key = server.key();
        ServerHealth state = change.to();
        server.become(state, change.detail(), change.at(), System.nanoTime());
        String text = state.word() + ": " + change.detail();
        if (state == ServerHealth.DOWN) {
            events.warn(Event.Kind.HEALTH, key.toString(), text);
        } else {
            events.info(Event.Kind.HEALTH, key.toString(), text);
        }
        publication.changed();
    }
}

package io.sluice.control.conductor;

import io.sluice.conntrack.Protocol;
import io.sluice.control.api.Event;
import io.sluice.control.api.Outcome;
import io.sluice.control.api.ServiceState;
import io.sluice.control.api.Status;
import io.sluice.control.api.StatusFile;
import io.sluice.control.conductor.state.Draining;
import io.sluice.control.conductor.state.Model;
import io.sluice.control.conductor.state.ServerModel;
import io.sluice.control.conductor.state.ServiceModel;
import io.sluice.control.config.file.FileReason;
import io.sluice.control.config.model.ServiceConfiguration;
import io.sluice.control.health.HealthChecks;
import io.sluice.dataplane.service.Routes;
import io.sluice.dataplane.service.ServerColumn;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What leaves the conductor: Routes for the workers, answers once those are in force, the status for everyone.
 * Conductor's thread, except {@link #status}.
 */
final class Publication {
    private static final Logger LOG = LoggerFactory.getLogger(Publication.class);
    private static final long RAMP_PERIOD_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long STATUS_PERIOD_NS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long IDLE_NS = TimeUnit.SECONDS.toNanos(1);
    /** The checks' newest outcomes reach the file at a cost of at most one fiftieth of this thread's time. */
    private static final int WRITING_SHARE = 50;

    private final Conductor.Setup setup;
    private final Model model;
    private final Draining leaving;
    private final HealthChecks checks;
    private final EventLog events;
    private final Supplier<Status.ConfigurationStatus> configuration;
    private final Acknowledgements acknowledgements;
    private final Map<String, ServiceState> announced = new LinkedHashMap<>();
    private final Map<CompletableFuture<Outcome>, Outcome> answers = new LinkedHashMap<>();
    private final Instant started = Instant.now();
    private long version;
    private boolean changed;
    private boolean statusWritable = true;
    private boolean statusStale;
    /** Not at once: writing JSON loads many classes, which a start does not wait for. */
    private long statusDueNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
    private long checksDueNs = statusDueNs;
    private long rampDueNs = System.nanoTime();
    private long leavingDueNs = System.nanoTime();
    private volatile @Nullable Status latest;

    Publication(Conductor.Setup setup, Model model, Draining leaving, HealthChecks checks, EventLog events,
            Supplier<Status.ConfigurationStatus> configuration) {
        this.setup = setup;
        this.model = model;
        this.leaving = leaving;
        this.checks = checks;
        this.events = events;
        this.configuration = configuration;
        acknowledgements = new Acknowledgements(setup.dataPlanes());
    }

    /** Version of the Routes that the next change will be published with. */
    long nextVersion() {
        return version + 1;
    }

    /** The models have changed: new Routes are due. */
    void changed() {
        changed = true;
    }

    /** Gives this answer when what is published next, or was last, is in force. */
    void answer(CompletableFuture<Outcome> future, Outcome outcome) {
        answers.put(future, outcome);
    }

    /** What is in force, with the newest outcomes of the checks; null before the start. Any thread. */
    @Nullable
    Status status() {
        Status status = latest;
        return status == null ? null : StatusMaker.refreshed(status, checks, Instant.now());
    }

    /** Does what is due after a batch of commands; answers in how many nanoseconds it wants to be called again. */
    long turn(long nowNs) {
        if (nowNs - rampDueNs >= 0) {
            rampDueNs = nowNs + RAMP_PERIOD_NS;
            changed |= anyRisen(nowNs);
            changed |= anyDrained(nowNs);
        }
        if (changed) {
            publish(nowNs);
        }
        if (statusStale && !answers.isEmpty()) {
            writeStatus(nowNs); // whoever asked for a change finds it in the status file once he is answered
        }
        answers.forEach((future, outcome) -> acknowledgements.add(future, outcome, version, nowNs));
        answers.clear();
        acknowledgements.look(nowNs);
        if (!leaving.isEmpty() && nowNs - leavingDueNs >= 0) {
            leavingDueNs = nowNs + Draining.PERIOD_NS;
            if (leaving.look(nowNs, this::tellEnding)) {
                statusStale = true;
            }
        }
        if (!acknowledgements.isEmpty()) {
            return Acknowledgements.PERIOD_NS;
        }
        if (nowNs - (statusStale ? statusDueNs : checksDueNs) >= 0) {
            writeStatus(nowNs);
        }
        return statusStale || !leaving.isEmpty() ? STATUS_PERIOD_NS : IDLE_NS;
    }

    private void tellEnding(String whose, long connections) {
        events.info(Event.Kind.SERVICE, whose, "no longer configured, and its time to drain is over: ending "
                + connections + (connections == 1 ? " connection" : " connections"));
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

    /**
     * Sessions of UDP have no end that their clients could wait for: those with a server that is drained end when
     * connections to a server that was removed would. A connection of TCP goes on for as long as it likes.
     */
    private boolean anyDrained(long nowNs) {
        boolean any = false;
        for (ServiceModel service : model.services()) {
            ServiceConfiguration configured = service.configuration();
            for (ServerModel server : service.servers()) {
                if (configured.protocol() == Protocol.UDP && !configured.packetLevel()
                        && server.endsDrain(nowNs, configured.timeouts().drain().toNanos())) {
                    long left = server.rows().gauges().get(ServerColumn.CONNECTIONS);
                    events.info(Event.Kind.SERVICE, server.key().toString(),
                            "its time to drain (timeouts.drain) is over: "
                                    + "ending " + left + (left == 1 ? " session" : " sessions"));
                    any = true;
                }
            }
        }
        return any;
    }

    private void publish(long nowNs) {
        changed = false;
        Routes routes = RoutesMaker.make(nextVersion(), model.services(), model.tenure(), nowNs);
        version = routes.version();
        setup.dataPlanes().publish(routes);
        announceStates();
        latest = makeStatus(nowNs);
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
            String text = now.word() + ": " + service.standing();
            if (now == ServiceState.UP) {
                events.info(Event.Kind.SERVICE, service.name(), text);
            } else {
                events.warn(Event.Kind.SERVICE, service.name(), text);
            }
        }
    }

    private Status makeStatus(long nowNs) {
        return new Status(setup.version(), ProcessHandle.current().pid(), started, Instant.now(), setup.transport(),
                setup.dataPlanes().writers(), configuration.get(), null,
                model.services().stream().map(service -> StatusMaker.service(service, leaving, nowNs)).toList(),
                leaving.services().stream().map(service -> StatusMaker.removed(service, leaving, nowNs)).toList());
    }

    /** One line for each change. */
    private void tellWritable(boolean written, String why) {
        if (written != statusWritable) {
            statusWritable = written;
            Path file = StatusFile.in(setup.stateDirectory());
            if (written) {
                LOG.info("{} can be written again", file);
            } else {
                LOG.warn("cannot write {}: {}; sluice status will be stale once the daemon has ended", file, why);
            }
        }
    }

    private void writeStatus(long nowNs) {
        statusDueNs = nowNs + STATUS_PERIOD_NS;
        statusStale = false;
        Status status = makeStatus(nowNs);
        latest = status;
        if (!model.tenure().ownsState()) {
            checksDueNs = nowNs + IDLE_NS;
            return; // the file is the other process's
        }
        long beganNs = System.nanoTime();
        try {
            StatusFile.write(setup.stateDirectory(), StatusMaker.refreshed(status, checks, Instant.now()));
            tellWritable(true, "");
        } catch (IOException e) {
            tellWritable(false, FileReason.of(e));
        }
        checksDueNs = nowNs + Math.max(IDLE_NS, (System.nanoTime() - beganNs) * WRITING_SHARE);
    }
}

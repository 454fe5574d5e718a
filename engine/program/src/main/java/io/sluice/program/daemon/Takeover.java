package io.sluice.program.daemon;

import io.sluice.conntrack.AffinityReader;
import io.sluice.conntrack.Flow;
import io.sluice.conntrack.FlowReader;
import io.sluice.conntrack.FlowTable;
import io.sluice.conntrack.Protocol;
import io.sluice.conntrack.store.CopyEntry;
import io.sluice.control.api.InheritedSockets;
import io.sluice.control.api.Question;
import io.sluice.control.api.Status;
import io.sluice.control.api.StatusFile;
import io.sluice.control.conductor.Conductor;
import io.sluice.control.conductor.state.CannotApply;
import io.sluice.control.config.file.FileReason;
import io.sluice.control.config.file.Plan;
import io.sluice.control.config.model.Configuration;
import io.sluice.control.config.model.ServiceConfiguration;
import io.sluice.control.config.model.StateDirectory;
import io.sluice.dataplane.udp.FormerSessions;
import io.sluice.program.admin.Answer;
import io.sluice.program.admin.ControlClient;
import io.sluice.program.admin.Wire;
import io.sluice.program.upgrade.FormerCounters;
import io.sluice.program.upgrade.Predecessor;
import io.sluice.ringbuffers.counters.CountersFile;
import io.sluice.ringbuffers.counters.CountersReader;
import io.sluice.ringbuffers.ip.Ip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * What a daemon takes over at its start from the process before it, if there is one (docs/decisions, number 12);
 * {@link Departure} is the other end. The start runs on the main thread, {@link #look} on the conductor's.
 */
final class Takeover {
    private static final Logger LOG = LoggerFactory.getLogger(Takeover.class);
    private static final Duration ASKING = Duration.ofSeconds(10);
    private static final long DYING_NS = 1_000_000_000L;
    private static final long LOOK_NS = 10_000_000;
    private static final Runnable NOTHING = () -> {
    };

    private final Configuration configuration;
    private final Path file;
    private final Path state;
    private final @Nullable Predecessor predecessor;
    private final InheritedSockets sockets;
    private final FormerSessions sessions = new FormerSessions();
    private final FormerSessions.Filling left = new FormerSessions.Filling();
    private volatile Runnable watching = NOTHING;
    private volatile long forgetSessionsNs;
    private long listeningSinceNs;

    /** The first of its line. */
    Takeover(Configuration configuration, Path file) {
        this(configuration, file, null, new InheritedSockets());
    }

    /**
     * @param predecessor whom this process takes over from; null: nobody
     * @param sockets listening sockets that are open already
     */
    Takeover(Configuration configuration, Path file, @Nullable Predecessor predecessor, InheritedSockets sockets) {
        this.configuration = configuration;
        this.file = file;
        this.predecessor = predecessor;
        this.sockets = sockets;
        state = configuration.stateDirectory();
    }

    // ---- the start ----

    /** Takes the state directory, now or when the former process gives it up. */
    StateFiles openState() throws StartFailure {
        return predecessor == null ? StateFiles.take(state) : StateFiles.later(state);
    }

    /** While the former process uses the affinity table, that keeps its size: another one waits for a restart. */
    long affinityCapacity() {
        long wanted = configuration.tables().affinity();
        Path file = StateDirectory.affinity(state);
        if (predecessor == null || !Files.exists(file)) {
            return wanted;
        }
        try (AffinityReader table = AffinityReader.open(file)) {
            if (table.capacity() != wanted) {
                LOG.warn("tables.affinity stays {} until the next restart: an upgrade cannot change it",
                        table.capacity());
            }
            return table.capacity();
        } catch (IOException ofAnotherVersion) {
            return wanted;
        }
    }

    /** Sessions that the former process had. */
    FormerSessions formerSessions() {
        return sessions;
    }

    /** Hears of each session that a process which is dead left in its flow table, before {@link #begin}. */
    void rememberLeft(Flow flow) {
        remember(flow, left);
    }

    /** Hears of sessions that only the durable copy knows; the store's thread, while this process serves. */
    void rememberCopied(List<CopyEntry> copied) {
        FormerSessions.Filling filling = new FormerSessions.Filling();
        copied.forEach(entry -> filling.add(entry.scope(), entry.ipHi(), entry.ipLo(), entry.clientPort(),
                entry.listenPort(), entry.serverId()));
        forgetSessionsNs = System.nanoTime() + longestSessionNs();
        sessions.add(filling);
    }

    /** Begins to listen and to be asked; when it returns, every listener accepts. */
    void begin(Conductor conductor, ManagementEndpoints endpoints, StateFiles files, CountersFile counters)
            throws StartFailure, IOException, CannotApply {
        conductor.inherit(sockets);
        Predecessor former = predecessor;
        if (former == null) {
            sessions.fill(left);
            forgetSessionsNs = System.nanoTime() + longestSessionNs();
            conductor.start(configuration);
            endpoints.openControl();
            endpoints.openStated();
        } else {
            takeOver(former, conductor, endpoints, files, counters);
        }
    }

    private void takeOver(Predecessor former, Conductor conductor, ManagementEndpoints endpoints, StateFiles files,
            CountersFile counters) throws StartFailure, IOException, CannotApply {
        conductor.prepare(configuration);
        adoptFrom(conductor);
        FormerCounters carried = new FormerCounters(CountersReader.open(StateDirectory.counters(state)), counters,
                former::lives);
        former.prepared();
        // from here on nobody accepts: what can wait comes after
        files.takeOver();
        carried.look();
        rememberSessions();
        watching = () -> watch(carried); // from here on look() watches over both
        int services = configuration.services().size();
        conductor.listen(
                "took over from another process, with " + services + (services == 1 ? " service" : " services"));
        listeningSinceNs = System.nanoTime();
        endpoints.openControl();
        former.awaitVacated();
        endpoints.openStated();
    }

    /** Tells the former process that this one serves; it drains from now on. */
    void announce() {
        Predecessor former = predecessor;
        if (former != null) {
            former.ready(listeningSinceNs);
        }
    }

    private void adoptFrom(Conductor conductor) throws IOException {
        if (!predecessorLives()) {
            adoptFromFile(conductor);
            return;
        }
        try (ControlClient client = ControlClient.connect(state, ASKING)) {
            Answer answer = client.ask(new Question.InForce());
            Status status = Wire.json().treeToValue(Objects.requireNonNull(answer.value(), "no status"), Status.class);
            JsonNode plan = client.ask(new Question.Planned(file.toAbsolutePath().toString())).value();
            conductor.adopt(status, plan != null && Wire.json().treeToValue(plan, Plan.class).isEmpty());
        } catch (ControlClient.Unreachable e) {
            if (!endsNow()) {
                throw new IOException("the former process does not say what it knows of the servers: " + e.text(), e);
            }
            adoptFromFile(conductor);
        }
    }

    /** A process that is killed closes its sockets one after another. */
    private boolean endsNow() {
        long deadlineNs = System.nanoTime() + DYING_NS;
        while (predecessorLives() && System.nanoTime() - deadlineNs < 0) {
            LockSupport.parkNanos(LOOK_NS);
        }
        return !predecessorLives();
    }

    /** It was killed: what it wrote last of its servers is better than nothing. */
    private void adoptFromFile(Conductor conductor) {
        try {
            conductor.adopt(StatusFile.read(state), false);
        } catch (IOException none) {
            LOG.debug("what the former process knew of its servers is lost: {}", none.toString());
        }
    }

    /** Only clients without affinity need it, and a session without traffic since its timeout is none. */
    private void rememberSessions() throws IOException {
        boolean any = configuration.services().stream().anyMatch(Takeover::isUdp);
        if (!any) {
            return;
        }
        FormerSessions.Filling filling = new FormerSessions.Filling();
        try (FlowReader flows = FlowReader.open(state)) {
            flows.forEach(flow -> remember(flow, filling));
        }
        sessions.fill(filling);
        forgetSessionsNs = System.nanoTime() + longestSessionNs();
        LOG.debug("{} sessions of the former process are known", filling.size());
    }

    private long longestSessionNs() {
        return configuration.services().stream().filter(Takeover::isUdp)
                .map(service -> service.timeouts().udpSession()).max(Duration::compareTo).orElse(Duration.ZERO)
                .toNanos();
    }

    private static boolean isUdp(ServiceConfiguration service) {
        return service.protocol() == Protocol.UDP;
    }

    private static void remember(Flow flow, FormerSessions.Filling filling) {
        if (flow.protocol() == Protocol.UDP) {
            Ip client = flow.client().address();
            filling.add(flow.serviceId(), client.high(), client.low(), flow.client().port(), flow.listen().port(),
                    flow.serverId());
        }
    }

    // ---- while it serves ----

    /** About once a second: what the former process still counts, and what it leaves at its end. */
    void look() {
        if (System.nanoTime() - forgetSessionsNs > 0) {
            sessions.clear();
        }
        watching.run();
    }

    private void watch(FormerCounters former) {
        former.look();
        if (former.isOver()) {
            watching = NOTHING;
            sessions.clear();
            try {
                FlowTable.removeAbandoned(state);
            } catch (IOException e) {
                LOG.warn("the flow table of the former process stays until the next start: {}",
                        FileReason.withFile(e));
            }
        }
    }

    boolean predecessorLives() {
        Predecessor former = predecessor;
        return former != null && former.lives();
    }
}

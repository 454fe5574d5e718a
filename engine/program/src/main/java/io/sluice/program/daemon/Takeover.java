package io.sluice.program.daemon;

import io.sluice.conntrack.AffinityReader;
import io.sluice.conntrack.Flow;
import io.sluice.conntrack.FlowReader;
import io.sluice.conntrack.FlowTable;
import io.sluice.conntrack.Protocol;
import io.sluice.conntrack.store.CopyEntry;
import io.sluice.control.api.InheritedSockets;
import io.sluice.control.api.Outcome;
import io.sluice.control.api.Status;
import io.sluice.control.conductor.Conductor;
import io.sluice.control.conductor.state.CannotApply;
import io.sluice.control.config.file.Plan;
import io.sluice.control.config.model.Configuration;
import io.sluice.control.config.model.ServiceConfiguration;
import io.sluice.control.config.model.StateDirectory;
import io.sluice.dataplane.udp.FormerSessions;
import io.sluice.program.admin.Answer;
import io.sluice.program.admin.ControlClient;
import io.sluice.program.admin.Request;
import io.sluice.program.admin.Upgrader;
import io.sluice.program.admin.Wire;
import io.sluice.program.upgrade.Departing;
import io.sluice.program.upgrade.FormerCounters;
import io.sluice.program.upgrade.Predecessor;
import io.sluice.program.upgrade.Upgrade;
import io.sluice.ringbuffers.counters.CountersFile;
import io.sluice.ringbuffers.counters.CountersReader;
import io.sluice.ringbuffers.ip.Ip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * A daemon's place in the line of processes: what it takes over from the one before it at its start, and what it leaves
 * to the one after it (docs/decisions, number 12). The start runs on the main thread, {@link #look} on the conductor's,
 * the rest on the upgrade's.
 */
final class Takeover implements Upgrader, Departing {
    private static final Logger LOG = LoggerFactory.getLogger(Takeover.class);
    private static final Duration ASKING = Duration.ofSeconds(10);

    private final Configuration configuration;
    private final Path file;
    private final Path state;
    private final @Nullable Predecessor predecessor;
    private final InheritedSockets sockets;
    private final FormerSessions sessions = new FormerSessions();
    private final FormerSessions.Filling left = new FormerSessions.Filling();
    private final Upgrade upgrade;
    private final @Nullable LongConsumer onDeparture;
    private @Nullable StateFiles files;
    private @Nullable Daemon daemon;
    private @Nullable Conductor conductor;
    private @Nullable ManagementEndpoints doors;
    private volatile @Nullable FormerCounters formerCounters;
    private volatile boolean handedOver;
    private volatile long forgetSessionsNs;
    private long listeningSinceNs;

    /** The first of its line, in a program that no other process can take over from. */
    Takeover(Configuration configuration, Path file) {
        this(configuration, file, null, new InheritedSockets(), null);
    }

    /**
     * @param predecessor whom this process takes over from; null: nobody
     * @param sockets listening sockets that are open already
     * @param onDeparture hears the id of the process that has taken over; null: none can
     */
    Takeover(Configuration configuration, Path file, @Nullable Predecessor predecessor, InheritedSockets sockets,
            @Nullable LongConsumer onDeparture) {
        this.configuration = configuration;
        this.file = file;
        this.predecessor = predecessor;
        this.sockets = sockets;
        this.onDeparture = onDeparture;
        state = configuration.stateDirectory();
        upgrade = new Upgrade(state, file, this);
    }

    // ---- the start ----

    /** Takes the state directory, now or when the former process gives it up. */
    AutoCloseable openState() throws StartFailure {
        StateFiles opened = predecessor == null ? StateFiles.take(state) : StateFiles.later(state);
        files = opened;
        return opened;
    }

    /** Where this process makes its counters file. */
    Path counters() {
        return files().counters();
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
    void begin(Daemon whole, Conductor made, ManagementEndpoints entrances, CountersFile counters)
            throws StartFailure, IOException, CannotApply {
        daemon = whole;
        conductor = made;
        doors = entrances;
        made.inherit(sockets);
        Predecessor former = predecessor;
        if (former == null) {
            sessions.fill(left);
            forgetSessionsNs = System.nanoTime() + longestSessionNs();
            made.start(configuration);
            entrances.openControl();
            entrances.openStated();
        } else {
            takeOver(former, made, entrances, counters);
        }
    }

    private void takeOver(Predecessor former, Conductor made, ManagementEndpoints entrances, CountersFile counters)
            throws StartFailure, IOException, CannotApply {
        made.prepare(configuration);
        adoptFrom(made);
        FormerCounters carried = new FormerCounters(CountersReader.open(StateDirectory.counters(state)), counters,
                former::lives);
        former.prepared();
        // from here on nobody accepts: what can wait comes after
        files().takeOver();
        carried.look();
        rememberSessions();
        formerCounters = carried; // from here on look() watches over both
        int services = configuration.services().size();
        made.listen("took over from another process, with " + services + (services == 1 ? " service" : " services"));
        listeningSinceNs = System.nanoTime();
        entrances.openControl();
        former.awaitVacated();
        entrances.openStated();
    }

    /** Tells the former process that this one serves; it drains from now on. */
    void announce() {
        Predecessor former = predecessor;
        if (former != null) {
            former.ready(listeningSinceNs);
        }
    }

    private void adoptFrom(Conductor made) throws IOException {
        try (ControlClient client = ControlClient.connect(state, ASKING)) {
            Answer answer = client.ask(new Request.Status());
            Status status = Wire.json().treeToValue(Objects.requireNonNull(answer.value(), "no status"), Status.class);
            JsonNode plan = client.ask(new Request.Plan(file.toAbsolutePath().toString())).value();
            made.adopt(status, plan != null && Wire.json().treeToValue(plan, Plan.class).isEmpty());
        } catch (ControlClient.Unreachable e) {
            throw new IOException("the former process does not say what it knows of the servers: " + e.text(), e);
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
        FormerCounters former = formerCounters;
        if (former == null) {
            return;
        }
        former.look();
        if (former.isOver()) {
            formerCounters = null;
            sessions.clear();
            try {
                FlowTable.removeAbandoned(state);
            } catch (IOException e) {
                LOG.warn("the flow table of the former process stays until the next start: {}", e.toString());
            }
        }
    }

    boolean predecessorLives() {
        Predecessor former = predecessor;
        return former != null && former.lives();
    }

    boolean isHandedOver() {
        return handedOver;
    }

    // ---- the next process ----

    @Override
    public Outcome upgrade(@Nullable String program, Duration patience) {
        return onDeparture == null ? IMPOSSIBLE.upgrade(program, patience) : upgrade.run(program, patience);
    }

    @Override
    public boolean isStopping() {
        Daemon whole = daemon;
        return whole != null && whole.isStopping();
    }

    @Override
    public List<Integer> shareListeners() {
        return conductor().beginUpgrade();
    }

    @Override
    public void stay() {
        conductor().abandonUpgrade();
    }

    @Override
    public void release() throws IOException {
        conductor().handOver();
        files().giveUp();
        doors().moveAside();
    }

    @Override
    public void vacate() {
        doors().vacate();
    }

    @Override
    public void resume(InheritedSockets again) {
        Outcome outcome = conductor().takeBack(again);
        if (!(outcome instanceof Outcome.Done)) {
            LOG.error("upgrade: this process cannot listen again: {}", outcome);
        }
        try {
            files().takeBack();
        } catch (StartFailure | IOException e) {
            LOG.error("upgrade: the state directory is not this process's again: {}", e.toString());
        }
        try {
            doors().moveBack();
        } catch (IOException e) {
            LOG.error("upgrade: this process serves again, but cannot be asked as before: {}", e.toString());
        }
    }

    @Override
    public String depart(long successorPid) {
        handedOver = true;
        Objects.requireNonNull(daemon).giveUpCopy();
        files().gone();
        Objects.requireNonNull(onDeparture).accept(successorPid);
        Daemon whole = Objects.requireNonNull(daemon);
        int open = whole.openConnections();
        String drains = open + (open == 1 ? " connection" : " connections") + ", up to "
                + Daemon.words(whole.drainTimeout());
        whole.requestStop(true);
        return drains;
    }

    private StateFiles files() {
        return Objects.requireNonNull(files, "not started");
    }

    private Conductor conductor() {
        return Objects.requireNonNull(conductor, "not started");
    }

    private ManagementEndpoints doors() {
        return Objects.requireNonNull(doors, "not started");
    }
}

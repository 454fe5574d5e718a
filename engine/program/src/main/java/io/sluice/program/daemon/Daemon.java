package io.sluice.program.daemon;

import io.sluice.conntrack.AffinityTable;
import io.sluice.conntrack.FlowTable;
import io.sluice.control.api.Command;
import io.sluice.control.api.ConfigurationSource;
import io.sluice.control.api.Control;
import io.sluice.control.api.DataPlanes;
import io.sluice.control.api.Lifecycle;
import io.sluice.control.api.Outcome;
import io.sluice.control.conductor.Conductor;
import io.sluice.control.conductor.state.CannotApply;
import io.sluice.control.config.model.Configuration;
import io.sluice.control.config.model.StateDirectory;
import io.sluice.control.config.model.Tables;
import io.sluice.control.tls.RsaKeyExchange;
import io.sluice.dataplane.relay.Relay;
import io.sluice.dataplane.relay.RelaySettings;
import io.sluice.dataplane.service.PublishedRoutes;
import io.sluice.dataplane.service.SourceLimits;
import io.sluice.dataplane.service.WaitingLines;
import io.sluice.dataplane.udp.FormerSessions;
import io.sluice.dataplane.udp.Udp;
import io.sluice.dataplane.udp.UdpSettings;
import io.sluice.dataplane.worker.DescriptorBudget;
import io.sluice.dataplane.worker.Faults;
import io.sluice.dataplane.worker.Heartbeat;
import io.sluice.dataplane.worker.Transport;
import io.sluice.dataplane.worker.Worker;
import io.sluice.dataplane.worker.Workers;
import io.sluice.program.admin.AuditedControl;
import io.sluice.program.admin.http.AdminServer;
import io.sluice.program.build.Version;
import io.sluice.program.log.LogWriter;
import io.sluice.program.observe.OpenFiles;
import io.sluice.program.observe.ProcessColumn;
import io.sluice.program.upgrade.SharedControl;
import io.sluice.ringbuffers.counters.CounterRow;
import io.sluice.ringbuffers.counters.CountersFile;
import io.sluice.ringbuffers.counters.Kind;
import io.sluice.ringbuffers.mapped.LostPages;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The composition root: everything that runs behind {@code sluice run}, put together, started, drained and stopped. The
 * thread that started it stops it; any thread may ask for that.
 */
public final class Daemon implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);
    /** A worker that does not end in this time is stuck; its memory is then taken from under it. */
    private static final long STOP_MS = 30_000;
    private static final long DRAIN_LOOK_MS = 50;
    /** A worker ticks ten times a second; without a tick for so long it is not slow but stuck. */
    private static final long HANGS_NS = 10_000_000_000L;

    private final Configuration configuration;
    private final Opened opened;
    private final CountDownLatch stopRequested = new CountDownLatch(1);
    private final AtomicBoolean drain = new AtomicBoolean(true);
    private final Takeover takeover;
    private final Transport transport;
    private final Workers workers;
    private final Conductor conductor;
    private final SharedControl shared;
    private final Control control;
    private final ManagementEndpoints endpoints;
    private final Departure departure;
    /** At most one, where {@code tables.durable-copy} asks for it, once every listener accepts. */
    private final List<CopyKeeper> copies = new CopyOnWriteArrayList<>();

    /**
     * Starts; returns when every listener accepts.
     *
     * @param file where the configuration came from, for reloads
     * @throws StartFailure with nothing left behind
     */
    public static Daemon start(Configuration configuration, Path file) throws StartFailure {
        return start(configuration, file, new FileSource());
    }

    /** The same with a configuration that need not come from a file. */
    public static Daemon start(Configuration configuration, Path file, ConfigurationSource source)
            throws StartFailure {
        return start(configuration, file, source, new Takeover(configuration, file), null);
    }

    /** @param onDeparture hears the id of the process that has taken over; null: none can */
    static Daemon start(Configuration configuration, Path file, ConfigurationSource source, Takeover takeover,
            @Nullable LongConsumer onDeparture) throws StartFailure {
        RsaKeyExchange.permit(); // before anything of this process speaks TLS
        Opened opened = new Opened();
        try {
            return new Daemon(configuration, file, source, takeover, onDeparture, opened);
        } catch (FileSystemException e) {
            opened.close();
            throw new StartFailure(StateTrouble.words(configuration.stateDirectory(), e));
        } catch (IOException | CannotApply | RuntimeException e) {
            opened.close();
            throw new StartFailure(String.valueOf(e.getMessage()));
        } catch (StartFailure e) {
            opened.close();
            throw e;
        }
    }

    /** To ask and tell it. */
    public Control control() {
        return control;
    }

    /** What the workers run on. */
    public Transport transport() {
        return transport;
    }

    /** The admin API and web UI; null: off, not opened, or its port is taken. */
    public @Nullable AdminServer admin() {
        return endpoints.admin().orElse(null);
    }

    /**
     * Opens the admin API where no configuration names its address: on the standard one, unless that is taken. Apart
     * from the start, which does not wait for it.
     */
    void openStandardAdmin() {
        endpoints.openStandardAdmin();
    }

    /** Tells the process that this one has taken over from, if any, that it serves. */
    void announce() {
        takeover.announce();
    }

    /** Connections and sessions open now, to about a tenth of a second. */
    public int openConnections() {
        return workers.open();
    }

    /** Whether no worker hangs; for the service manager's watchdog. */
    boolean makesProgress() {
        return workers.makeProgress(HANGS_NS);
    }

    /** How long established connections may take to end after {@link #requestStop}. */
    Duration drainTimeout() {
        return conductor.drainTimeout();
    }

    /** Whether somebody has asked it to stop. */
    boolean isStopping() {
        return stopRequested.getCount() == 0;
    }

    /** Asks it to stop; the thread in {@link #awaitStop} does so. */
    void requestStop(boolean withDrain) {
        if (!withDrain) {
            drain.set(false);
        }
        stopRequested.countDown();
    }

    /**
     * Waits until somebody asks for the end, then closes the listeners and lets connections end, each service's up to
     * its {@code timeouts.drain}; {@link #close} ends the rest.
     */
    public void awaitStop() throws InterruptedException {
        stopRequested.await();
        if (!drain.get()) {
            return;
        }
        Duration patience = conductor.drainTimeout();
        conductor.stopListening();
        long sinceNs = System.nanoTime();
        long deadlineNs = sinceNs + patience.toNanos();
        awaitCount(sinceNs);
        int open = openConnections();
        if (open > 0) {
            LOG.info("draining {}, up to {}; a second signal ends what is left at once",
                    open == 1 ? "1 connection" : open + " connections", words(patience));
        }
        while (isDraining() && drain.get() && System.nanoTime() - deadlineNs < 0) {
            TimeUnit.MILLISECONDS.sleep(DRAIN_LOOK_MS);
            conductor.endDrained(System.nanoTime() - sinceNs);
        }
    }

    /**
     * Until the workers have ticked, connections that they took a moment ago are not counted: nobody would wait for
     * them.
     */
    private void awaitCount(long sinceNs) throws InterruptedException {
        while (!workers.haveCountedSince(sinceNs) && System.nanoTime() - sinceNs < HANGS_NS) {
            TimeUnit.MILLISECONDS.sleep(DRAIN_LOOK_MS);
        }
    }

    /** Also while a process before this one does: the service manager ends what is left of the unit with this one. */
    private boolean isDraining() {
        return openConnections() > 0 || takeover.predecessorLives();
    }

    /** Ends processes that still drain after an upgrade, at once. */
    void stopPredecessors() {
        shared.stopDraining();
    }

    /** {@code 1h30m}. */
    static String words(Duration duration) {
        return duration.toString().substring(2).toLowerCase(Locale.ROOT);
    }

    /** Ends everything at once. */
    @Override
    public void close() {
        stopRequested.countDown();
        opened.close();
    }

    // ---- putting together; what is opened last is closed first ----

    private Daemon(Configuration configuration, Path file, ConfigurationSource source, Takeover takeover,
            @Nullable LongConsumer onDeparture, Opened opened) throws StartFailure, IOException, CannotApply {
        this.configuration = configuration;
        this.takeover = takeover;
        this.opened = opened;
        Path state = configuration.stateDirectory();
        transport = chosenTransport();
        StateFiles files = opened.add(takeover.openState());
        int count = configuration.workers().effectiveCount();
        CountersFile counters = opened(files.counters(), place -> CountersFile.create(place, rows(count)));
        AffinityTable affinity = opened(StateDirectory.affinity(state),
                place -> AffinityTable.open(place, takeover.affinityCapacity()));
        FlowTable flows = opened(state, directory -> FlowTable.open(directory, count,
                configuration.tables().connections(), takeover::rememberLeft));
        tell(state, counters, affinity, flows);
        PublishedRoutes published = new PublishedRoutes();
        CounterRow process = counters.allocate(Kind.PROCESS, -1, "");
        AffinityUpkeep upkeep = new AffinityUpkeep(affinity);
        ConnectionWatch watch = opened.add(new ConnectionWatch(LogWriter.standardError()));
        workers = workers(counters, published, affinity, flows, watch, takeover.formerSessions());
        opened.add(() -> workers.stop(STOP_MS));
        workers.start();
        conductor = opened.add(new Conductor(new Conductor.Setup(
                new DataPlanes(List.of(new WorkersDataPlane(workers))), counters, affinity::find, state, file, source,
                Version.ofThisBuild(), transport.label(), applied -> {
                    Logging.apply(applied.log());
                    watch.apply(applied.log());
                }, () -> {
                    LostPages.reserveAhead().forEach(LOG::warn);
                    upkeep.look();
                    takeover.look();
                    copies.forEach(CopyKeeper::look);
                    process.set(ProcessColumn.LOG_LINES_DROPPED,
                            LogWriter.standardError().dropped() + watch.linesLost());
                    process.set(ProcessColumn.TABLES_IN_MEMORY, LostPages.inMemory());
                }, new Ending())));
        watch.tell(conductor);
        shared = new SharedControl(conductor, state);
        control = new AuditedControl(shared);
        endpoints = opened.add(new ManagementEndpoints(configuration, file, control));
        departure = new Departure(this, conductor, endpoints, files, state, file, onDeparture);
        takeover.begin(conductor, endpoints, files, counters);
        if (configuration.tables().durableCopy()) {
            copies.add(opened.add(CopyKeeper.start(state, affinity, flows, counters, conductor::statusIfStarted,
                    takeover)));
        }
    }

    /** Commands that end this process or replace it; they come when it is whole. */
    private final class Ending implements Lifecycle {
        @Override
        public void stop(boolean withDrain) {
            requestStop(withDrain);
        }

        @Override
        public Outcome upgrade(Command.Upgrade command) {
            return departure.upgrade(command);
        }
    }

    /** Another process has taken over, and keeps the durable copy from now on. */
    void giveUpCopy() {
        copies.forEach(CopyKeeper::giveUp);
    }

    private static void tell(Path state, CountersFile counters, AffinityTable affinity, FlowTable flows) {
        LOG.atLevel(affinity.replaced() ? Level.WARN : Level.DEBUG).log(affinity.opening());
        LOG.atLevel(flows.droppedFormer() ? Level.WARN : Level.DEBUG).log(flows.opening());
        List<String> inMemory = new ArrayList<>();
        if (counters.isInMemory()) {
            inMemory.add("counters");
        }
        if (affinity.isInMemory()) {
            inMemory.add("affinity");
        }
        if (flows.isInMemory()) {
            inMemory.add("connections");
        }
        if (!inMemory.isEmpty()) {
            LOG.warn("{} has no room for the tables of {}: they are in memory and end with this process (clients"
                    + " without an entry get a server anew); free space there, then 'sluice upgrade' or a restart makes"
                    + " files again", state, String.join(", ", inMemory));
        }
    }

    private interface Opening<T> {
        T open(Path file) throws IOException;
    }

    /** What is wrong with a file does not always say with which. */
    private <T extends AutoCloseable> T opened(Path file, Opening<T> opening) throws IOException {
        try {
            return opened.add(opening.open(file));
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException(file + " cannot be used: " + e.getMessage(), e);
        }
    }

    private Transport chosenTransport() throws StartFailure {
        Transport chosen = switch (configuration.transport()) {
            case AUTO -> Transport.probe();
            case EPOLL -> Transport.EPOLL;
            case IO_URING -> Transport.IO_URING;
        };
        if (!chosen.isAvailable()) {
            throw new StartFailure("transport: " + chosen.label() + " cannot be used here: " + chosen.unavailability()
                    + ": set transport: auto");
        }
        return chosen;
    }

    /** Room for four times as many services and servers as there are now: reloads must not run out. */
    private int rows(int workerCount) {
        int services = configuration.services().size();
        int servers = configuration.services().stream().mapToInt(service -> service.servers().size() + 1).sum();
        long wanted = 4L * (services * (1L + 3L * workerCount) + servers * (1L + workerCount));
        return Math.clamp(wanted, CountersFile.DEFAULT_ROWS, 1 << 20);
    }

    private Workers workers(CountersFile counters, PublishedRoutes published, AffinityTable affinity, FlowTable flows,
            ConnectionWatch watch, FormerSessions former) {
        var settings = configuration.workers();
        HeapBudget heap = heapBudget();
        RelaySettings relay = relaySettings(heap.relayBytes() / settings.effectiveCount());
        SourceLimits sources = new SourceLimits();
        WaitingLines lines = new WaitingLines(settings.effectiveCount());
        int count = settings.effectiveCount();
        DescriptorBudget descriptors = descriptorBudget(count);
        UdpSettings udp = new UdpSettings(Math.max(1, configuration.tables().connections() / count),
                Math.max(1, descriptors.udpSockets() / count), heap.udpBytes() / count);
        List<Integer> cores = settings.cores();
        List<Worker> made = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int core = !settings.pin() ? -1 : cores.isEmpty() ? i : cores.get(i % cores.size());
            CounterRow row = counters.allocate(Kind.WORKER, i, "");
            Faults faults = new Faults(i, row, new ProcessEnd());
            Worker worker = new Worker(i, transport, published, core, settings.spin().toNanos(), faults);
            worker.bound(descriptors.share(i));
            worker.add(new Relay(worker, relay, affinity, sources, lines, flows.shard(i), watch, row));
            Udp sessions = new Udp(worker, udp, affinity, sources, flows.shard(i), watch);
            sessions.follow(former);
            worker.add(sessions);
            worker.add(new Heartbeat(worker, counters));
            made.add(worker);
        }
        return new Workers(made, published);
    }

    /** What is open now and the listening sockets, which come later, are not for clients. */
    private DescriptorBudget descriptorBudget(int workerCount) {
        long listening = configuration.services().stream().flatMap(service -> service.listens().stream())
                .mapToLong(listen -> listen.ports().size()).sum();
        long used;
        try {
            used = OpenFiles.used();
        } catch (IOException e) { // there is no descriptor for it
            used = OpenFiles.limit() / 2;
        }
        return new DescriptorBudget(OpenFiles.limit(), used + listening * workerCount, workerCount);
    }

    /** Told louder where somebody has asked for what cannot be had. */
    private HeapBudget heapBudget() {
        Tables tables = configuration.tables();
        HeapBudget budget = HeapBudget.of(Runtime.getRuntime().maxMemory());
        if (!budget.holds(tables)) {
            boolean asked = tables.connections() != Tables.STANDARD.connections();
            LOG.atLevel(asked ? Level.WARN : Level.INFO).log(budget.shortage(tables));
        }
        return budget;
    }

    private RelaySettings relaySettings(long heapBytes) {
        var relay = configuration.relay();
        RelaySettings.Kind kind = switch (relay.kind()) {
            case AUTO -> RelaySettings.Kind.AUTO;
            case SPLICE -> RelaySettings.Kind.SPLICE;
            case COPY -> RelaySettings.Kind.COPY;
        };
        return new RelaySettings(kind, relay.copyBufferBytes(), relay.pipeBytes(), relay.spliceAfterBytes(),
                heapBytes, relay.stalledBytes(),
                TcpMemory.underPressureBytes() / 2 / configuration.workers().effectiveCount());
    }
}

package io.sluice.conntrack.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.sluice.conntrack.AffinityEvents;
import io.sluice.conntrack.AffinityTable;
import io.sluice.conntrack.FlowTable;
import io.sluice.ringbuffers.mapped.ProcessLock;

/**
 * The durable copy of the affinity table and of the sessions in the flow table, kept by a thread of its own named
 * {@code store}; any thread may ask how it is. Workers only write events into a ring. The copy is opened in the
 * background, so a start never waits for it; while another process has it, during an upgrade, the thread waits.
 *
 * <p>One process at a time has it, by a lock that the kernel takes back. Whoever gets that lock repairs the copy when
 * the former process was killed; nobody ever waits for a lock inside the file that a dead process holds. Another
 * program that reads the copy and is killed at it can leave such a lock: then the copy is opened anew.
 */
public final class DurableCopy implements AutoCloseable {
    private static final Duration LOCK_RETRY = Duration.ofMillis(200);
    private static final Duration IDLE = Duration.ofMillis(50);
    private static final Duration COMPARE_EVERY = Duration.ofSeconds(2);
    /** Comparing takes at most this part of a processor: it waits so many times what it took. */
    private static final int REST = 50;
    /** As the libraries make the file: key, value, name, indexes. */
    private static final long BYTES_PER_ENTRY = 140;
    private static final int ATTEMPTS = 3;
    private static final Duration ATTEMPTS_WITHIN = Duration.ofMinutes(5);
    private static final Pattern NAME = Pattern.compile("durable-(\\d+)\\.chm");

    private final Path directory;
    private final Path file;
    private final long capacity;
    private final AffinityTable table;
    private final FlowTable flows;
    private final ServerNames names;
    private final Consumer<List<CopyEntry>> formerSessions;
    private final Consumer<String> report;
    private final AffinityEventRing events = new AffinityEventRing();
    private final AtomicLong recoveries = new AtomicLong();
    private final Thread thread;
    private boolean loadedOnce;
    private volatile boolean stopping;
    private volatile CopyStatus.State state = CopyStatus.State.OPENING;
    private volatile @Nullable String problem;
    private volatile long affinity;
    private volatile long sessions;
    private volatile long loaded;
    private volatile long inStepNs = System.nanoTime();

    private DurableCopy(Path directory, AffinityTable table, FlowTable flows, ServerNames names,
            Consumer<List<CopyEntry>> formerSessions, Consumer<String> report) {
        this.directory = directory;
        this.capacity = table.capacity() + flows.capacity();
        this.file = directory.resolve("durable-" + capacity + ".chm");
        this.table = table;
        this.flows = flows;
        this.names = names;
        this.formerSessions = formerSessions;
        this.report = report;
        this.thread = Thread.ofPlatform().name("store").daemon().unstarted(this::run);
    }

    /**
     * Starts the thread and returns at once.
     *
     * @param directory the state directory
     * @param table the affinity table; its {@link AffinityTable#events} are taken
     * @param flows the flow table of this process
     * @param formerSessions hears sessions of a former process that only the copy knows; called by the store's thread
     * @param report told in a sentence what was opened, loaded, or went wrong; called by the store's thread
     */
    public static DurableCopy start(Path directory, AffinityTable table, FlowTable flows, ServerNames names,
            Consumer<List<CopyEntry>> formerSessions, Consumer<String> report) {
        DurableCopy copy = new DurableCopy(directory, table, flows, names, formerSessions, report);
        table.events(copy.events);
        copy.thread.start();
        return copy;
    }

    /** How it is now. */
    public CopyStatus status() {
        CopyStatus.State now = state;
        long lagMs = now == CopyStatus.State.CLOSED ? 0 : (System.nanoTime() - inStepNs) / 1_000_000;
        return new CopyStatus(now, file, affinity, sessions, lagMs, recoveries.get(), loaded, problem);
    }

    /** Brings the copy up to date and closes it, on its own thread: another process waits for it. */
    public void stop() {
        stopping = true;
        LockSupport.unpark(thread);
    }

    /** The same, and waits for it, seconds at most. */
    @Override
    public void close() {
        stop();
        try {
            thread.join(Duration.ofSeconds(30));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (ProcessLock lock = takeLock()) {
            if (lock != null) {
                serve(CopyLibraries.find());
            }
            state = CopyStatus.State.CLOSED;
        } catch (IOException | RuntimeException | LinkageError | InternalError e) {
            String why = e instanceof IOException
                    ? String.valueOf(e.getMessage())
                    : "its library failed (" + e.getMessage() + ")";
            problem = why;
            state = CopyStatus.State.FAILED;
            report.accept("there is no durable copy: " + why + "; affinity still survives a restart in its table");
        } finally {
            table.events(AffinityEvents.NONE);
        }
    }

    private @Nullable ProcessLock takeLock() throws IOException {
        Files.createDirectories(directory);
        while (!stopping) {
            ProcessLock lock = ProcessLock.tryTake(directory.resolve("durable.lock"));
            if (lock != null) {
                state = CopyStatus.State.OPENING;
                return lock;
            }
            if (state != CopyStatus.State.WAITING) {
                state = CopyStatus.State.WAITING;
                report.accept("the durable copy " + file + " waits until the process that has it ends");
            }
            LockSupport.parkNanos(LOCK_RETRY.toNanos());
        }
        return null;
    }

    /** Follows the tables, and opens the copy anew when it turns out to be damaged. */
    private void serve(CopyOpener opener) throws IOException {
        int failures = 0;
        while (!stopping) {
            long sinceNs = System.nanoTime();
            state = CopyStatus.State.OPENING;
            try (CopyFile opened = open(opener)) {
                follow(opened, opener);
            } catch (RuntimeException | InternalError damaged) {
                failures = System.nanoTime() - sinceNs > ATTEMPTS_WITHIN.toNanos() ? 1 : failures + 1;
                if (failures == ATTEMPTS) {
                    throw damaged;
                }
                report.accept("the durable copy " + file + " is opened anew: its library failed ("
                        + damaged.getMessage() + ")");
                continue;
            }
            Files.deleteIfExists(marker());
        }
    }

    /** There as long as the file is open: whoever finds it follows a process that was killed. */
    private Path marker() {
        return directory.resolve("durable.open");
    }

    private CopyFile open(CopyOpener opener) throws IOException {
        if (Files.exists(marker())) {
            recoveries.incrementAndGet();
            report.accept("the durable copy " + file + " was not closed, it is repaired");
        } else {
            Files.createFile(marker());
        }
        if (Files.exists(file)) {
            try {
                return opener.open(file, capacity);
            } catch (IOException e) {
                putAside(file, e);
            }
        }
        long free = Files.getFileStore(directory).getUsableSpace();
        if (free < capacity * BYTES_PER_ENTRY) {
            throw new IOException(directory + " has no room for it: it can grow to "
                    + ((capacity * BYTES_PER_ENTRY) >> 20) + " MiB, " + (free >> 20) + " MiB are free");
        }
        return opener.open(file, capacity);
    }

    private void putAside(Path unusable, IOException why) throws IOException {
        Path old = unusable.resolveSibling(unusable.getFileName() + ".old");
        Files.move(unusable, old, StandardCopyOption.REPLACE_EXISTING);
        report.accept("the durable copy " + unusable + " cannot be repaired (" + why.getMessage()
                + "); put aside as " + old);
    }

    private void follow(CopyFile opened, CopyOpener opener) throws IOException {
        CopyUpkeep upkeep = new CopyUpkeep(opened, table, flows, events, names, report);
        absorbOthers(upkeep, opener);
        long before = opened.size();
        if (!loadedOnce) {
            loaded = upkeep.load(formerSessions);
            loadedOnce = true;
            report.accept("the durable copy " + file + " is open: " + before + " entries, " + loaded + " loaded");
        }
        long nextCompareNs = compare(upkeep);
        state = CopyStatus.State.FOLLOWING;
        while (!stopping) {
            long nowNs = System.nanoTime();
            boolean all = upkeep.apply();
            if (upkeep.hasLostEvents() || nowNs - nextCompareNs >= 0) {
                nextCompareNs = compare(upkeep);
            } else if (all) {
                inStepNs = nowNs;
                LockSupport.parkNanos(IDLE.toNanos());
            }
        }
        table.events(AffinityEvents.NONE);
        compare(upkeep);
    }

    /** Answers when to compare again. */
    private long compare(CopyUpkeep upkeep) {
        long sinceNs = System.nanoTime();
        upkeep.compare();
        affinity = upkeep.affinity();
        sessions = upkeep.sessions();
        problem = upkeep.isFull() ? "full" : null;
        long nowNs = System.nanoTime();
        inStepNs = sinceNs;
        return nowNs + Math.max(COMPARE_EVERY.toNanos(), REST * (nowNs - sinceNs));
    }

    /** A copy is made for a size; after tables were given another one, the former copies go into the new one. */
    private void absorbOthers(CopyUpkeep upkeep, CopyOpener opener) throws IOException {
        List<Path> others = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, "durable-*.chm")) {
            found.forEach(others::add);
        }
        others.remove(file);
        for (Path other : others) {
            Matcher name = NAME.matcher(String.valueOf(other.getFileName()));
            if (name.matches()) {
                try (CopyFile former = opener.open(other, Long.parseLong(name.group(1)))) {
                    upkeep.absorb(former);
                } catch (IOException | NumberFormatException e) {
                    putAside(other, new IOException(e.getMessage()));
                    continue;
                }
                Files.delete(other);
            }
        }
    }
}

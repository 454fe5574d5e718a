package io.sluice.conntrack.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.sluice.conntrack.AffinityEntry;
import io.sluice.conntrack.AffinityEvents;
import io.sluice.conntrack.AffinityTable;
import io.sluice.ringbuffers.mapped.ProcessLock;

/**
 * The durable copy of an affinity table, kept by a thread of its own named {@code store}. Workers only write events into
 * a ring; the thread applies them, and compares the whole table with the copy every five minutes and whenever events
 * were lost. It opens the copy in the background, so a start never waits for it; while another process still has it,
 * during an upgrade, it waits and then brings it up to date.
 *
 * <p>Only a table that is new is filled from the copy: one that was adopted knows better.
 */
public final class AffinityStore implements AutoCloseable {
    private static final Duration COMPARE_EVERY = Duration.ofMinutes(5);
    private static final Duration LOCK_RETRY = Duration.ofMillis(500);
    private static final Duration IDLE = Duration.ofMillis(50);
    private static final int EVENTS_AT_ONCE = 1000;

    private final Path directory;
    private final Path file;
    private final AffinityTable table;
    private final Consumer<String> report;
    private final AffinityEventRing events = new AffinityEventRing();
    private final Thread thread;
    private volatile boolean stopping;
    private volatile boolean open;
    private volatile long stored;
    private long droppedBefore;
    private boolean fullReported;

    private AffinityStore(Path directory, AffinityTable table, Consumer<String> report) {
        this.directory = directory;
        this.file = directory.resolve("affinity-" + table.capacity() + ".chm");
        this.table = table;
        this.report = report;
        this.thread = Thread.ofPlatform().name("store").daemon().unstarted(this::run);
    }

    /**
     * Starts the thread and returns at once.
     *
     * @param directory the state directory
     * @param table the table to keep a copy of; its {@link AffinityTable#events} are taken
     * @param report told in a sentence what was opened, loaded, or went wrong; called by the store's thread
     */
    public static AffinityStore start(Path directory, AffinityTable table, Consumer<String> report) {
        AffinityStore store = new AffinityStore(directory, table, report);
        table.events(store.events);
        store.thread.start();
        return store;
    }

    /** Whether the copy is open and up to date but for what is under way. */
    public boolean isOpen() {
        return open;
    }

    /** Entries in the copy. */
    public long stored() {
        return stored;
    }

    /** Writes down what is still in the ring and closes the copy; waits for it, seconds at most. */
    @Override
    public void close() {
        stopping = true;
        table.events(AffinityEvents.NONE);
        LockSupport.unpark(thread);
        try {
            thread.join(Duration.ofSeconds(30));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (ProcessLock lock = takeLock()) {
            if (lock != null) {
                try (AffinityMap map = AffinityMap.open(file, table.capacity(), report)) {
                    keep(map);
                }
            }
        } catch (IOException | RuntimeException | LinkageError e) {
            report.accept(
                    "affinity is not stored durably: " + e + "; it still survives a restart in the affinity table");
        } finally {
            open = false;
            table.events(AffinityEvents.NONE);
        }
    }

    private @Nullable ProcessLock takeLock() throws IOException {
        Files.createDirectories(directory);
        boolean reported = false;
        while (!stopping) {
            ProcessLock lock = ProcessLock.tryTake(directory.resolve("affinity-store.lock"));
            if (lock != null) {
                return lock;
            }
            if (!reported) {
                report.accept("stored affinity " + file + " waits until the process that has it ends");
                reported = true;
            }
            LockSupport.parkNanos(LOCK_RETRY.toNanos());
        }
        return null;
    }

    private void keep(AffinityMap map) {
        long inStore = map.size();
        long loaded = table.adopted() ? 0 : load(map);
        report.accept("opened stored affinity " + file + ": " + inStore + " entries, loaded " + loaded);
        compare(map);
        open = true;
        long nextCompareNs = System.nanoTime() + COMPARE_EVERY.toNanos();
        while (!stopping) {
            if (applyEvents(map) == 0) {
                LockSupport.parkNanos(IDLE.toNanos());
            }
            boolean lost = events.dropped() != droppedBefore;
            if (lost || System.nanoTime() - nextCompareNs >= 0) {
                compare(map);
                nextCompareNs = System.nanoTime() + COMPARE_EVERY.toNanos();
            }
        }
        compare(map);
    }

    private long load(AffinityMap map) {
        long nowMs = System.currentTimeMillis();
        long[] loaded = new long[1];
        map.forEach(entry -> {
            if (entry.remainingMs(nowMs) >= 0 && table.restore(entry)) {
                loaded[0]++;
            }
        });
        return loaded[0];
    }

    /** Brings the copy to what the table says, whatever events were lost. */
    private void compare(AffinityMap map) {
        droppedBefore = events.dropped();
        while (applyEvents(map) > 0) {
            // what the events say is older than what the table says
        }
        table.forEach(entry -> put(map, entry));
        map.retain(entry -> table.find(entry.group(), entry.ipHi(), entry.ipLo()) != null);
        stored = map.size();
    }

    private int applyEvents(AffinityMap map) {
        int applied = events.drainTo(new AffinityEvents() {
            @Override
            public void pinned(long group, long ipHi, long ipLo, long serverId, long timeoutMs, long nowMs) {
                put(map, new AffinityEntry(group, ipHi, ipLo, serverId, nowMs, nowMs, timeoutMs));
            }

            @Override
            public void unpinned(long group, long ipHi, long ipLo) {
                map.remove(group, ipHi, ipLo);
            }
        }, EVENTS_AT_ONCE);
        if (applied > 0) {
            stored = map.size();
        }
        return applied;
    }

    private void put(AffinityMap map, AffinityEntry entry) {
        if (!map.put(entry) && !fullReported) {
            fullReported = true;
            report.accept("stored affinity " + file + " is full at " + map.size()
                    + " entries; newer ones are not durable: raise tables.affinity");
        }
    }
}

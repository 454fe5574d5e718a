package io.sluice.conntrack;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

import io.sluice.ringbuffers.mapped.MappedRegion;
import io.sluice.ringbuffers.mapped.ProcessLock;
import io.sluice.ringbuffers.mapped.PutAside;

/**
 * The connections and sessions of this process in a mapped file, a shard per worker. The control plane opens it; each
 * {@link FlowShard} then belongs to its worker alone.
 */
public final class FlowTable implements AutoCloseable {
    /** Connections that the other process may still begin. */
    private static final long IDS_LEFT_FREE = 1 << 20;
    /** Slots whose blocks are taken at first; then as many again whenever half of them are used. */
    private static final int FIRST_SLOTS = 16_384;

    private final MappedRegion region;
    private final ProcessLock lock;
    private final FlowShard[] shards;
    private final long capacity;
    private final int slotsPerShard;
    /** Of each shard, slots whose blocks are taken. */
    private final int[] reserved;
    private long outlived;
    private boolean knowsFormer;
    private long droppedTables;

    private FlowTable(MappedRegion region, ProcessLock lock, int shardCount, int slotsPerShard, long capacity) {
        this.region = region;
        this.lock = lock;
        this.capacity = capacity;
        this.slotsPerShard = slotsPerShard;
        this.reserved = new int[shardCount];
        this.shards = new FlowShard[shardCount];
        for (int index = 0; index < shardCount; index++) {
            shards[index] = new FlowShard(region, index, slotsPerShard);
        }
    }

    /** {@link #open(Path, int, long, Consumer)} for whom the flows of dead processes mean nothing. */
    public static FlowTable open(Path directory, int shardCount, long capacity) throws IOException {
        return open(directory, shardCount, capacity, flow -> {
        });
    }

    /**
     * Makes the table of this process and deletes those of dead processes in the directory: their sockets are gone.
     *
     * @param directory the state directory
     * @param shardCount one for each worker
     * @param capacity flows to hold in all; the file is sparse, memory follows use
     * @param outliving hears each flow of a dead process whose server the next one should know and whose timeout has
     *            not
     * passed
     * @throws IOException when the directory cannot be written
     */
    public static FlowTable open(Path directory, int shardCount, long capacity, Consumer<Flow> outliving)
            throws IOException {
        if (shardCount < 1 || shardCount > Short.MAX_VALUE || capacity < 1) {
            throw new IllegalArgumentException(
                    "a flow table needs shards and a capacity, not " + shardCount + " and " + capacity);
        }
        Files.createDirectories(directory);
        Path file = FlowFiles.ofThisProcess(directory);
        ProcessLock lock = ProcessLock.tryTake(FlowFiles.lockOf(file));
        while (lock == null) { // a second table of this process within one millisecond
            file = FlowFiles.ofThisProcess(directory);
            lock = ProcessLock.tryTake(FlowFiles.lockOf(file));
        }
        try {
            int slotsPerShard = FlowLayout.slotsPerShard(shardCount, capacity);
            MappedRegion region = MappedRegion.create(file, FlowLayout.LAYOUT,
                    FlowLayout.geometry(shardCount, slotsPerShard));
            describe(region);
            region.onRecovered(() -> describe(region));
            FlowTable table = new FlowTable(region, lock, shardCount, slotsPerShard, capacity);
            if (!table.reserveAhead()) {
                region.goOnInMemory();
            }
            region.onReserveAhead(table::reserveAhead);
            table.takeOver(directory, outliving);
            return table;
        } catch (IOException | RuntimeException e) {
            lock.close();
            Files.deleteIfExists(FlowFiles.lockOf(file));
            throw e;
        }
    }

    /** The shard of a worker. */
    public FlowShard shard(int worker) {
        return shards[worker];
    }

    /** Flows in all shards; any thread. */
    public long flows() {
        return new FlowSnapshots(region).sum(FlowLayout.FLOWS);
    }

    /** Flows that gave way to new ones because their shard was full; any thread. */
    public long evictions() {
        return new FlowSnapshots(region).sum(FlowLayout.EVICTIONS);
    }

    /** Flows the table is made for. */
    public long capacity() {
        return capacity;
    }

    /** Whether it is in memory alone, as the directory has no room. */
    public boolean isInMemory() {
        return region.isInMemory();
    }

    /** Whether a table that an earlier process left could not be read. */
    public boolean droppedFormer() {
        return droppedTables > 0;
    }

    /** What was done at opening, one sentence for the log. */
    public String opening() {
        return "new flow table " + region.path() + ", " + outlived + " flows of earlier processes are known"
                + (droppedTables == 0 ? "" : ", dropped " + droppedTables + " tables that cannot be read");
    }

    /** Whether the table of another process, dead or alive, was there and whole to tell of its flows. */
    public boolean knowsFormer() {
        return knowsFormer;
    }

    /** Visits a copy of each flow whose server the next process should know; any thread. */
    public void forEachOutliving(Consumer<Flow> visitor) {
        new FlowSnapshots(region).forEach(true, visitor);
    }

    /** Unmaps and gives the file up to the next process. No worker may use its shard afterwards. */
    @Override
    public void close() throws IOException {
        region.close();
        lock.close();
    }

    /**
     * Deletes what processes left that have ended meanwhile, after an upgrade. Control plane.
     *
     * @throws IOException when the directory cannot be read or written
     */
    public static void removeAbandoned(Path directory) throws IOException {
        for (Path former : FlowFiles.in(directory)) {
            try (ProcessLock abandoned = ProcessLock.tryTake(FlowFiles.lockOf(former))) {
                if (abandoned != null) {
                    delete(former);
                }
            }
        }
    }

    private boolean reserveAhead() {
        boolean all = true;
        for (int index = 0; index < shards.length; index++) {
            int wanted = (int) Math.min(slotsPerShard, Math.max(2L * shards[index].used(), FIRST_SLOTS));
            long from = FlowLayout.shard(index, slotsPerShard);
            long begin = reserved[index] == 0 ? 0 : FlowLayout.slot(reserved[index]);
            if (wanted > reserved[index]) {
                if (!region.reserve(from + begin, FlowLayout.slot(wanted) - begin)) {
                    return false;
                }
                reserved[index] = wanted;
            }
            all &= reserved[index] == slotsPerShard;
        }
        if (all) {
            region.reserved();
        }
        return true;
    }

    private static void describe(MappedRegion region) {
        region.writeLong(FlowLayout.PROCESS_START_MS, FlowReader.startMs(ProcessHandle.current()));
        region.writeLongRelease(FlowLayout.PID, ProcessHandle.current().pid());
    }

    private void takeOver(Path directory, Consumer<Flow> outliving) throws IOException {
        for (Path former : FlowFiles.in(directory)) {
            if (former.getFileName().equals(region.path().getFileName())) {
                continue;
            }
            try (ProcessLock abandoned = ProcessLock.tryTake(FlowFiles.lockOf(former))) {
                if (abandoned == null) {
                    knowsFormer = true;
                    continueIdsOf(former);
                } else {
                    tell(former, outliving);
                    delete(former);
                }
            }
        }
    }

    /** During an upgrade the other process lives: an id must not mean a connection here and another one there. */
    private void continueIdsOf(Path living) {
        try (MappedRegion other = MappedRegion.openReadOnly(living, FlowLayout.LAYOUT)) {
            long[] last = new long[1];
            new FlowSnapshots(other).forEach(false, flow -> last[0] = Math.max(last[0], flow.id() & FlowShard.ID_MASK));
            for (FlowShard shard : shards) {
                shard.beginIdsAt(last[0] + IDS_LEFT_FREE);
            }
        } catch (IOException ofAnotherVersion) {
            droppedTables++;
        }
    }

    private void tell(Path former, Consumer<Flow> outliving) {
        long nowMs = System.currentTimeMillis();
        try (MappedRegion formerRegion = MappedRegion.openReadOnly(former, FlowLayout.LAYOUT)) {
            FlowSnapshots flows = new FlowSnapshots(formerRegion);
            long[] whole = new long[1];
            flows.forEach(false, flow -> whole[0]++);
            // one for each worker, which was in the middle of something
            knowsFormer |= whole[0] >= flows.sum(FlowLayout.FLOWS) - formerRegion.geometry().first();
            flows.forEach(true, flow -> {
                if (flow.lastSeenMs() + flow.timeoutMs() >= nowMs) {
                    outliving.accept(flow);
                    outlived++;
                }
            });
        } catch (IOException e) {
            droppedTables++;
        }
    }

    private static void delete(Path table) throws IOException {
        try {
            Files.deleteIfExists(table);
        } catch (DirectoryNotEmptyException accident) {
            PutAside.move(table);
        }
        Files.deleteIfExists(FlowFiles.lockOf(table));
    }
}

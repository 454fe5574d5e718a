package io.sluice.ringbuffers.counters;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.sluice.ringbuffers.mapped.MappedRegion;

/**
 * The counters of this process in a mapped file. Rows are allocated and released by the control plane (any thread,
 * under a lock); each row is then written by one thread without a lock ({@link CounterRow}) and read by any process
 * ({@link CountersReader}). Every start makes a new file over the former one, so counters begin at zero and readers of
 * the former file keep what they had.
 */
public final class CountersFile implements AutoCloseable {
    /** Rows a file has when nothing else is said: 64 workers x 250 services and servers. */
    public static final int DEFAULT_ROWS = 16_384;
    /** Columns of a row. */
    public static final int COLUMNS = CountersLayout.COLUMNS;
    /** Workers that have a heartbeat. */
    public static final int MAX_WORKERS = CountersLayout.MAX_WORKERS;

    private final MappedRegion region;
    private final int rowCapacity;
    private final Map<RowKey, CounterRow> rows = new HashMap<>();
    private final Deque<Integer> released = new ArrayDeque<>();
    private int rowsUsed;

    private final long startEpochMs = System.currentTimeMillis();

    private CountersFile(MappedRegion region, int rowCapacity) {
        this.region = region;
        this.rowCapacity = rowCapacity;
        describe();
        region.onRecovered(this::recover);
    }

    /**
     * Makes the file, replacing the one of an earlier process.
     *
     * @throws IOException when the directory cannot be written
     */
    public static CountersFile create(Path path, int rowCapacity) throws IOException {
        if (rowCapacity < 1) {
            throw new IllegalArgumentException("a counters file needs at least one row, not " + rowCapacity);
        }
        MappedRegion region = MappedRegion.create(path, CountersLayout.LAYOUT, CountersLayout.geometry(rowCapacity));
        if (!region.reserve(0, region.geometry().sizeBytes())) {
            region.goOnInMemory();
        }
        region.reserved();
        return new CountersFile(region, rowCapacity);
    }

    /**
     * The row with this identity, made when there is none; the same identity always gets the same row.
     *
     * @throws IllegalStateException when every row is taken
     */
    public synchronized CounterRow allocate(Kind kind, int worker, String service, String server) {
        RowKey key = new RowKey(kind, worker, service, server);
        CounterRow known = rows.get(key);
        if (known != null) {
            return known;
        }
        CounterRow row = new CounterRow(region, freeIndex(key), key);
        publish(row);
        rows.put(key, row);
        return row;
    }

    /** The row with this identity, or null where none is allocated. */
    public synchronized @Nullable CounterRow find(Kind kind, int worker, String service, String server) {
        return rows.get(new RowKey(kind, worker, service, server));
    }

    /** The row of a service, or of a worker or the process when the label is empty. */
    public CounterRow allocate(Kind kind, int worker, String service) {
        return allocate(kind, worker, service, "");
    }

    /**
     * Gives the row back; its values are gone. The caller has made sure that no thread writes it any more: a late write
     * would count for the row's next owner.
     */
    public synchronized void release(CounterRow row) {
        if (rows.remove(row.key(), row)) {
            long offset = CountersLayout.row(row.index());
            long state = region.readLong(offset + CountersLayout.STATE);
            region.writeLongRelease(offset + CountersLayout.STATE, CountersLayout.next(state, CountersLayout.FREE));
            released.push(row.index());
        }
    }

    /** Rows that are allocated now. */
    public synchronized int allocated() {
        return rows.size();
    }

    /** Says that a worker is alive; called by that worker. */
    public void heartbeat(int worker, long nowEpochMs) {
        region.writeLongRelease(CountersLayout.heartbeat(worker), nowEpochMs);
    }

    /** Whether it is in memory alone, as the directory has no room. */
    public boolean isInMemory() {
        return region.isInMemory();
    }

    /** The file. */
    public Path path() {
        return region.path();
    }

    /** Unmaps. No row may be written afterwards. */
    @Override
    public void close() {
        region.close();
    }

    private void describe() {
        region.writeLong(CountersLayout.START_EPOCH_MS, startEpochMs);
        region.writeLongRelease(CountersLayout.PID, ProcessHandle.current().pid());
    }

    /** Rows whose pages were lost count on from zero. */
    private synchronized void recover() {
        describe();
        for (CounterRow row : rows.values()) {
            if (!CountersLayout.live(region.readLong(CountersLayout.row(row.index()) + CountersLayout.STATE))) {
                publish(row);
            }
        }
    }

    private int freeIndex(RowKey key) {
        Integer reused = released.poll();
        if (reused != null) {
            return reused;
        }
        if (rowsUsed == rowCapacity) {
            throw new IllegalStateException(
                    "no counters left for " + key + ": all " + rowCapacity + " rows of " + region.path()
                            + " are taken; use fewer services, servers or workers");
        }
        return rowsUsed++;
    }

    private void publish(CounterRow row) {
        long offset = CountersLayout.row(row.index());
        RowKey key = row.key();
        byte[] service = key.service().getBytes(StandardCharsets.UTF_8);
        byte[] server = key.server().getBytes(StandardCharsets.UTF_8);
        region.storeFence(); // a reader that sees the bytes below also sees that the row was free before
        region.clear(offset + CountersLayout.KIND, CountersLayout.ROW_BYTES - CountersLayout.KIND);
        region.writeByte(offset + CountersLayout.KIND, key.kind().code());
        region.writeByte(offset + CountersLayout.SERVICE_LENGTH, (byte) service.length);
        region.writeByte(offset + CountersLayout.SERVER_LENGTH, (byte) server.length);
        region.writeInt(offset + CountersLayout.WORKER, key.worker());
        region.writeBytes(offset + CountersLayout.SERVICE, service);
        region.writeBytes(offset + CountersLayout.SERVER, server);
        long state = region.readLong(offset + CountersLayout.STATE);
        region.writeLongRelease(offset + CountersLayout.STATE, CountersLayout.next(state, CountersLayout.LIVE));
        region.writeLongRelease(CountersLayout.ROWS_USED, rowsUsed);
    }
}

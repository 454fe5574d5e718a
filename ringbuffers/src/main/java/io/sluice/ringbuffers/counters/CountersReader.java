package io.sluice.ringbuffers.counters;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.sluice.ringbuffers.mapped.MappedRegion;

/**
 * Reads the counters file of a daemon from any process, while it runs, hangs or after it died. Any thread, one at a
 * time. A daemon that restarts makes a new file: {@link #superseded} tells, and the reader is opened anew.
 */
public final class CountersReader implements AutoCloseable {
    private final MappedRegion region;
    private final int rowCapacity;

    private CountersReader(MappedRegion region) {
        this.region = region;
        this.rowCapacity = (int) region.geometry().first();
    }

    /**
     * Opens the file.
     *
     * @throws IOException when it is absent or written by another version of sluice
     */
    public static CountersReader open(Path path) throws IOException {
        return new CountersReader(MappedRegion.openReadOnly(path, CountersLayout.LAYOUT));
    }

    /** Process id of the daemon that made the file. */
    public long pid() {
        return region.readLongAcquire(CountersLayout.PID);
    }

    /** When that daemon started, wall clock. */
    public long startEpochMs() {
        return region.readLongAcquire(CountersLayout.START_EPOCH_MS);
    }

    /** When the worker last said it was alive, wall clock; 0 when it never did. */
    public long heartbeatEpochMs(int worker) {
        return region.readLongAcquire(CountersLayout.heartbeat(worker));
    }

    /** Whether a process with that id runs now; a hanging daemon is alive but its heartbeats are old. */
    public boolean processAlive() {
        return ProcessHandle.of(pid()).map(ProcessHandle::isAlive).orElse(false);
    }

    /** Whether a newer daemon has put another file in this place. */
    public boolean superseded() {
        try (CountersReader current = open(region.path())) {
            return current.pid() != pid() || current.startEpochMs() != startEpochMs();
        } catch (IOException e) {
            return false;
        }
    }

    /** Hands a copy of every live row to the visitor. */
    public void forEach(Consumer<RowSnapshot> visitor) {
        long used = Math.min(rowCapacity, region.readLongAcquire(CountersLayout.ROWS_USED));
        for (int index = 0; index < used; index++) {
            RowSnapshot row = snapshot(CountersLayout.row(index));
            if (row != null) {
                visitor.accept(row);
            }
        }
    }

    /** One column summed over all workers; 0 when there is no such row. */
    public long sum(Kind kind, String service, String server, int column) {
        long[] sum = sums().get(new RowKey(kind, -1, service, server));
        return sum == null ? 0 : sum[column];
    }

    /** All columns summed over all workers, by kind, service and server; the keys carry worker -1. */
    public Map<RowKey, long[]> sums() {
        Map<RowKey, long[]> sums = new LinkedHashMap<>();
        forEach(row -> {
            RowKey key = row.key();
            long[] sum = sums.computeIfAbsent(new RowKey(key.kind(), -1, key.service(), key.server()),
                    absent -> new long[CountersLayout.COLUMNS]);
            for (int column = 0; column < sum.length; column++) {
                sum[column] += row.value(column);
            }
        });
        return sums;
    }

    @Override
    public void close() {
        region.close();
    }

    /** A copy that began and ended in the same state of the row, or null when the row is free or changing. */
    private @Nullable RowSnapshot snapshot(long offset) {
        long state = region.readLongAcquire(offset + CountersLayout.STATE);
        if (!CountersLayout.live(state)) {
            return null;
        }
        Kind kind = Kind.of(region.readByte(offset + CountersLayout.KIND));
        int worker = region.readInt(offset + CountersLayout.WORKER);
        String service = label(offset + CountersLayout.SERVICE,
                region.readByte(offset + CountersLayout.SERVICE_LENGTH));
        String server = label(offset + CountersLayout.SERVER, region.readByte(offset + CountersLayout.SERVER_LENGTH));
        long[] values = new long[CountersLayout.COLUMNS];
        for (int column = 0; column < values.length; column++) {
            values[column] = region.readLong(offset + CountersLayout.VALUES + ((long) column << 3));
        }
        region.loadFence();
        boolean changed = region.readLong(offset + CountersLayout.STATE) != state;
        return changed ? null : new RowSnapshot(new RowKey(kind, worker, service, server), values);
    }

    private String label(long offset, byte length) {
        int lengthBytes = Math.min(length & 0xFF, CountersLayout.MAX_LABEL_BYTES);
        return new String(region.readBytes(offset, lengthBytes), StandardCharsets.UTF_8);
    }
}

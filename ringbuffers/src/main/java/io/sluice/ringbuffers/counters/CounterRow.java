package io.sluice.ringbuffers.counters;

import io.sluice.ringbuffers.mapped.MappedRegion;

/**
 * One row of counters, written by the one thread it was allocated for; only {@link #atomicAdd} may be called by any
 * thread. Writes never allocate, lock or block, and every other thread or process sees them in order.
 */
public final class CounterRow {
    private final MappedRegion region;
    private final long values;
    private final RowKey key;
    private final int index;

    CounterRow(MappedRegion region, int index, RowKey key) {
        this.region = region;
        this.index = index;
        this.values = CountersLayout.row(index) + CountersLayout.VALUES;
        this.key = key;
    }

    /** Adds one. */
    public void increment(int column) {
        add(column, 1);
    }

    /** Adds {@code delta}, which may be negative for a gauge. */
    public void add(int column, long delta) {
        long offset = offset(column);
        region.writeLongRelease(offset, region.readLong(offset) + delta);
    }

    /** Sets a gauge. */
    public void set(int column, long value) {
        region.writeLongRelease(offset(column), value);
    }

    /** Raises a maximum. */
    public void max(int column, long value) {
        long offset = offset(column);
        if (value > region.readLong(offset)) {
            region.writeLongRelease(offset, value);
        }
    }

    /**
     * Adds in a column that several threads write, and answers the new value: never less than zero, also when what was
     * counted before is lost with its page.
     */
    public long atomicAdd(int column, long delta) {
        long offset = offset(column);
        long now = region.getAndAddLong(offset, delta) + delta;
        if (now < 0 && delta < 0) {
            region.compareAndSetLong(offset, now, 0);
            return 0;
        }
        return now;
    }

    /** The value now; any thread. */
    public long get(int column) {
        return region.readLongAcquire(offset(column));
    }

    /** What the row is about. */
    public RowKey key() {
        return key;
    }

    int index() {
        return index;
    }

    private long offset(int column) {
        if ((column & -CountersLayout.COLUMNS) != 0) {
            throw new IndexOutOfBoundsException("column " + column + " is outside 0.." + (CountersLayout.COLUMNS - 1));
        }
        return values + ((long) column << 3);
    }
}

package io.sluice.ringbuffers.counters;

/**
 * A copy of one row, taken by a reader.
 *
 * @param key what the row is about
 * @param values its {@value CountersLayout#COLUMNS} columns; each is whole, together they are not one instant
 */
public record RowSnapshot(RowKey key, long[] values) {
    /** One column. */
    public long value(int column) {
        return values[column];
    }
}

package io.sluice.conntrack;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.sluice.ringbuffers.mapped.MappedRegion;

/**
 * Reads the affinity table of a daemon from any process, while it runs, hangs or after it died. Any thread. Changes
 * nothing: entries past their timeout are shown until the daemon sweeps them.
 */
public final class AffinityReader implements AutoCloseable {
    private final MappedRegion region;
    private final AffinitySlots slots;

    private AffinityReader(MappedRegion region) {
        this.region = region;
        this.slots = new AffinitySlots(region);
    }

    /**
     * Opens the file.
     *
     * @throws IOException when it is absent or written by another version of sluice
     */
    public static AffinityReader open(Path file) throws IOException {
        return new AffinityReader(MappedRegion.openReadOnly(file, AffinityLayout.LAYOUT));
    }

    /** Visits a copy of every entry. */
    public void forEach(Consumer<AffinityEntry> visitor) {
        slots.forEach(visitor);
    }

    /** The client's entry, or null. */
    public @Nullable AffinityEntry find(long group, long ipHi, long ipLo) {
        long slot = slots.find(AffinityLayout.hash(group, ipHi, ipLo), group, ipHi, ipLo, AffinityLayout.LIVE);
        AffinityEntry entry = slot == AffinitySlots.ABSENT ? null : slots.copy(slot, slots.word(slot));
        return entry != null && entry.group() == group && entry.ipHi() == ipHi && entry.ipLo() == ipLo ? entry : null;
    }

    /** Entries in the table, expired ones included. */
    public long entries() {
        return slots.entries();
    }

    /** Entries the table is made for. */
    public long capacity() {
        return region.geometry().first();
    }

    /** Entries that gave way because there was no room. */
    public long evictions() {
        return region.readLongAcquire(AffinityLayout.EVICTIONS);
    }

    @Override
    public void close() {
        region.close();
    }
}

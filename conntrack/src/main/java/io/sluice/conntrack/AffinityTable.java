package io.sluice.conntrack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.sluice.ringbuffers.mapped.MappedRegion;
import io.sluice.ringbuffers.mapped.Opened;

/**
 * Which real server each client goes to, in a mapped file that outlives the process. Every worker of every process that
 * has it open reads and writes it, without locks and without allocating; the control plane calls {@link #expire}.
 *
 * <p>A key is put at most once: the writer marks its slot tentative, looks whether somebody else put the same key
 * elsewhere, and only then makes it live ({@link AffinityClaim}). Whoever is killed in between leaves a slot that
 * nobody takes for an entry and that {@link #expire} frees.
 *
 * <p>Times are wall-clock milliseconds, so that they mean the same after a restart. Server id 0 means none.
 */
public final class AffinityTable implements AutoCloseable {
    /** No server. */
    public static final long NONE = 0;

    private static final long KEEP_TIMEOUT = -1;

    private final MappedRegion region;
    private final AffinitySlots slots;
    private final AffinitySlotWriter writer;
    private final AffinityClaim claim;
    private final AffinitySweep sweep;
    private final String opening;
    private final boolean adopted;
    private final boolean replaced;
    private volatile AffinityEvents events = AffinityEvents.NONE;

    private AffinityTable(Opened opened, String opening) {
        this.region = opened.region();
        this.slots = new AffinitySlots(region);
        this.writer = new AffinitySlotWriter(slots);
        this.claim = new AffinityClaim(slots, writer);
        this.sweep = new AffinitySweep(slots, writer);
        this.adopted = opened.outcome() == Opened.Outcome.ADOPTED;
        this.replaced = opened.outcome() == Opened.Outcome.REPLACED;
        this.opening = opening;
    }

    /**
     * Opens the table, with what an earlier process left in it. A table made for another capacity is put aside and its
     * entries are taken over; one of another version is put aside.
     *
     * @param capacity entries it must hold; the file, sparse, has room for twice as many
     * @throws IOException when the directory cannot be written
     */
    public static AffinityTable open(Path file, long capacity) throws IOException {
        if (capacity < 1) {
            throw new IllegalArgumentException("an affinity table needs a capacity of at least 1, not " + capacity);
        }
        Opened opened = MappedRegion.openOrCreate(file, AffinityLayout.LAYOUT, AffinityLayout.geometry(capacity));
        MappedRegion region = opened.region();
        AffinityLayout layout = new AffinityLayout(capacity);
        if (!reserveAhead(region, layout) && opened.outcome() != Opened.Outcome.ADOPTED) {
            region.goOnInMemory();
        }
        region.onReserveAhead(() -> reserveAhead(region, layout));
        AffinityTable table = new AffinityTable(opened, opened.detail());
        table.recount(); // whoever was killed, or had pages damaged, has left a wrong number
        region.onRecovered(table::recount);
        return opened.putAside() == null
                ? table
                : new AffinityTable(opened, opened.detail() + table.takeOver(opened.putAside()));
    }

    private void recount() {
        region.writeLongRelease(AffinityLayout.ENTRIES, slots.count());
    }

    /** The front, which takes the first clients, and everything once that is half full. */
    private static boolean reserveAhead(MappedRegion region, AffinityLayout layout) {
        boolean all = region.readLongAcquire(AffinityLayout.ENTRIES) > layout.frontSlots() / 2;
        boolean room = region.reserve(0, all ? region.geometry().sizeBytes() : layout.offset(layout.frontSlots()));
        if (all && room) {
            region.reserved();
        }
        return room;
    }

    /** The client's server, or {@link #NONE}; changes nothing but to free an entry that has expired. */
    public long lookup(long group, long ipHi, long ipLo, long nowMs) {
        return lookup(group, ipHi, ipLo, KEEP_TIMEOUT, nowMs);
    }

    /**
     * The client's server, or {@link #NONE}; where there is one the client counts as seen now.
     *
     * @param timeoutMs timeout of the service now, which replaces the entry's
     */
    public long refresh(long group, long ipHi, long ipLo, long timeoutMs, long nowMs) {
        return lookup(group, ipHi, ipLo, timeoutMs, nowMs);
    }

    /**
     * The client's server; where it has none it gets {@code serverId}. Of several callers at the same time, in any
     * process, one succeeds and all get its answer.
     *
     * @return the server in force; {@code serverId} itself when it was taken
     */
    public long lookupOrClaim(long group, long ipHi, long ipLo, long serverId, long timeoutMs, long nowMs) {
        requireServer(serverId);
        long server = claim.lookupOrClaim(group, ipHi, ipLo, serverId, timeoutMs, nowMs);
        if (server == AffinityClaim.CLAIMED) {
            events.pinned(group, ipHi, ipLo, serverId, timeoutMs, nowMs);
            return serverId;
        }
        return server;
    }

    /**
     * Moves the client to another server if it is still on {@code expectedServer}: for a server that died or drains.
     *
     * @return the server in force afterwards: {@code newServer}, or what another worker made it; {@link #NONE} when the
     * client has no entry
     */
    public long replace(long group, long ipHi, long ipLo, long expectedServer, long newServer, long nowMs) {
        requireServer(newServer);
        long hash = AffinityLayout.hash(group, ipHi, ipLo);
        while (true) {
            long slot = slots.find(hash, group, ipHi, ipLo, AffinityLayout.LIVE);
            if (slot == AffinitySlots.ABSENT) {
                return NONE;
            }
            long word = region.readLongVolatile(slot);
            boolean moved = region.compareAndSetLong(slot + AffinityLayout.SERVER, expectedServer, newServer);
            long server = slots.server(slot);
            long timeoutMs = region.readLong(slot + AffinityLayout.TIMEOUT);
            if (isStill(slot, word, group, ipHi, ipLo)) {
                if (moved) {
                    writer.touch(slot, timeoutMs, nowMs);
                    events.pinned(group, ipHi, ipLo, newServer, timeoutMs, nowMs);
                }
                return server;
            }
            // The slot went to another client meanwhile. Should that one have been moved, it left the same server.
        }
    }

    /** Forgets the client; whether it had an entry. */
    public boolean remove(long group, long ipHi, long ipLo) {
        long hash = AffinityLayout.hash(group, ipHi, ipLo);
        while (true) {
            long slot = slots.find(hash, group, ipHi, ipLo, AffinityLayout.LIVE);
            if (slot == AffinitySlots.ABSENT) {
                return false;
            }
            long word = region.readLongVolatile(slot);
            if (isStill(slot, word, group, ipHi, ipLo) && writer.free(slot, word)) {
                events.unpinned(group, ipHi, ipLo);
                return true;
            }
        }
    }

    /**
     * Frees expired and damaged entries, continuing where the last call stopped. Control plane, one thread at a time.
     *
     * @param maxSlots how many slots to look at, at most once around
     * @return entries freed
     */
    public int expire(long nowMs, long maxSlots) {
        return sweep.expire(nowMs, maxSlots);
    }

    /** Writes what was changed to the disk and waits for it, so that it survives a power failure. Control plane. */
    public void force() {
        region.force();
    }

    /** Visits a copy of every entry, expired ones included. Control plane. */
    public void forEach(Consumer<AffinityEntry> visitor) {
        slots.forEach(visitor);
    }

    /** The client's entry, or null. Control plane. */
    public @Nullable AffinityEntry find(long group, long ipHi, long ipLo) {
        long slot = slots.find(AffinityLayout.hash(group, ipHi, ipLo), group, ipHi, ipLo, AffinityLayout.LIVE);
        AffinityEntry entry = slot == AffinitySlots.ABSENT ? null : slots.copy(slot, slots.word(slot));
        return entry != null && entry.group() == group && entry.ipHi() == ipHi && entry.ipLo() == ipLo ? entry : null;
    }

    /** Puts an entry as it is, unless the client has one: for what was stored or replicated. Control plane. */
    public boolean restore(AffinityEntry entry) {
        return claim.restore(entry);
    }

    /** Who hears of changes; {@link AffinityEvents#NONE} at first. */
    public void events(AffinityEvents listener) {
        events = listener;
    }

    /** Entries in the table, expired ones included until they are swept. */
    public long entries() {
        return slots.entries();
    }

    /** Entries the table is made for. */
    public long capacity() {
        return region.geometry().first();
    }

    /** Entries that gave way to a new client because all 32 slots of its key were taken. */
    public long evictions() {
        return region.readLongAcquire(AffinityLayout.EVICTIONS);
    }

    /** Entries freed after their timeout. */
    public long expirations() {
        return region.readLongAcquire(AffinityLayout.EXPIRED);
    }

    /** Damaged or abandoned slots that were dropped. */
    public long dropped() {
        return region.readLongAcquire(AffinityLayout.DROPPED);
    }

    /** Whether it is in memory alone, as the directory has no room. */
    public boolean isInMemory() {
        return region.isInMemory();
    }

    /** Whether what an earlier process left could not be used as it is; see {@link #opening}. */
    public boolean replaced() {
        return replaced;
    }

    /** What was found at opening and what was done, one sentence for the log. */
    public String opening() {
        return opening;
    }

    /** Whether the entries of an earlier process were kept in place. */
    public boolean adopted() {
        return adopted;
    }

    /** Unmaps; nothing may use the table afterwards. */
    @Override
    public void close() {
        region.close();
    }

    private long lookup(long group, long ipHi, long ipLo, long timeoutMs, long nowMs) {
        long hash = AffinityLayout.hash(group, ipHi, ipLo);
        while (true) {
            long slot = slots.find(hash, group, ipHi, ipLo, AffinityLayout.LIVE);
            if (slot == AffinitySlots.ABSENT) {
                return NONE;
            }
            long word = region.readLongVolatile(slot);
            long server = slots.server(slot);
            boolean expired = slots.expired(slot, nowMs);
            if (isStill(slot, word, group, ipHi, ipLo)) {
                if (expired) {
                    writer.freeExpired(slot, word);
                    return NONE;
                }
                if (timeoutMs != KEEP_TIMEOUT) {
                    writer.touch(slot, timeoutMs, nowMs);
                }
                return server;
            }
        }
    }

    /** Whether all that was read from the slot since {@code word} was read belongs to this live key. */
    private boolean isStill(long slot, long word, long group, long ipHi, long ipLo) {
        return AffinityLayout.state(word) == AffinityLayout.LIVE && slots.holds(slot, word, group, ipHi, ipLo);
    }

    private String takeOver(Path putAside) throws IOException {
        if (!Files.exists(putAside)) {
            return "";
        }
        try (AffinityReader former = AffinityReader.open(putAside)) {
            long nowMs = System.currentTimeMillis();
            former.forEach(entry -> {
                if (entry.remainingMs(nowMs) >= 0) {
                    restore(entry);
                }
            });
            return "; took over " + entries() + " entries";
        } catch (IOException e) {
            return "; its entries cannot be taken over";
        }
    }

    private static void requireServer(long serverId) {
        if (serverId == NONE) {
            throw new IllegalArgumentException("server id 0 means none");
        }
    }
}

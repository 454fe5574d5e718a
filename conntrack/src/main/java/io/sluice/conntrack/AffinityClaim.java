package io.sluice.conntrack;

import io.sluice.ringbuffers.mapped.MappedRegion;

/**
 * Insert-if-absent into an affinity table, by any thread of any process, without a lock. A key has 32 possible slots,
 * so two writers might put it into two of them; therefore:
 *
 * <ol>
 * <li>reserve a slot (BUSY), fill it, make it TENTATIVE;
 * <li>then look through all slots of the key. A LIVE one with the same key wins: withdraw. A TENTATIVE one further back
 * is freed; one further in front wins: withdraw, and wait a moment for its writer;
 * <li>make it LIVE, which fails when somebody freed it: start again.
 * </ol>
 *
 * Of two writers of one key the one that became TENTATIVE later sees the other in step 2, so both never become LIVE. A
 * writer that was killed or put to sleep is not waited for longer than {@value #PATIENCE_SPINS} spins.
 */
final class AffinityClaim {
    /** Answer of {@link #lookupOrClaim}: the caller's own server was put. */
    static final long CLAIMED = 0;

    private static final int PATIENCE_SPINS = 256;

    private final AffinitySlots slots;
    private final AffinitySlotWriter writer;
    private final MappedRegion region;

    AffinityClaim(AffinitySlots slots, AffinitySlotWriter writer) {
        this.slots = slots;
        this.writer = writer;
        this.region = slots.region;
    }

    /** The server in force, or {@link #CLAIMED}. */
    long lookupOrClaim(long group, long ipHi, long ipLo, long serverId, long timeoutMs, long nowMs) {
        long hash = AffinityLayout.hash(group, ipHi, ipLo);
        int spins = 0;
        while (true) {
            long server = inForce(hash, group, ipHi, ipLo, timeoutMs, nowMs);
            if (server != AffinityTable.NONE) {
                return server;
            }
            if (spins < PATIENCE_SPINS && pending(hash, group, ipHi, ipLo)) {
                spins++;
                Thread.onSpinWait();
                continue;
            }
            boolean full = isFull();
            if (full) { // by an entry of this very key perhaps, which is to be seen before anybody gives way
                server = inForce(hash, group, ipHi, ipLo, timeoutMs, nowMs);
                if (server != AffinityTable.NONE) {
                    return server;
                }
            }
            long slot = reserve(hash, nowMs, full);
            if (slot == AffinitySlots.ABSENT) {
                return CLAIMED; // every slot is in another writer's hands: served, not remembered
            }
            writer.fill(slot, group, ipHi, ipLo, serverId, nowMs, nowMs, timeoutMs);
            if (commit(hash, slot, group, ipHi, ipLo, nowMs, spins >= PATIENCE_SPINS)) {
                return CLAIMED;
            }
        }
    }

    /** Puts an entry with its own times, unless the key is there; whether it was put. */
    boolean restore(AffinityEntry entry) {
        long group = entry.group();
        long ipHi = entry.ipHi();
        long ipLo = entry.ipLo();
        long nowMs = entry.lastSeenMs();
        long hash = AffinityLayout.hash(group, ipHi, ipLo);
        while (true) {
            boolean full = isFull();
            if (slots.find(hash, group, ipHi, ipLo, AffinityLayout.LIVE) != AffinitySlots.ABSENT) {
                return false;
            }
            long slot = reserve(hash, nowMs, full);
            if (slot == AffinitySlots.ABSENT) {
                return false;
            }
            writer.fill(slot, group, ipHi, ipLo, entry.serverId(), entry.createdMs(), nowMs, entry.timeoutMs());
            if (commit(hash, slot, group, ipHi, ipLo, nowMs, true)) {
                return true;
            }
        }
    }

    /** Whether it holds what it was made for. An entry is live before it is counted. */
    private boolean isFull() {
        return region.readLongAcquire(AffinityLayout.ENTRIES) >= region.geometry().first();
    }

    /** The server of a live entry, which is touched; an expired one is freed. */
    private long inForce(long hash, long group, long ipHi, long ipLo, long timeoutMs, long nowMs) {
        while (true) {
            long slot = slots.find(hash, group, ipHi, ipLo, AffinityLayout.LIVE);
            if (slot == AffinitySlots.ABSENT) {
                return AffinityTable.NONE;
            }
            long word = region.readLongVolatile(slot);
            long server = slots.server(slot);
            boolean expired = slots.expired(slot, nowMs);
            if (AffinityLayout.state(word) == AffinityLayout.LIVE && slots.holds(slot, word, group, ipHi, ipLo)) {
                if (!expired) {
                    writer.touch(slot, timeoutMs, nowMs);
                    return server;
                }
                writer.freeExpired(slot, word);
            }
        }
    }

    private boolean pending(long hash, long group, long ipHi, long ipLo) {
        return slots.find(hash, group, ipHi, ipLo, AffinityLayout.TENTATIVE) != AffinitySlots.ABSENT;
    }

    /**
     * Makes the first free slot of the key BUSY, an expired one, or else the one idle for longest. That one gives way
     * too in a table that is full.
     */
    private long reserve(long hash, long nowMs, boolean full) {
        while (true) {
            long free = AffinitySlots.ABSENT;
            long freeWord = 0;
            long oldest = AffinitySlots.ABSENT;
            long oldestWord = 0;
            long oldestSeenMs = Long.MAX_VALUE;
            for (int n = 0; n < AffinityLayout.PROBES; n++) {
                long slot = slots.layout.probe(hash, n);
                long word = slots.word(slot);
                int state = AffinityLayout.state(word);
                if (state == AffinityLayout.FREE) {
                    if (!full && writer.reserve(slot, word)) {
                        return slot;
                    }
                    if (free == AffinitySlots.ABSENT) {
                        free = slot;
                        freeWord = word;
                    }
                    if (word == 0 && full) {
                        break; // whoever looks for the key looks no further
                    }
                }
                if (state == AffinityLayout.LIVE) {
                    long seenMs = region.readLong(slot + AffinityLayout.LAST_SEEN);
                    boolean expired = slots.expired(slot, nowMs) && slots.unchanged(slot, word);
                    if (expired && writer.reserve(slot, word)) {
                        return writer.gaveWay(slot, AffinityLayout.EXPIRED);
                    }
                    if (!expired && seenMs < oldestSeenMs) {
                        oldest = slot;
                        oldestWord = word;
                        oldestSeenMs = seenMs;
                    }
                }
            }
            if (oldest == AffinitySlots.ABSENT) {
                if (free == AffinitySlots.ABSENT) {
                    return AffinitySlots.ABSENT;
                }
                if (writer.reserve(free, freeWord)) {
                    return free;
                }
                continue;
            }
            if (writer.reserve(oldest, oldestWord)) {
                return writer.gaveWay(oldest, AffinityLayout.EVICTIONS);
            }
        }
    }

    /** BUSY to TENTATIVE to LIVE; false when another writer of the same key goes first. */
    private boolean commit(long hash, long slot, long group, long ipHi, long ipLo, long nowMs, boolean impatient) {
        long tentative = writer.advance(slot, region.readLong(slot), AffinityLayout.TENTATIVE);
        if (tentative == 0) {
            return false;
        }
        if (!alone(hash, slot, group, ipHi, ipLo, nowMs, impatient)) {
            writer.advance(slot, tentative, AffinityLayout.FREE);
            return false;
        }
        return writer.advance(slot, tentative, AffinityLayout.LIVE) != 0 && writer.count(AffinityLayout.ENTRIES);
    }

    /** Whether no other slot has the key in force, after freeing what others have tentatively further back. */
    private boolean alone(long hash, long mine, long group, long ipHi, long ipLo, long nowMs, boolean impatient) {
        boolean passedMine = false;
        int n = 0;
        while (n < AffinityLayout.PROBES) {
            long slot = slots.layout.probe(hash, n);
            long word = slots.word(slot);
            int state = AffinityLayout.state(word);
            if (word == 0) {
                return true;
            }
            if (slot == mine || state < AffinityLayout.TENTATIVE) {
                passedMine |= slot == mine;
                n++;
                continue;
            }
            boolean sameKey = slots.matches(slot, group, ipHi, ipLo);
            boolean expired = slots.expired(slot, nowMs);
            if (!slots.unchanged(slot, word)) {
                continue; // look again: it may have become live
            }
            if (!sameKey) {
                n++;
            } else if (state == AffinityLayout.LIVE) {
                if (!expired) {
                    return false;
                }
                writer.freeExpired(slot, word);
            } else if (passedMine || impatient) {
                writer.advance(slot, word, AffinityLayout.FREE);
            } else {
                return false;
            }
        }
        return true;
    }
}

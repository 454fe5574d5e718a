package io.sluice.conntrack.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

import io.sluice.conntrack.AffinityEntry;
import io.sluice.conntrack.AffinityEvents;
import io.sluice.conntrack.AffinityTable;
import io.sluice.conntrack.FlowTable;

/**
 * What goes from the tables into an open copy, and at the start from the copy into the tables. Owned by the store's
 * thread.
 *
 * <p>Changes of the affinity table come as events, within a moment. A comparison of everything, again and again, brings
 * what no event tells: when clients were last seen, sessions, entries that expired or gave way, events that found no
 * room.
 */
final class CopyUpkeep {
    private static final int EVENTS_AT_ONCE = 1000;
    /** When a client was last seen is written again only after this part of its timeout. */
    private static final int SEEN_STEPS = 16;

    private final CopyFile file;
    private final AffinityTable table;
    private final FlowTable flows;
    private final AffinityEventRing events;
    private final ServerNames names;
    private final Consumer<String> report;
    private final CopyFormat format = new CopyFormat();
    private long droppedBefore;
    private boolean fullReported;
    private long affinity;
    private long sessions;

    CopyUpkeep(CopyFile file, AffinityTable table, FlowTable flows, AffinityEventRing events, ServerNames names,
            Consumer<String> report) {
        this.file = file;
        this.table = table;
        this.flows = flows;
        this.events = events;
        this.names = names;
        this.report = report;
    }

    /** Affinity entries in the copy, as of the last comparison. */
    long affinity() {
        return affinity;
    }

    /** Sessions in the copy, as of the last comparison. */
    long sessions() {
        return sessions;
    }

    /** Whether some of the copy does not fit into its file. */
    boolean isFull() {
        return fullReported;
    }

    // ---- from the copy ----

    /**
     * Puts back what the tables have lost, and leaves alone what they know better.
     *
     * @param formerSessions hears the sessions in force, where no table of a dead process was left to say so
     * @return how many entries and sessions
     */
    long load(Consumer<List<CopyEntry>> formerSessions) {
        boolean lost = !table.adopted() || isDamaged();
        boolean tellsSessions = !flows.knowsFormer();
        long nowMs = System.currentTimeMillis();
        List<CopyEntry> told = new ArrayList<>();
        long[] loaded = new long[1];
        file.forEach((key, value) -> {
            CopyEntry entry = CopyFormat.entry(key, value);
            if (!entry.inForce(nowMs)) {
                return;
            }
            if (!entry.isAffinity()) {
                if (tellsSessions) {
                    told.add(entry);
                }
            } else if (restore(entry, lost, nowMs)) {
                loaded[0]++;
            }
        });
        if (!told.isEmpty()) {
            formerSessions.accept(told);
        }
        return loaded[0] + told.size();
    }

    /** Fewer whole entries than the table's header counts: some are damaged, or lie where nobody looks for them. */
    private boolean isDamaged() {
        long before = table.entries();
        long[] whole = new long[1];
        table.forEach(entry -> whole[0]++);
        return whole[0] < Math.min(before, table.entries());
    }

    private boolean restore(CopyEntry entry, boolean lost, long nowMs) {
        AffinityEntry there = table.find(entry.scope(), entry.ipHi(), entry.ipLo());
        if (there == null) {
            return lost && table.restore(entry.affinity());
        }
        // The slot's checksum covers the client, not what changes: a server that nobody has, a time that went back
        if (there.remainingMs(nowMs) < 0 && there.lastSeenMs() < entry.lastSeenMs()) {
            table.remove(entry.scope(), entry.ipHi(), entry.ipLo());
            return table.restore(entry.affinity());
        }
        return there.serverId() != entry.serverId() && names.of(entry.scope(), there.serverId()) == null
                && names.of(entry.scope(), entry.serverId()) != null
                && table.replace(entry.scope(), entry.ipHi(), entry.ipLo(), there.serverId(), entry.serverId(),
                        nowMs) == entry.serverId();
    }

    // ---- into the copy ----

    /** Takes over what is in a copy of another size. */
    void absorb(CopyFile other) {
        other.forEach((key, value) -> {
            if (file.get(key) == null) {
                put(key, value);
            }
        });
    }

    /** Writes what the events say; whether there are none left. */
    boolean apply() {
        return events.drainTo(new AffinityEvents() {
            @Override
            public void pinned(long group, long ipHi, long ipLo, long serverId, long timeoutMs, long nowMs) {
                keep(CopyEntry.of(new AffinityEntry(group, ipHi, ipLo, serverId, nowMs / 1000 * 1000, nowMs,
                        timeoutMs), name(group, serverId)));
            }

            @Override
            public void unpinned(long group, long ipHi, long ipLo) {
                file.remove(format.key(group, ipHi, ipLo));
            }
        }, EVENTS_AT_ONCE) < EVENTS_AT_ONCE;
    }

    /** Whether events were lost since the last comparison. */
    boolean hasLostEvents() {
        return events.dropped() != droppedBefore;
    }

    /** Brings the copy to what the tables say, whatever events were lost. */
    void compare() {
        long dropped = events.dropped();
        while (!apply()) {
            // what the events say is older than what the table says
        }
        table.forEach(entry -> keep(CopyEntry.of(entry, name(entry.group(), entry.serverId()))));
        flows.forEachOutliving(flow -> keep(CopyEntry.of(flow, name(flow.serviceId(), flow.serverId()))));
        long nowMs = System.currentTimeMillis();
        long[] counts = new long[2];
        file.removeIf((key, value) -> {
            CopyEntry entry = CopyFormat.entry(key, value);
            boolean gone = entry.isAffinity()
                    ? table.find(entry.scope(), entry.ipHi(), entry.ipLo()) == null
                    : !entry.inForce(nowMs); // a session that goes on was written a moment ago
            counts[entry.isAffinity() ? 0 : 1] += gone ? 0 : 1;
            return gone;
        });
        affinity = counts[0];
        sessions = counts[1];
        droppedBefore = dropped;
    }

    private String name(long scope, long serverId) {
        return Objects.requireNonNullElse(names.of(scope, serverId), "");
    }

    private void keep(CopyEntry entry) {
        byte[] key = format.key(entry);
        byte[] stored = file.get(key);
        if (stored == null || !isUpToDate(CopyFormat.entry(key, stored), entry)) {
            put(key, CopyFormat.value(entry));
        }
    }

    private static boolean isUpToDate(CopyEntry stored, CopyEntry now) {
        long sinceMs = now.lastSeenMs() - stored.lastSeenMs();
        return stored.serverId() == now.serverId() && stored.timeoutMs() == now.timeoutMs()
                && stored.createdMs() == now.createdMs() && stored.server().equals(now.server())
                && sinceMs >= 0 && (sinceMs == 0 || sinceMs < now.timeoutMs() / SEEN_STEPS);
    }

    private void put(byte[] key, byte[] value) {
        if (!file.put(key, value) && !fullReported) {
            fullReported = true;
            report.accept("the durable copy is full at " + file.size()
                    + " entries; newer ones are not in it: raise tables.affinity or tables.connections");
        }
    }
}

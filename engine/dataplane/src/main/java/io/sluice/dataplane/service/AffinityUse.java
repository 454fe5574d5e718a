package io.sluice.dataplane.service;

import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Clients that have a server, as long as they have it: their affinity entries live on. One of {@link Clients}; its
 * worker's thread.
 */
final class AffinityUse<C extends ServedClient<?, C>> {
    /** An entry is refreshed once in this part of its timeout. */
    private static final int PARTS = 16;
    /** Refreshed at a time, so that a tick stays short whatever the number of clients. */
    private static final int TURN = 4096;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Map<ServiceEntry<?>, Line<C>> lines = new IdentityHashMap<>();
    private long nowNs = System.nanoTime();

    /** Those of one service, whose next refresh is after the same time: the one refreshed longest ago first. */
    static final class Line<C extends ServedClient<?, C>> {
        private final ServiceEntry<?> entry;
        private @Nullable C first;
        private @Nullable C last;

        Line(ServiceEntry<?> entry) {
            this.entry = entry;
        }

        private void add(C client, long nowNs) {
            client.refreshedNs = nowNs;
            client.refreshedBefore = last;
            if (last == null) {
                first = client;
            } else {
                last.refreshedAfter = client;
            }
            last = client;
        }

        private void remove(C client) {
            C before = client.refreshedBefore;
            C after = client.refreshedAfter;
            if (before == null) {
                first = after;
            } else {
                before.refreshedAfter = after;
            }
            if (after == null) {
                last = before;
            } else {
                after.refreshedBefore = before;
            }
            client.refreshedBefore = null;
            client.refreshedAfter = null;
        }
    }

    /** It has a server from now on; its entry was refreshed when that was chosen. */
    void begin(C client) {
        ServiceEntry<?> entry = client.entry();
        if (entry.service().affinity().enabled()) {
            Line<C> line = lines.get(entry);
            if (line == null) {
                line = new Line<>(entry);
                lines.put(entry, line);
            }
            client.inUse = line;
            line.add(client, nowNs);
        }
    }

    /** It has no server any more: its timeout begins. */
    void end(C client) {
        Line<C> line = client.inUse;
        if (line == null) {
            return;
        }
        client.inUse = null;
        line.remove(client);
        if (line.first == null) {
            lines.remove(line.entry);
        }
        if (nowNs - client.refreshedNs >= periodNs(line)) { // else it makes no difference
            line.entry.selection().refresh(client);
        }
    }

    /** Refreshes the entries that are due. */
    void onTick(long tickNs) {
        nowNs = tickNs;
        for (Line<C> line : lines.values()) {
            long dueNs = tickNs - periodNs(line);
            for (int i = 0; i < TURN; i++) {
                C client = line.first;
                if (client == null || client.refreshedNs - dueNs > 0) {
                    break;
                }
                line.remove(client);
                line.add(client, tickNs); // first: whatever comes of it, the next one gets its turn
                line.entry.selection().refresh(client);
            }
        }
    }

    /** By the rule in force: a reload may have changed it, or turned it off. */
    private static long periodNs(Line<?> line) {
        AffinityRule rule = line.entry.service().affinity();
        return rule.enabled() ? rule.timeoutMs() * NANOS_PER_MILLI / PARTS : Long.MAX_VALUE / 2;
    }
}

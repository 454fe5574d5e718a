package io.sluice.program.observe;

import io.sluice.conntrack.AffinityEntry;
import io.sluice.conntrack.AffinityReader;
import io.sluice.control.config.model.StateDirectory;
import io.sluice.ringbuffers.ip.Prefix;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A client that comes back to its server, as {@code sluice affinity} shows it.
 *
 * @param client its address, or its network's where affinity is by network
 * @param services those that share the entry
 * @param ageMs since it was made
 * @param idleMs since the client was last seen
 * @param expiresInMs negative: over, and not swept yet
 */
public record AffinityReport(String client, List<String> services, String server, long ageMs, long idleMs,
        long expiresInMs, long timeoutMs) {
    public AffinityReport {
        services = List.copyOf(services);
    }

    /** In which order, and so which are shown when there are more than the limit. */
    public enum Order {
        /** Oldest first. */
        AGE(Comparator.comparingLong(AffinityEntry::createdMs)),
        /** Longest unseen first. */
        IDLE(Comparator.comparingLong(AffinityEntry::lastSeenMs)),
        /** First to end first. */
        EXPIRY(Comparator.comparingLong((AffinityEntry entry) -> entry.lastSeenMs() + entry.timeoutMs())), CLIENT(
                Comparator.comparing(AffinityEntry::ip)),
        SERVER(
                Comparator.comparingLong(AffinityEntry::group)
                        .thenComparingLong(AffinityEntry::serverId));

        private final Comparator<AffinityEntry> comparator;

        Order(Comparator<AffinityEntry> comparator) {
            this.comparator = comparator;
        }

        /** As it is typed. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Which to show; a part that is null matches all.
     *
     * @param limit 0: all
     */
    public record Query(@Nullable String service, @Nullable String server, @Nullable Prefix client, Order order,
            int limit) {
    }

    /**
     * What was found.
     *
     * @param shown the first of those that match, in order
     * @param matching how many match
     * @param entries all in the table
     * @param capacity entries that it is made for
     */
    public record Found(List<AffinityReport> shown, long matching, long entries, long capacity) {
        public Found {
            shown = List.copyOf(shown);
        }
    }

    /**
     * Reads them.
     *
     * @throws IOException when no daemon has run with this directory, or one of another version
     */
    public static Found read(Path stateDirectory, Known known, Query query) throws IOException {
        long nowMs = System.currentTimeMillis();
        FirstOf<AffinityEntry> first = new FirstOf<>(query.order().comparator
                .thenComparing(Order.CLIENT.comparator), query.limit());
        Predicate<AffinityEntry> matches = matching(query, known);
        try (AffinityReader table = AffinityReader.open(StateDirectory.affinity(stateDirectory))) {
            table.forEach(entry -> {
                if (matches.test(entry)) {
                    first.offer(entry);
                }
            });
            return new Found(first.inOrder().stream().map(entry -> of(entry, known, nowMs)).toList(), first.offered(),
                    table.entries(), table.capacity());
        }
    }

    private static AffinityReport of(AffinityEntry entry, Known known, long nowMs) {
        return new AffinityReport(entry.ip().toString(),
                known.servicesOf(entry.group()), known.serverOf(entry.group(), entry.serverId()),
                Math.max(0, nowMs - entry.createdMs()), Math.max(0, nowMs - entry.lastSeenMs()),
                entry.remainingMs(nowMs), entry.timeoutMs());
    }

    private static Predicate<AffinityEntry> matching(Query query, Known known) {
        return entry -> (query.service() == null || known.servicesOf(entry.group()).contains(query.service()))
                && (query.server() == null || query.server().equals(known.serverOf(entry.group(), entry.serverId())))
                && (query.client() == null || query.client().contains(entry.ip()));
    }
}

package io.sluice.program.observe;

import io.sluice.conntrack.Flow;
import io.sluice.conntrack.FlowReader;
import io.sluice.ringbuffers.ip.Prefix;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Live connections and sessions, read from the mapped flow tables.
 *
 * @param shown the first of those that match, in order
 * @param matching how many match
 */
public record Connections(List<ConnectionReport> shown, long matching) {
    public Connections {
        shown = List.copyOf(shown);
    }

    /** In which order, and so which are shown when there are more than the limit. */
    public enum Order {
        /** Oldest first. */
        AGE(Comparator.comparingLong(Flow::createdMs)),
        /** Longest without traffic first. */
        IDLE(Comparator.comparingLong(Flow::lastSeenMs)),
        /** Most bytes, both ways, first. */
        BYTES(Comparator.comparingLong((Flow flow) -> flow.bytesIn() + flow.bytesOut()).reversed()),
        /** Most bytes from the client first. */
        IN(Comparator.comparingLong(Flow::bytesIn).reversed()),
        /** Most bytes to the client first. */
        OUT(Comparator.comparingLong(Flow::bytesOut).reversed()),
        /** Slowest client first. */
        RTT(Comparator.comparingInt(Flow::rttMicros).reversed()), CLIENT(
                Comparator.comparing((Flow flow) -> flow.client().address())
                        .thenComparingInt(flow -> flow.client().port())),
        SERVER(
                Comparator.comparingLong((Flow flow) -> flow.serviceId())
                        .thenComparingLong(Flow::serverId));

        private final Comparator<Flow> comparator;

        Order(Comparator<Flow> comparator) {
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
     * Reads them.
     *
     * @throws IOException when no daemon has run with this directory, or one of another version
     */
    public static Connections read(Path stateDirectory, Known known, Query query) throws IOException {
        long nowMs = System.currentTimeMillis();
        FirstOf<Flow> first = new FirstOf<>(query.order().comparator.thenComparingLong(Flow::id), query.limit());
        Predicate<Flow> matches = matching(query, known);
        try (FlowReader flows = FlowReader.open(stateDirectory)) {
            flows.forEach(flow -> {
                if (matches.test(flow)) {
                    first.offer(flow);
                }
            });
        }
        return new Connections(first.inOrder().stream().map(flow -> ConnectionReport.of(flow, known, nowMs)).toList(),
                first.offered());
    }

    private static Predicate<Flow> matching(Query query, Known known) {
        return flow -> (query.service() == null || query.service().equals(known.service(flow.serviceId())))
                && (query.server() == null || query.server().equals(known.server(flow.serviceId(), flow.serverId())))
                && (query.client() == null || query.client().contains(flow.client().address()));
    }
}

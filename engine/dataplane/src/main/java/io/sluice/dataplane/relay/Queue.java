package io.sluice.dataplane.relay;

import io.sluice.dataplane.service.FaultKind;
import io.sluice.dataplane.service.Forwarding.TcpProxy;
import io.sluice.dataplane.service.ServiceColumn;
import io.sluice.dataplane.service.ServiceEntry;
import io.sluice.dataplane.service.WaitingLine;
import io.sluice.dataplane.service.WaitingLines;
import io.sluice.dataplane.worker.Worker;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * This worker's connections that wait because every server that could take them is at its maximum, each with its ticket
 * in the line that all workers share. Whoever makes a place offers it to the lowest ticket: to its own client, or to the
 * worker that has it, which goes on from there. Those who may have left have the highest. That worker's thread.
 */
final class Queue {
    /** Set in the tickets of those who may have left, which makes them higher than all others, in the order they had. */
    private static final long PERHAPS_LEFT = 1L << 61;

    private final Worker worker;
    private final WaitingLines lines;
    /** By service; none of them empty. */
    private final Long2ObjectHashMap<Line> waiting = new Long2ObjectHashMap<>();
    private boolean offering;

    /** Those of one service. */
    private static final class Line {
        private final WaitingLine shared;
        private final TreeMap<Long, Connection> connections = new TreeMap<>();

        Line(WaitingLine shared) {
            this.shared = shared;
        }

        @Nullable
        Connection after(long ticket) {
            Map.Entry<Long, Connection> next = connections.higherEntry(ticket);
            return next == null ? null : next.getValue();
        }
    }

    Queue(Worker worker, WaitingLines lines) {
        this.worker = worker;
        this.lines = lines;
        lines.join(worker.index(), (service, after) -> worker.execute(() -> offer(service, after)));
    }

    /**
     * Lets it wait, behind all who do already; at its former place where it has waited before. False where there are too
     * many.
     */
    boolean add(Connection connection) {
        ServiceEntry<TcpProxy> entry = connection.entry();
        int most = entry.forwarding().waiting().length();
        long now = entry.counters().waits(column(connection), 1);
        if (connection.ticket == 0 && most > 0 && now > most) {
            entry.counters().waits(column(connection), -1);
            return false;
        }
        boolean added = false;
        try {
            Line line = lineOf(entry.service().id());
            if (connection.ticket == 0) {
                connection.ticket = line.shared.draw(worker.index());
            }
            line.connections.put(connection.ticket, connection);
            added = true;
        } finally {
            if (!added) { // for want of memory
                entry.counters().waits(column(connection), -1);
            }
            showFirst(entry.service().id());
        }
        return true;
    }

    private Line lineOf(long service) {
        Line line = waiting.get(service);
        if (line == null) {
            line = new Line(lines.of(service));
            waiting.put(service, line);
        }
        return line;
    }

    /** It waits no more, for whatever reason. */
    void remove(Connection connection) {
        ServiceEntry<TcpProxy> entry = connection.entry();
        Line line = waiting.get(entry.service().id());
        if (line != null && line.connections.remove(connection.ticket, connection)) {
            entry.counters().waits(column(connection), -1);
            showFirst(entry.service().id());
        }
    }

    /** One that waits may have left: all others, and those who are still to come, have their turn before it. */
    void perhapsLeft(Connection connection) {
        if ((connection.ticket & PERHAPS_LEFT) == 0) {
            remove(connection);
            connection.ticket |= PERHAPS_LEFT;
            add(connection);
        }
    }

    /** Whether it stands behind all others. */
    static boolean hasPerhapsLeft(Connection connection) {
        return (connection.ticket & PERHAPS_LEFT) != 0;
    }

    private static int column(Connection connection) {
        return hasPerhapsLeft(connection) ? ServiceColumn.PERHAPS_LEFT : ServiceColumn.WAITING;
    }

    private void showFirst(long service) {
        Line line = waiting.get(service);
        if (line != null) {
            boolean empty = line.connections.isEmpty();
            line.shared.show(worker.index(), empty ? WaitingLine.NOBODY : line.connections.firstKey());
            if (empty) {
                waiting.remove(service);
            }
        }
    }

    /** There may be a place at a server of that service: those who wait have it, on whatever worker. */
    void advance(ServiceEntry<TcpProxy> entry) {
        if (entry.counters().anyoneWaits()) {
            offer(entry.service().id(), 0);
        }
    }

    /** Offers what there may be to those with a higher ticket than that, in their order, until one finds no place. */
    private void offer(long service, long after) {
        if (offering) {
            return; // whoever goes on may end at once: the loop sees to that place too
        }
        offering = true;
        try {
            WaitingLine shared = lines.of(service);
            long asked = after;
            while (true) {
                Line line = waiting.get(service);
                Connection next = line == null ? null : line.after(asked);
                int other = shared.between(asked, next == null ? WaitingLine.NOBODY : next.ticket, worker.index());
                if (other != WaitingLine.NONE) {
                    lines.offer(other, service, asked);
                    return;
                }
                if (next == null) {
                    return;
                }
                if (!tryAgain(next)) {
                    if (!next.hasTriedAny()) {
                        return; // there is no place, for nobody
                    }
                    asked = next.ticket; // there may be one where it was in vain, for somebody else
                }
            }
        } finally {
            offering = false;
        }
    }

    /** A fault is the one's who is first in line, not the one's who made the place. */
    private boolean tryAgain(Connection first) {
        try {
            return first.tryAgain();
        } catch (Throwable thrown) {
            worker.faults().contain(FaultKind.DEFERRED, thrown, first);
            remove(first);
            return true;
        }
    }

    /** Places may have come about without anybody's leaving: a server that is up again, a higher maximum. */
    void advanceAll() {
        if (waiting.isEmpty()) {
            return;
        }
        for (Long service : List.copyOf(waiting.keySet())) {
            Line line = waiting.get(service.longValue());
            if (line != null && line.shared.isFirst(worker.index())) {
                offer(service, 0);
            }
        }
    }
}

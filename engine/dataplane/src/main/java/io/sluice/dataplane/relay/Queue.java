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
 * This worker's connections that wait because every server that could take them is at its maximum, each with its
 * ticket in the line that all workers share. Whoever makes a place offers it to the lowest ticket: to its own client,
 * or to the worker that has it, which goes on from there. Those who may have left have the highest. That worker's
 * thread.
 */
final class Queue {
    private final Worker worker;
    private final WaitingLines lines;
    /** By service; none of them empty. */
    private final Long2ObjectHashMap<Line> waiting = new Long2ObjectHashMap<>();
    private boolean offering;

    /** Those of one service. */
    private static final class Line {
        private final WaitingLine shared;
        private final TreeMap<Long, Waiter> waiters = new TreeMap<>();

        Line(WaitingLine shared) {
            this.shared = shared;
        }

        @Nullable
        Waiter after(long ticket) {
            Map.Entry<Long, Waiter> next = waiters.higherEntry(ticket);
            return next == null ? null : next.getValue();
        }
    }

    Queue(Worker worker, WaitingLines lines) {
        this.worker = worker;
        this.lines = lines;
        lines.join(worker.index(), (service, after) -> worker.execute(() -> offer(service, after)));
    }

    /**
     * Lets it wait, behind all who do already; at its former place where it has waited before. False where there are
     * too many.
     */
    boolean add(Waiter waiter) {
        ServiceEntry<TcpProxy> entry = waiter.connection.entry();
        int most = entry.forwarding().waiting().length();
        long now = entry.counters().waits(column(waiter), 1);
        if (!waiter.hasWaited() && most > 0 && now > most) {
            entry.counters().waits(column(waiter), -1);
            return false;
        }
        boolean added = false;
        try {
            Line line = lineOf(entry.service().id());
            if (!waiter.hasWaited()) {
                waiter.draws(line.shared.draw(worker.index()));
            }
            line.waiters.put(waiter.ticket(), waiter);
            added = true;
        } finally {
            if (!added) { // for want of memory
                entry.counters().waits(column(waiter), -1);
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
    void remove(Waiter waiter) {
        ServiceEntry<TcpProxy> entry = waiter.connection.entry();
        Line line = waiting.get(entry.service().id());
        if (line != null && line.waiters.remove(waiter.ticket(), waiter)) {
            entry.counters().waits(column(waiter), -1);
            showFirst(entry.service().id());
        }
    }

    private static int column(Waiter waiter) {
        return waiter.hasPerhapsLeft() ? ServiceColumn.PERHAPS_LEFT : ServiceColumn.WAITING;
    }

    private void showFirst(long service) {
        Line line = waiting.get(service);
        if (line != null) {
            boolean empty = line.waiters.isEmpty();
            line.shared.show(worker.index(), empty ? WaitingLine.NOBODY : line.waiters.firstKey());
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
                Waiter next = line == null ? null : line.after(asked);
                int other = shared.between(asked, next == null ? WaitingLine.NOBODY : next.ticket(), worker.index());
                if (other != WaitingLine.NONE) {
                    lines.offer(other, service, asked);
                    return;
                }
                if (next == null) {
                    return;
                }
                if (!tryAgain(next)) {
                    if (next.connection.attempts().count() == 0) {
                        return; // there is no place, for nobody
                    }
                    asked = next.ticket(); // there may be one where it was in vain before, for somebody else
                }
            }
        } finally {
            offering = false;
        }
    }

    /** A fault is the one's who is first in line, not the one's who made the place. */
    private boolean tryAgain(Waiter first) {
        try {
            return first.connection.tryAgain();
        } catch (Throwable thrown) {
            worker.faults().contain(FaultKind.DEFERRED, thrown, first.connection);
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

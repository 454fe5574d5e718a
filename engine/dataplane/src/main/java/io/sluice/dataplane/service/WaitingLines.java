package io.sluice.dataplane.service;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** The waiting lines of all services, and how a worker tells another that it is its turn; shared by all workers. */
public final class WaitingLines {
    private final int workers;
    private final ConcurrentMap<Long, WaitingLine> lines = new ConcurrentHashMap<>();
    private final AtomicReferenceArray<@Nullable Turn> turns;

    /** What another worker is told; it comes by that worker's mailbox. */
    public interface Turn {
        /**
         * There may be a place for those who wait with it.
         *
         * @param service {@link VirtualService#id}
         * @param after those with this ticket or a lower one have had the offer
         */
        void offered(long service, long after);
    }

    public WaitingLines(int workers) {
        this.workers = workers;
        turns = new AtomicReferenceArray<>(workers);
    }

    /** How that worker is told; before it serves anybody. */
    public void join(int worker, Turn turn) {
        turns.set(worker, turn);
    }

    /** The line of that service; one that nobody has asked for before is made. */
    public WaitingLine of(long service) {
        WaitingLine line = lines.get(service);
        return line == null ? lines.computeIfAbsent(service, absent -> new WaitingLine(workers)) : line;
    }

    /** Tells that worker. */
    public void offer(int worker, long service, long after) {
        Turn turn = turns.get(worker);
        if (turn != null) {
            turn.offered(service, after);
        }
    }
}

package io.sluice.dataplane.service;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The order of those who wait for a place at one service's servers, first come first served, whichever worker they are
 * with: each client draws a ticket, each worker shows the lowest of its clients. Shared by all workers, without a lock.
 */
public final class WaitingLine {
    /** In place of a ticket: nobody waits with this worker. */
    public static final long NOBODY = Long.MAX_VALUE;
    /** In place of a worker. */
    public static final int NONE = -1;

    /** Longs from one worker's to the next one's: two cache lines, as processors fetch them in pairs. */
    private static final int APART = 16;

    private final int workers;
    private final AtomicLong tickets = new AtomicLong(1);
    private final AtomicLongArray lowest;

    WaitingLine(int workers) {
        this.workers = workers;
        lowest = new AtomicLongArray(workers * APART);
        for (int i = 0; i < workers; i++) {
            lowest.set(i * APART, NOBODY);
        }
    }

    /** A ticket, higher than every one before; that worker's. */
    public long draw(int worker) {
        if (lowest.get(worker * APART) == NOBODY) {
            // a bound of it is shown before it is drawn, or one drawn later might be seen first
            lowest.set(worker * APART, tickets.get());
        }
        return tickets.getAndIncrement();
    }

    /** The lowest ticket of that worker's clients from now on. */
    public void show(int worker, long ticket) {
        lowest.set(worker * APART, ticket);
    }

    /** Whether the client who came first is that worker's. */
    public boolean isFirst(int worker) {
        return between(0, lowest.get(worker * APART), worker) == NONE;
    }

    /** Of all workers but one the one whose lowest ticket is the lowest between these two, or {@link #NONE}. */
    public int between(long after, long before, int except) {
        int found = NONE;
        long least = before;
        for (int i = 0; i < workers; i++) {
            long ticket = lowest.get(i * APART);
            if (i != except && ticket > after && ticket < least) {
                found = i;
                least = ticket;
            }
        }
        return found;
    }
}

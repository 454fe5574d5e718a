package io.sluice.perftests.load;

import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a free slot begins its next operation: at once or after thinking (closed loop), or when an arrival is
 * due (open loop). Owned by one driver thread; allocates nothing once its queues have grown.
 */
final class Pacer {
    /** Something that can carry one operation at a time. */
    interface Slot {
        /** @param intendedNs when the operation should begin: what its latency counts from */
        void begin(long intendedNs);
    }

    private static final long RETRY_AFTER_FAILURE_NS = 20_000_000;
    private static final int MOST_WAITING = 1 << 22;

    private final @Nullable Arrivals arrivals;
    private final long thinkNs;
    private final long lateAfterNs;
    private final Tally tally;
    private final ArrayDeque<Slot> idle = new ArrayDeque<>();
    private final Delayed thinking = new Delayed();
    private final Delayed failed = new Delayed();
    private final Waiting waiting = new Waiting();

    Pacer(@Nullable Arrivals arrivals, long thinkNs, long lateAfterNs, Tally tally) {
        this.arrivals = arrivals;
        this.thinkNs = thinkNs;
        this.lateAfterNs = lateAfterNs;
        this.tally = tally;
    }

    void free(Slot slot, long nowNs) {
        if (arrivals == null) {
            if (thinkNs == 0) {
                slot.begin(nowNs);
            } else {
                thinking.add(slot, nowNs + thinkNs);
            }
        } else if (waiting.size > 0) {
            slot.begin(waiting.poll());
        } else {
            idle.push(slot);
        }
    }

    /** As free, a little later: a target that fails at once must not turn the loop into recursion or a storm. */
    void freeAfterFailure(Slot slot, long nowNs) {
        failed.add(slot, nowNs + RETRY_AFTER_FAILURE_NS);
    }

    /** Begins all that is due; returns when something is due next. */
    long work(long nowNs) {
        long next = Long.MAX_VALUE;
        if (failed.size > 0) {
            for (Slot slot = failed.due(nowNs); slot != null; slot = failed.due(nowNs)) {
                free(slot, nowNs);
            }
            next = failed.nextNs();
        }
        if (arrivals == null) {
            for (Slot slot = thinking.due(nowNs); slot != null; slot = thinking.due(nowNs)) {
                slot.begin(nowNs);
            }
            return Math.min(next, thinking.nextNs());
        }
        for (long intendedNs = arrivals.nextNs(); intendedNs <= nowNs; intendedNs = arrivals.nextNs()) {
            arrive(intendedNs, nowNs);
            arrivals.advance();
        }
        return Math.min(next, arrivals.nextNs());
    }

    private void arrive(long intendedNs, long nowNs) {
        tally.increment(Count.ARRIVALS);
        if (nowNs - intendedNs > lateAfterNs) {
            tally.increment(Count.LATE);
        }
        Slot slot = idle.poll();
        if (slot != null) {
            slot.begin(intendedNs);
        } else if (waiting.size < MOST_WAITING) {
            waiting.add(intendedNs);
            tally.increment(Count.QUEUED);
        } else {
            tally.increment(Count.UNSERVED);
        }
    }

    /** Arrivals that no slot has taken yet: at the end of a run, operations it never finished. */
    int waiting() {
        return waiting.size;
    }

    /** Slots with the time each is due, in order because every delay of one queue is the same. */
    private static final class Delayed {
        private @Nullable Slot[] slots = new Slot[16];
        private long[] dueNs = new long[16];
        private int head;
        private int size;

        void add(Slot slot, long atNs) {
            if (size == slots.length) {
                grow();
            }
            int tail = head + size & slots.length - 1;
            slots[tail] = slot;
            dueNs[tail] = atNs;
            size++;
        }

        @Nullable
        Slot due(long nowNs) {
            if (size == 0 || dueNs[head] > nowNs) {
                return null;
            }
            Slot slot = slots[head];
            slots[head] = null;
            head = head + 1 & slots.length - 1;
            size--;
            return slot;
        }

        long nextNs() {
            return size == 0 ? Long.MAX_VALUE : dueNs[head];
        }

        private void grow() {
            int capacity = slots.length;
            @Nullable
            Slot[] moreSlots = new Slot[capacity * 2];
            long[] moreDue = new long[capacity * 2];
            for (int i = 0; i < size; i++) {
                moreSlots[i] = slots[head + i & capacity - 1];
                moreDue[i] = dueNs[head + i & capacity - 1];
            }
            slots = moreSlots;
            dueNs = moreDue;
            head = 0;
        }
    }

    /** A growing ring of intended times. */
    private static final class Waiting {
        private long[] times = new long[1024];
        private int head;
        private int size;

        void add(long timeNs) {
            if (size == times.length) {
                long[] more = Arrays.copyOfRange(times, head, head + size * 2);
                System.arraycopy(times, 0, more, size - head, head);
                times = more;
                head = 0;
            }
            times[head + size & times.length - 1] = timeNs;
            size++;
        }

        long poll() {
            long time = times[head];
            head = head + 1 & times.length - 1;
            size--;
            return time;
        }
    }
}

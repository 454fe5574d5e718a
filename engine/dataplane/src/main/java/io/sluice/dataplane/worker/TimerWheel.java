package io.sluice.dataplane.worker;

import io.sluice.dataplane.service.FaultKind;
import io.sluice.dataplane.service.FaultScope;
import org.jspecify.annotations.Nullable;

/**
 * A hashed timing wheel of intrusive timers (Varghese and Lauck, 1987, scheme 6): setting, moving and cancelling one is
 * O(1) and allocates nothing. Owned by one worker thread.
 */
public final class TimerWheel {
    private static final int BUCKETS = 1024;

    private final Timer[] buckets = new Timer[BUCKETS];
    private final long tickNs;
    private final long startNs;
    private final Faults faults;
    private long tick;

    /** Something with one deadline; the owner extends it. */
    public abstract static class Timer implements FaultScope {
        private @Nullable Timer previous;
        private @Nullable Timer next;
        private long dueTick;
        private boolean set;

        /** The deadline has passed; the timer is no longer set and may be set again. */
        protected abstract void onTimeout(long nowNs);
    }

    TimerWheel(long tickNs, long nowNs, Faults faults) {
        this.tickNs = tickNs;
        this.faults = faults;
        startNs = nowNs;
        for (int i = 0; i < BUCKETS; i++) {
            buckets[i] = new Head();
        }
    }

    /** Sets the timer, or moves it where it is set already. Fires late by up to two ticks, never early. */
    public void set(Timer timer, long deadlineNs) {
        cancel(timer);
        timer.dueTick = Math.max(tick + 1, (deadlineNs - startNs) / tickNs + 1);
        timer.set = true;
        link(timer, buckets[(int) (timer.dueTick & (BUCKETS - 1))]);
    }

    /** Cancels the timer where it is set. */
    public void cancel(Timer timer) {
        if (timer.set) {
            timer.set = false;
            unlink(timer);
        }
    }

    /** Fires what is due. */
    void advance(long nowNs) {
        long target = (nowNs - startNs) / tickNs;
        // after a long stall every bucket is visited once, not once per missed tick
        long first = Math.max(tick + 1, target - BUCKETS + 1);
        for (long t = first; t <= target; t++) {
            tick = t;
            fire(buckets[(int) (t & (BUCKETS - 1))], target, nowNs);
        }
    }

    private void fire(Timer head, long target, long nowNs) {
        Timer timer = head.next;
        while (timer != null) {
            if (timer.dueTick <= target) {
                cancel(timer);
                fire(timer, nowNs);
                timer = head.next; // the callback may have changed the bucket anywhere
            } else {
                timer = timer.next;
            }
        }
    }

    private void fire(Timer timer, long nowNs) {
        try {
            timer.onTimeout(nowNs);
        } catch (Throwable thrown) {
            faults.contain(FaultKind.TIMER, thrown, timer);
        }
    }

    private static void link(Timer timer, Timer head) {
        timer.previous = head;
        timer.next = head.next;
        if (head.next != null) {
            head.next.previous = timer;
        }
        head.next = timer;
    }

    private static void unlink(Timer timer) {
        Timer before = timer.previous;
        Timer after = timer.next;
        if (before != null) {
            before.next = after;
        }
        if (after != null) {
            after.previous = before;
        }
        timer.previous = null;
        timer.next = null;
    }

    private static final class Head extends Timer {
        @Override
        protected void onTimeout(long nowNs) {
            throw new AssertionError("the head of a bucket is never set");
        }

        @Override
        public void onFault() {
            // nothing happens in here
        }
    }
}

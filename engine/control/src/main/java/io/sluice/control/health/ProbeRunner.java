package io.sluice.control.health;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs each probe on a virtual thread of its own and ends it at its deadline. At most a fixed number runs at a time, so
 * that checks cannot use up the descriptors; the time of one that waits for its turn does not run yet.
 */
final class ProbeRunner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProbeRunner.class);
    private static final long TELL_EVERY_NS = TimeUnit.MINUTES.toNanos(1);

    /** Receives an outcome, on the {@code health} thread. */
    @FunctionalInterface
    interface Receiver {
        void finished(Outcome outcome, long latencyNs);
    }

    private final ScheduledExecutorService health;
    private final Semaphore turns;
    private final ThreadFactory threads = Thread.ofVirtual().name("health-probe-", 0).factory();
    private final Set<Attempt> underWay = ConcurrentHashMap.newKeySet();
    private final AtomicLong brokeToldNs = new AtomicLong(System.nanoTime() - TELL_EVERY_NS);
    private volatile boolean closed;

    ProbeRunner(ScheduledExecutorService health, int atATime) {
        this.health = health;
        turns = new Semaphore(atATime, true);
    }

    void run(Probe probe, long timeoutNs, Receiver receiver) {
        threads.newThread(() -> {
            turns.acquireUninterruptibly();
            try {
                attempt(probe, timeoutNs, receiver);
            } catch (RejectedExecutionException closing) {
                // nobody is left to hear of it
            } finally {
                turns.release();
            }
        }).start();
    }

    private void attempt(Probe probe, long timeoutNs, Receiver receiver) {
        if (closed) {
            return;
        }
        var attempt = new Attempt(timeoutNs);
        Future<?> deadline = health.schedule(attempt::expire, timeoutNs, TimeUnit.NANOSECONDS);
        underWay.add(attempt);
        if (closed) {
            attempt.expire();
        }
        Outcome outcome;
        try {
            outcome = outcome(probe, attempt);
        } finally {
            underWay.remove(attempt);
            deadline.cancel(false);
        }
        long latencyNs = attempt.elapsedNs();
        health.execute(() -> receiver.finished(outcome, latencyNs));
    }

    private Outcome outcome(Probe probe, Attempt attempt) {
        try {
            return probe.run(attempt);
        } catch (SocketTimeoutException late) {
            return attempt.timedOut();
        } catch (IOException failure) {
            return attempt.expired() ? attempt.timedOut() : Words.outcome(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Outcome.unable("interrupted");
        } catch (RuntimeException | Error bug) {
            long nowNs = System.nanoTime();
            long toldNs = brokeToldNs.get();
            if (nowNs - toldNs >= TELL_EVERY_NS && brokeToldNs.compareAndSet(toldNs, nowNs)) {
                LOG.error("{}: the probe itself broke", probe.subject(), bug);
            }
            return Outcome.unable("the probe itself broke: the log has the details");
        }
    }

    /** Ends what is under way; results are no longer delivered. */
    @Override
    public void close() {
        closed = true;
        underWay.forEach(Attempt::expire);
    }
}

package io.sluice.engine.health;

import io.sluice.engine.config.HealthCheck;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks again and again: one probe at a time, from start to start one interval, give or take a tenth. */
final class ActiveCheck extends Check {
    private static final Logger LOG = LoggerFactory.getLogger(ActiveCheck.class);
    private static final double JITTER = 0.1;
    /** Between the starts of two probes however many connections fail, and however short the interval. */
    private static final long SHORTEST_GAP_NS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Probe probe;
    private final HealthCheck.Timing timing;
    private final ProbeRunner runner;
    private final ScheduledExecutorService health;
    private final RiseFall riseFall;
    private final AtomicBoolean urgent = new AtomicBoolean();
    private @Nullable Future<?> timer;
    private boolean running;
    private boolean ended;
    private boolean first = true;
    private long startedNs;
    private Outcome.@Nullable Kind previous;
    private boolean warned;

    /** @param initial what an earlier check knew of the same server, or that nothing is known */
    ActiveCheck(Probe probe, HealthCheck.Timing timing, ProbeRunner runner, ScheduledExecutorService health,
            CheckStatus initial) {
        super(initial);
        this.probe = probe;
        this.timing = timing;
        this.runner = runner;
        this.health = health;
        riseFall = new RiseFall(timing.rise(), timing.fall(), initial.state());
    }

    @Override
    void begin(long delayNs) {
        next(delayNs);
    }

    @Override
    void end() {
        ended = true;
        cancelTimer();
    }

    @Override
    void connectFailed() {
        if (urgent.compareAndSet(false, true)) {
            health.execute(this::hasten);
        }
    }

    /** The probe under way answers the question, else one starts as soon as the gap allows. */
    private void hasten() {
        if (!running && !ended) {
            next(Math.max(0, first ? 0 : startedNs + SHORTEST_GAP_NS - System.nanoTime()));
        }
    }

    private void next(long delayNs) {
        cancelTimer();
        timer = health.schedule(this::start, delayNs, TimeUnit.NANOSECONDS);
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private void start() {
        if (running || ended) {
            return;
        }
        running = true;
        startedNs = System.nanoTime();
        runner.run(probe, timing.timeout().toNanos(), this::finish);
    }

    private void finish(Outcome outcome, long latencyNs) {
        running = false;
        urgent.set(false);
        if (ended) {
            return;
        }
        boolean changed = riseFall.changedBy(outcome.kind());
        CheckStatus old = status();
        Instant now = Instant.now();
        String detail = probe.subject() + ": " + outcome.detail();
        publish(new CheckStatus(riseFall.state(), now, outcome.kind() == Outcome.Kind.PASSED, detail, latencyNs,
                outcome.kind() == previous ? old.streak() + 1 : 1, changed ? now : old.changed()));
        previous = outcome.kind();
        warnOnce(outcome, detail);
        next(Math.max(SHORTEST_GAP_NS / 20, startedNs + interval() - System.nanoTime()));
    }

    /** A server that stays up unasked is no change that anyone is told of, but somebody must know. */
    private void warnOnce(Outcome outcome, String detail) {
        boolean unasked = outcome.kind() == Outcome.Kind.UNABLE && riseFall.state() == HealthState.UP;
        if (unasked && !warned) {
            LOG.warn("a check could not be run, so its server stays up unchecked: {}", detail);
        }
        warned = unasked;
    }

    /** The first is shortened at random, so that checks begun together do not stay together. */
    private long interval() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        double share = first ? random.nextDouble(0.5, 1) : random.nextDouble(1 - JITTER, 1 + JITTER);
        first = false;
        return (long) (timing.interval().toNanos() * share);
    }
}

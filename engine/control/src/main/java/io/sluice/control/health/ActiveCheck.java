package io.sluice.control.health;

import io.sluice.control.api.ServerHealth;
import io.sluice.control.config.model.HealthCheck;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks again and again: one probe at a time, from start to start one interval, give or take a tenth. The health thread.
 */
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
    private final Set<String> reasonsWarnedOf;
    private final AtomicBoolean urgent = new AtomicBoolean();
    private @Nullable Future<?> timer;
    private boolean running;
    private boolean ended;
    private boolean first = true;
    private long startedNs;
    private Outcome.@Nullable Kind previous;
    private @Nullable String warned;

    /**
     * @param reasonsWarnedOf why checks cannot be run at present, as far as the log knows; shared by all checks
     * @param initial what an earlier check knew of the same server, or that nothing is known
     */
    ActiveCheck(Probe probe, HealthCheck.Timing timing, ProbeRunner runner, ScheduledExecutorService health,
            Set<String> reasonsWarnedOf, CheckStatus initial) {
        super(initial);
        this.probe = probe;
        this.timing = timing;
        this.runner = runner;
        this.health = health;
        this.reasonsWarnedOf = reasonsWarnedOf;
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
        forgetWarning();
    }

    @Override
    void connectFailed() {
        probe.onRefusal();
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

    private void finish(Outcome found, long latencyNs) {
        running = false;
        urgent.set(false);
        if (ended) {
            return;
        }
        CheckStatus old = status();
        AgentReport agent = agent(old.agent(), found.said());
        Outcome outcome = agent == null ? found : found.after(agent);
        boolean changed = outcome.certain()
                ? riseFall.settledBy(outcome.kind())
                : riseFall.changedBy(outcome.kind());
        Instant now = Instant.now();
        String detail = probe.subject() + ": " + outcome.detail();
        publish(new CheckStatus(riseFall.state(), now, outcome.kind() == Outcome.Kind.PASSED, detail, latencyNs,
                outcome.kind() == previous ? old.streak() + 1 : 1, changed ? now : old.changed(), agent));
        previous = outcome.kind();
        warnOnce(outcome, detail);
        long intervalNs = interval();
        next(riseFall.undecided() || isConfirming(outcome.kind())
                ? Math.min(SHORTEST_GAP_NS, intervalNs)
                : Math.max(SHORTEST_GAP_NS / 20, startedNs + intervalNs - System.nanoTime()));
    }

    private static @Nullable AgentReport agent(@Nullable AgentReport before, @Nullable AgentWords said) {
        return said == null ? before : (before == null ? AgentReport.NONE : before).with(said);
    }

    private boolean isConfirming(Outcome.Kind outcome) {
        return outcome == Outcome.Kind.FAILED && riseFall.state() == ServerHealth.UP && probe.isUrgent();
    }

    /** Not being able to ask is no change that a listener is told of, but somebody must know; one line per reason. */
    private void warnOnce(Outcome outcome, String detail) {
        if (outcome.kind() != Outcome.Kind.UNABLE) {
            forgetWarning();
        } else if (reasonsWarnedOf.add(outcome.detail())) {
            warned = outcome.detail();
            LOG.warn("a check cannot be run, so its server stays {}; others with the same reason are not listed: {}",
                    riseFall.state().word(), detail);
        }
    }

    private void forgetWarning() {
        if (warned != null) {
            reasonsWarnedOf.remove(warned);
            warned = null;
        }
    }

    /** The first is shortened at random, so that checks begun together do not stay together. */
    private long interval() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        double share = first ? random.nextDouble(0.5, 1) : random.nextDouble(1 - JITTER, 1 + JITTER);
        first = false;
        return (long) (timing.interval().toNanos() * share);
    }
}

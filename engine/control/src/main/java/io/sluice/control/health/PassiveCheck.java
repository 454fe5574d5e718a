package io.sluice.control.health;

import io.sluice.control.api.ServerHealth;
import io.sluice.control.config.model.HealthCheck;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks nothing ({@code type: none}): a server is up until {@code fall} connections to it failed within ten seconds, and
 * gets another trial after ten more. The same figure as nginx's fail_timeout. The health
 * thread.
 */
final class PassiveCheck extends Check {
    static final Duration WINDOW = Duration.ofSeconds(10);

    private final int fall;
    private final long windowNs;
    private final ScheduledExecutorService health;
    private int failures;
    private long firstFailureNs;
    private @Nullable Future<?> trial;

    PassiveCheck(HealthCheck.Timing timing, Duration window, ScheduledExecutorService health) {
        super(new CheckStatus(ServerHealth.UP, null, true, "not checked (type: none)", 0, 0, Instant.now(),
                null));
        fall = timing.fall();
        windowNs = window.toNanos();
        this.health = health;
    }

    @Override
    void begin(long delayNs) {
        // nothing to ask
    }

    @Override
    void end() {
        if (trial != null) {
            trial.cancel(false);
        }
    }

    @Override
    void connectFailed() {
        if (status().state() == ServerHealth.UP) {
            health.execute(this::count);
        }
    }

    private void count() {
        if (status().state() != ServerHealth.UP) {
            return;
        }
        long now = System.nanoTime();
        if (failures == 0 || now - firstFailureNs > windowNs) {
            failures = 0;
            firstFailureNs = now;
        }
        if (++failures >= fall) {
            become(ServerHealth.DOWN, failures + " connections failed within " + Words.duration(windowNs)
                    + " (type: none): next trial in " + Words.duration(windowNs));
            trial = health.schedule(this::tryAgain, windowNs, TimeUnit.NANOSECONDS);
        }
    }

    private void tryAgain() {
        failures = 0;
        become(ServerHealth.UP, "on trial again after failed connections (type: none)");
    }

    private void become(ServerHealth state, String detail) {
        Instant now = Instant.now();
        publish(new CheckStatus(state, now, state == ServerHealth.UP, detail, 0, 1, now, null));
    }
}

package io.sluice.program.systemd;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd that the daemon lives, as long as it does: a thread of its own asks whether every worker makes progress
 * and stays silent when one does not, so that systemd restarts a daemon whose threads hang (WatchdogSec=).
 */
public final class Watchdog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

    private final ServiceNotifier notifier;
    private final BooleanSupplier progress;
    private final ScheduledExecutorService thread;
    private boolean silent;

    private Watchdog(ServiceNotifier notifier, BooleanSupplier progress) {
        this.notifier = notifier;
        this.progress = progress;
        thread = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("watchdog").daemon().factory());
    }

    /** How often systemd wants to hear from this process; empty where it does not. */
    public static Optional<Duration> interval(Map<String, String> environment, long pid) {
        String micros = environment.getOrDefault("WATCHDOG_USEC", "");
        String wanted = environment.getOrDefault("WATCHDOG_PID", Long.toString(pid));
        return micros.matches("[1-9]\\d{0,17}") && wanted.equals(Long.toString(pid))
                ? Optional.of(Duration.of(Long.parseLong(micros), java.time.temporal.ChronoUnit.MICROS))
                : Optional.empty();
    }

    /**
     * Starts to feed, four times in each interval.
     *
     * @param progress whether every worker has done a duty cycle since it was asked last; must not block
     */
    public static Watchdog start(ServiceNotifier notifier, Duration interval, BooleanSupplier progress) {
        Watchdog watchdog = new Watchdog(notifier, progress);
        long periodNs = Math.max(1_000_000, interval.toNanos() / 4);
        watchdog.thread.scheduleAtFixedRate(watchdog::feed, 0, periodNs, TimeUnit.NANOSECONDS);
        return watchdog;
    }

    private void feed() {
        boolean alive;
        try {
            alive = progress.getAsBoolean();
        } catch (RuntimeException broken) {
            LOG.error("the watchdog cannot see whether workers make progress", broken);
            alive = false;
        }
        if (alive) {
            notifier.alive();
        } else if (!silent) {
            LOG.error(
                    "a worker makes no progress; the watchdog falls silent and the service manager will restart Sluice");
        }
        silent = !alive;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}

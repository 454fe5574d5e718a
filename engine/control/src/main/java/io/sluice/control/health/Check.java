package io.sluice.control.health;

import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of one server by one way of asking; targets that ask the same share it. Owned by the {@code health}
 * thread, except that any thread may read the status and report a connect failure.
 */
abstract sealed class Check permits ActiveCheck, PassiveCheck {
    private static final Logger LOG = LoggerFactory.getLogger(Check.class);

    private final Set<Watched> watchers = new LinkedHashSet<>();
    private volatile CheckStatus status;

    Check(CheckStatus initial) {
        status = initial;
    }

    /** Starts asking after this time. */
    abstract void begin(long delayNs);

    /** Stops asking. */
    abstract void end();

    /** The data plane could not connect; any thread, as often as it happens. */
    abstract void connectFailed();

    final CheckStatus status() {
        return status;
    }

    /** Adds a target and tells it what is already known. */
    final void join(Watched watched) {
        watchers.add(watched);
        tell(watched, status);
    }

    /** Removes a target; says whether it was the last. */
    final boolean leave(Watched watched) {
        watchers.remove(watched);
        return watchers.isEmpty();
    }

    final void publish(CheckStatus next) {
        boolean changed = next.state() != status.state() || !Objects.equals(next.agent(), status.agent());
        status = next;
        if (changed) {
            watchers.forEach(watched -> tell(watched, next));
        }
    }

    private static void tell(Watched watched, CheckStatus status) {
        try {
            watched.tellAgent(status.agent());
            watched.tell(status.state(), status.detail(), status.latencyNs(), status.changed());
        } catch (RuntimeException broken) {
            LOG.error("{}: the listener failed on a change to {}", watched.target().name(), status.state().word(),
                    broken);
        }
    }
}

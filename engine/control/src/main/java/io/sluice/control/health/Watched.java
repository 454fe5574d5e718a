package io.sluice.control.health;

import io.sluice.control.api.ServerHealth;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A target, the check that speaks for it, and its latest changes. Written by the {@code health} thread, read by any.
 */
final class Watched {
    /** Enough for a page of the UI; events are kept elsewhere. */
    static final int REMEMBERED_CHANGES = 16;

    /** The state the listener knows. */
    private ServerHealth told;
    /** What the listener knows from the agent. */
    private AgentReport toldOfAgent = AgentReport.NONE;
    private final HealthListener listener;
    private volatile CheckTarget target;
    private volatile Check check;
    private volatile List<StateChange> changes = List.of();

    Watched(CheckTarget target, Check check, HealthListener listener) {
        this.target = target;
        this.check = check;
        this.listener = listener;
        told = ServerHealth.CHECKING;
    }

    CheckTarget target() {
        return target;
    }

    Check check() {
        return check;
    }

    /** Latest first. */
    List<StateChange> changes() {
        return changes;
    }

    /** From now on this check speaks for the target. */
    void move(CheckTarget newTarget, Check newCheck) {
        target = newTarget;
        check = newCheck;
    }

    /** Tells the listener what the agent has said, unless it knows; null: nothing. */
    void tellAgent(@Nullable AgentReport report) {
        AgentReport now = report == null ? AgentReport.NONE : report;
        if (!now.equals(toldOfAgent)) {
            toldOfAgent = now;
            listener.agentSaid(target, now);
        }
    }

    /** Tells the listener unless it knows. */
    void tell(ServerHealth state, String detail, long latencyNs, Instant at) {
        if (state == told) {
            return;
        }
        var change = new StateChange(target, told, state, detail, latencyNs, at);
        told = state;
        changes = Stream.concat(Stream.of(change), changes.stream()).limit(REMEMBERED_CHANGES).toList();
        listener.changed(change);
    }
}

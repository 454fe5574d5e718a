package io.sluice.control.health;

import io.sluice.control.api.ServerHealth;

/**
 * Turns outcomes into a state. The first success takes a server up; a first failure is confirmed by a second, as it may
 * be due to a cold start of this process or to one lost packet. After that {@code fall} failures in a row take a
 * server down and {@code rise} successes in a row take it up. A probe that could not be run says nothing: what is up
 * stays up, what is unknown stays unknown. What the server says of itself is believed at once. Owned by the
 * {@code health} thread.
 */
final class RiseFall {
    /** Failures in a row that take a server down of which nothing was known. */
    private static final int FIRST_FAILURES = 2;

    private final int rise;
    private final int fall;
    private ServerHealth state;
    /** Outcomes in a row that speak against the state. */
    private int against;

    RiseFall(int rise, int fall, ServerHealth state) {
        this.rise = rise;
        this.fall = fall;
        this.state = state;
    }

    ServerHealth state() {
        return state;
    }

    /** Whether the next outcome should not have to wait for an interval. */
    boolean undecided() {
        return state == ServerHealth.CHECKING && against > 0;
    }

    /** Takes an outcome in that needs no confirmation; says whether the state changed. */
    boolean settledBy(Outcome.Kind outcome) {
        ServerHealth before = state;
        state = outcome == Outcome.Kind.PASSED ? ServerHealth.UP : ServerHealth.DOWN;
        against = 0;
        return state != before;
    }

    /** Takes an outcome in; says whether the state changed. */
    boolean changedBy(Outcome.Kind outcome) {
        ServerHealth before = state;
        switch (before) {
            case CHECKING -> {
                if (outcome == Outcome.Kind.PASSED) {
                    state = ServerHealth.UP;
                } else if (outcome == Outcome.Kind.FAILED && ++against >= Math.min(fall, FIRST_FAILURES)) {
                    state = ServerHealth.DOWN;
                }
            }
            case UP -> {
                if (outcome == Outcome.Kind.PASSED) {
                    against = 0;
                } else if (outcome == Outcome.Kind.FAILED && ++against >= fall) {
                    state = ServerHealth.DOWN;
                }
            }
            case DOWN -> {
                if (outcome != Outcome.Kind.PASSED) {
                    against = 0;
                } else if (++against >= rise) {
                    state = ServerHealth.UP;
                }
            }
        }
        if (state != before) {
            against = 0;
        }
        return state != before;
    }
}

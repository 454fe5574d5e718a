package io.sluice.engine.health;

/**
 * Turns outcomes into a state. The first one decides either way; after that {@code fall} failures in a row take a
 * server down and {@code rise} successes in a row take it up. A probe that could not be run takes nothing down that is
 * up. Owned by the {@code health} thread.
 */
final class RiseFall {
    private final int rise;
    private final int fall;
    private HealthState state;
    /** Outcomes in a row that speak against the state. */
    private int against;

    RiseFall(int rise, int fall, HealthState state) {
        this.rise = rise;
        this.fall = fall;
        this.state = state;
    }

    HealthState state() {
        return state;
    }

    /** Takes an outcome in; says whether the state changed. */
    boolean changedBy(Outcome.Kind outcome) {
        HealthState before = state;
        switch (before) {
            case CHECKING -> state = outcome == Outcome.Kind.PASSED ? HealthState.UP : HealthState.DOWN;
            case UP -> {
                if (outcome == Outcome.Kind.PASSED) {
                    against = 0;
                } else if (outcome == Outcome.Kind.FAILED && ++against >= fall) {
                    state = HealthState.DOWN;
                }
            }
            case DOWN -> {
                if (outcome != Outcome.Kind.PASSED) {
                    against = 0;
                } else if (++against >= rise) {
                    state = HealthState.UP;
                }
            }
        }
        if (state != before) {
            against = 0;
        }
        return state != before;
    }
}

package io.sluice.control.health;

import java.util.Locale;

/** What the checks say of a real server. */
public enum HealthState {
    /** No check has finished yet, or none could be run: nothing is known. */
    CHECKING, UP, DOWN;

    /** As status and configuration spell it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package io.sluice.control.config.model;

/** What happens to established connections and sessions when their real server goes down. */
public enum OnServerDown implements Word {
    /** Closed at once (TCP: reset; UDP: moved to another server). */
    RESET,
    /** Left alone until an end closes or a timeout fires. */
    KEEP
}

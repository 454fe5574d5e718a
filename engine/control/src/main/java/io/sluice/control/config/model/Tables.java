package io.sluice.control.config.model;

/**
 * The off-heap tables.
 *
 * @param connections tracked connections and sessions that they hold
 * @param affinity clients that they remember
 * @param durableCopy whether a copy is kept that outlives the loss of the tables
 */
public record Tables(int connections, int affinity, boolean durableCopy) {
    public static final Tables STANDARD = new Tables(1_000_000, 1_000_000, false);
}

package io.sluice.control.config.model;

/** How many entries the off-heap tables hold. */
public record Tables(int connections, int affinity) {
    public static final Tables STANDARD = new Tables(1_000_000, 1_000_000);
}

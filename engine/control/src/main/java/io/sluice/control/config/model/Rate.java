package io.sluice.control.config.model;

import java.time.Duration;

/** So many events in a period: {@code 100/s}. */
public record Rate(int count, Duration per) {
    public double perSecond() {
        return count * 1e9 / per.toNanos();
    }
}

package io.sluice.control.config.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How far clients may wait for a place while all servers are at their maximum.
 *
 * @param length how many may wait at a time; 0: no limit
 * @param timeout how long each may; null: as long as a connect may take
 */
public record QueueLimits(int length, @Nullable Duration timeout) {
    public static final QueueLimits STANDARD = new QueueLimits(0, null);
}

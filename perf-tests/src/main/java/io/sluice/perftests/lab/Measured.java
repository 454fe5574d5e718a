package io.sluice.perftests.lab;

import io.sluice.perftests.load.LoadOutcome;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one trial found. {@code trouble} is empty where its figures can be believed. */
public record Measured(Map<Metric, Double> values, @Nullable LoadOutcome outcome, String trouble) {
    public Measured {
        values = Map.copyOf(values);
    }
}

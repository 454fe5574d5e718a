package io.sluice.perftests.load;

import java.time.Instant;
import java.util.List;

/**
 * What a run measured. {@code measuredFromNs} is when the measured time began, on System.nanoTime's scale;
 * {@code unfinished} counts operations that were due or under way at the end.
 */
public record LoadOutcome(LoadPlan plan, Instant started, long measuredFromNs, Interval total, List<Interval> steps,
        List<Interval> series, int unfinished, Judgement judgement) {
    public LoadOutcome {
        steps = List.copyOf(steps);
        series = List.copyOf(series);
    }

    public boolean valid() {
        return judgement.believable();
    }
}

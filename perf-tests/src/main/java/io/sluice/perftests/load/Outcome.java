package io.sluice.perftests.load;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What a run measured. {@code measuredFromNs} is when the measured time began, on System.nanoTime's scale. {@code invalidBecause} is empty where the figures can be believed; otherwise it says, in words, what
 * disturbed the measurement.
 */
public record Outcome(Plan plan, Instant started, long measuredFromNs, Interval total, List<Interval> steps,
        List<Interval> series,
        int unfinished,
        List<String> invalidBecause) {
    private static final double MOST_WITHOUT_MEANS = 0.001;

    public Outcome {
        steps = List.copyOf(steps);
        series = List.copyOf(series);
        invalidBecause = List.copyOf(invalidBecause);
    }

    public boolean valid() {
        return invalidBecause.isEmpty();
    }

    /** The share of arrivals the generator itself noticed too late; 0 in a closed loop. */
    static double lateShare(Interval total) {
        long arrivals = total.count(Count.OPERATIONS) + total.failures();
        return (double) total.count(Count.LATE) / Math.max(1, arrivals);
    }

    /** @param withoutMeans what could not be done, from the first connection on, because this host had no means for it */
    static List<String> judge(Plan plan, Interval total, long withoutMeans) {
        List<String> reasons = new ArrayList<>();
        double late = lateShare(total);
        if (late > plan.lateLimit()) {
            reasons.add(String.format(
                    "the generator sent %.2f %% of its operations more than %s late (limit %.2f %%): give it a core of its own, --threads, or a lower --rate",
                    late * 100, io.sluice.perftests.Units.duration(plan.lateAfterNs()), plan.lateLimit() * 100));
        }
        if (total.count(Count.DROPPED) > 0) {
            reasons.add(total.count(Count.DROPPED)
                    + " arrivals were thrown away because the queue of waiting ones, or the socket's buffer, was full");
        }
        if (withoutMeans > MOST_WITHOUT_MEANS * Math.max(plan.connections().max(), total.count(Count.OPERATIONS))) {
            reasons.add("the generator's host could not make " + withoutMeans
                    + " connections or sends: it had no descriptor (ulimit -n), no source port (--source with more addresses) or no memory left");
        }
        if (plan.mode() != Mode.IDLE && total.count(Count.OPERATIONS) == 0 && total.count(Count.BYTES_RECEIVED) == 0) {
            reasons.add("no operation finished in the measured time");
        }
        return reasons;
    }
}

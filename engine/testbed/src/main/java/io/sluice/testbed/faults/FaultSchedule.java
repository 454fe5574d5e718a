package io.sluice.testbed.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/** Which faults begin when, and for how long; the same seed and duration give the same. Immutable. */
public record FaultSchedule(long seed, Duration duration, List<Step> steps) {
    private static final long SHORTEST_MS = 500;
    private static final long LONGEST_MS = 3_000;
    private static final long BEFORE_MS = 1_000;
    private static final int SECONDS_PER_FAULT = 2;

    /** @param variant what else there is to choose, a server say */
    public record Step(Fault fault, long beginsMs, long lastsMs, int variant) {
    }

    /** Every fault comes as often as any other, give or take one. */
    public static FaultSchedule of(long seed, Duration duration) {
        Random random = new Random(seed);
        List<Fault> left = new ArrayList<>();
        List<Step> steps = new ArrayList<>();
        long latestMs = duration.toMillis() - LONGEST_MS;
        for (int i = 0; i < duration.toSeconds() / SECONDS_PER_FAULT; i++) {
            if (left.isEmpty()) {
                left.addAll(Arrays.asList(Fault.values()));
            }
            Fault fault = left.remove(random.nextInt(left.size()));
            steps.add(new Step(fault, random.nextLong(BEFORE_MS, latestMs), random.nextLong(SHORTEST_MS, LONGEST_MS),
                    random.nextInt(1 << 16)));
        }
        steps.sort(Comparator.comparingLong(Step::beginsMs));
        return new FaultSchedule(seed, duration, List.copyOf(steps));
    }

    List<Step> of(Fault.Lane lane) {
        return steps.stream().filter(step -> step.fault().lane() == lane).toList();
    }

    @Override
    public String toString() {
        return "seed " + seed + ", " + duration.toSeconds() + " s: " + steps.stream()
                .map(step -> "%s at %.1f s for %.1f s (%d)".formatted(step.fault(), step.beginsMs() / 1e3,
                        step.lastsMs() / 1e3, step.variant()))
                .collect(Collectors.joining(", "));
    }
}

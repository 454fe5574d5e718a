package io.sluice.perftests.load;

import java.util.ArrayList;
import java.util.List;

/**
 * How a quantity (arrivals per second, or connections) develops over a run: a constant (`5000`), a ramp (`1000..5000`)
 * or steps (`1000,2000,4000`, each an equal share of the run). Immutable.
 */
public record RateProfile(List<Step> steps) {
    /** One stretch of the run, as long as every other: linear from {@code from} to {@code to}. */
    public record Step(double from, double to) {
        double at(double share) {
            return from + (to - from) * share;
        }

        @Override
        public String toString() {
            return from == to ? number(from) : number(from) + ".." + number(to);
        }
    }

    public RateProfile {
        steps = List.copyOf(steps);
        if (steps.isEmpty()) {
            throw new IllegalArgumentException("a profile needs at least one step");
        }
    }

    public static RateProfile constant(double value) {
        return new RateProfile(List.of(new Step(value, value)));
    }

    public static RateProfile parse(String text) {
        List<Step> steps = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            String[] ends = part.split("\\.\\.", -1);
            if (ends.length > 2) {
                throw wrong(text);
            }
            double from = positive(ends[0], text);
            steps.add(new Step(from, ends.length == 2 ? positive(ends[1], text) : from));
        }
        return new RateProfile(steps);
    }

    /** The value at this share (0..1) of the run. */
    public double at(double share) {
        double position = Math.clamp(share, 0, 1) * steps.size();
        int index = Math.min((int) position, steps.size() - 1);
        return steps.get(index).at(position - index);
    }

    public double first() {
        return steps.getFirst().from();
    }

    public double max() {
        return steps.stream().mapToDouble(step -> Math.max(step.from(), step.to())).max().orElseThrow();
    }

    private static double positive(String number, String whole) {
        try {
            double value = Double.parseDouble(number.trim());
            if (value > 0 && Double.isFinite(value)) {
                return value;
            }
        } catch (NumberFormatException e) {
            // said below, with what is allowed
        }
        throw wrong(whole);
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException("'" + text
                + "' is not a profile: a positive number (5000), a ramp (1000..5000) or steps (1000,2000,4000)");
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    @Override
    public String toString() {
        return String.join(",", steps.stream().map(Step::toString).toList());
    }
}

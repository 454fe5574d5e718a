package io.sluice.control.config.model;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A set of ports: ascending ranges that neither overlap nor touch. */
public record PortSet(List<IntRange> ranges) {
    public static final int HIGHEST = 65_535;
    /** Every port, 0 included: what a cluster's default port rule covers. */
    public static final PortSet ALL = new PortSet(List.of(new IntRange(0, HIGHEST)));

    public PortSet {
        ranges = merged(ranges);
    }

    public static PortSet of(int port) {
        return new PortSet(List.of(new IntRange(port, port)));
    }

    public boolean contains(int port) {
        for (IntRange range : ranges) {
            if (range.contains(port)) {
                return true;
            }
        }
        return false;
    }

    public boolean overlaps(PortSet other) {
        return !intersection(other).isEmpty();
    }

    public PortSet intersection(PortSet other) {
        var common = new ArrayList<IntRange>();
        for (IntRange mine : ranges) {
            for (IntRange its : other.ranges) {
                if (mine.overlaps(its)) {
                    common.add(new IntRange(Math.max(mine.low(), its.low()), Math.min(mine.high(), its.high())));
                }
            }
        }
        return new PortSet(common);
    }

    /** What is in this set and not in the other. */
    public PortSet minus(PortSet other) {
        var rest = new ArrayList<>(ranges);
        for (IntRange gone : other.ranges) {
            for (int i = rest.size() - 1; i >= 0; i--) {
                IntRange range = rest.get(i);
                if (range.overlaps(gone)) {
                    rest.remove(i);
                    if (range.high() > gone.high()) {
                        rest.add(i, new IntRange(gone.high() + 1, range.high()));
                    }
                    if (range.low() < gone.low()) {
                        rest.add(i, new IntRange(range.low(), gone.low() - 1));
                    }
                }
            }
        }
        return new PortSet(rest);
    }

    public PortSet union(PortSet other) {
        return new PortSet(Stream.concat(ranges.stream(), other.ranges.stream()).toList());
    }

    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    /** Lowest port; the set must not be empty. */
    public int first() {
        return ranges.getFirst().low();
    }

    /** Number of ports. */
    public int size() {
        return ranges.stream().mapToInt(range -> range.high() - range.low() + 1).sum();
    }

    /** Every port, ascending. */
    public IntStream stream() {
        return ranges.stream().flatMapToInt(range -> IntStream.rangeClosed(range.low(), range.high()));
    }

    /** {@code 80} or {@code 80,443,8000-8010}. */
    @Override
    public String toString() {
        return ranges.stream().map(IntRange::toString).collect(Collectors.joining(","));
    }

    private static List<IntRange> merged(List<IntRange> ranges) {
        if (ranges.size() < 2) {
            return List.copyOf(ranges);
        }
        var merged = new ArrayList<IntRange>();
        for (IntRange range : ranges.stream().sorted().toList()) {
            if (!merged.isEmpty() && range.low() <= merged.getLast().high() + 1) {
                IntRange last = merged.removeLast();
                merged.add(new IntRange(last.low(), Math.max(last.high(), range.high())));
            } else {
                merged.add(range);
            }
        }
        return List.copyOf(merged);
    }
}

package io.sluice.engine.config;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

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
        return !intersection(other).ranges.isEmpty();
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

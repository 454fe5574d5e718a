package io.sluice.control.config.model;

/** Whole numbers from low to high, both included. */
public record IntRange(int low, int high) implements Comparable<IntRange> {
    public IntRange {
        if (low > high) {
            throw new IllegalArgumentException("range " + low + "-" + high + " runs backwards");
        }
    }

    public boolean contains(int value) {
        return low <= value && value <= high;
    }

    public boolean overlaps(IntRange other) {
        return low <= other.high && other.low <= high;
    }

    @Override
    public int compareTo(IntRange other) {
        return low != other.low ? Integer.compare(low, other.low) : Integer.compare(high, other.high);
    }

    /** {@code 80} or {@code 8000-8010}, as the file writes it. */
    @Override
    public String toString() {
        return low == high ? Integer.toString(low) : low + "-" + high;
    }
}

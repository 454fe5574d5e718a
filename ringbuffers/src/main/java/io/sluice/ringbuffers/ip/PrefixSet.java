package io.sluice.ringbuffers.ip;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A set of networks that answers on the data path: no object is made, and the time grows with the logarithm of their
 * number. Immutable, any thread.
 *
 * <p>The networks of each family become ranges, merged where they touch, in ascending order: an address is in the set
 * if it is in the last range that begins at or before it.
 */
public final class PrefixSet {
    public static final PrefixSet NONE = of(List.of());

    private final Ranges v4;
    private final Ranges v6;

    private PrefixSet(Ranges v4, Ranges v6) {
        this.v4 = v4;
        this.v6 = v6;
    }

    /** The addresses of all these networks. */
    public static PrefixSet of(Collection<Prefix> prefixes) {
        return new PrefixSet(Ranges.of(prefixes.stream().filter(prefix -> prefix.address().isV4()).toList()),
                Ranges.of(prefixes.stream().filter(prefix -> !prefix.address().isV4()).toList()));
    }

    public static PrefixSet of(Prefix... prefixes) {
        return of(List.of(prefixes));
    }

    public boolean isEmpty() {
        return v4.count == 0 && v6.count == 0;
    }

    /** Whether the address is in one of the networks. */
    public boolean contains(long high, long low) {
        return (Ip.isV4(high, low) ? v4 : v6).contains(high, low);
    }

    /** Whether both hold the same addresses. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PrefixSet set && set.v4.bounds.equals(v4.bounds) && set.v6.bounds.equals(v6.bounds);
    }

    @Override
    public int hashCode() {
        return v4.bounds.hashCode() * 31 + v6.bounds.hashCode();
    }

    /** Its ranges: {@code 10.0.0.0-10.0.1.255, fd00::1-fd00::1}. */
    @Override
    public String toString() {
        return Stream.of(v4, v6).flatMap(ranges -> ranges.bounds.stream()).map(Bounds::toString)
                .collect(Collectors.joining(", "));
    }

    /**
     * First and last address of a range. Not an {@link IpRange}: the last address of {@code ::/80} is an IPv4-mapped
     * one.
     */
    private record Bounds(Ip first, Ip last) {
        static Bounds of(Prefix prefix) {
            Ip first = prefix.address();
            int bits = prefix.bits128();
            return new Bounds(first,
                    new Ip(first.high() | ~Prefix.maskHigh(bits), first.low() | ~Prefix.maskLow(bits)));
        }

        /** Whether nothing lies between this and a later range. */
        boolean reaches(Bounds later) {
            long nextLow = last.low() + 1;
            long nextHigh = last.high() + (nextLow == 0 ? 1 : 0);
            boolean atTheEnd = nextLow == 0 && nextHigh == 0;
            return atTheEnd || Ip.compare(later.first.high(), later.first.low(), nextHigh, nextLow) <= 0;
        }

        Bounds with(Bounds later) {
            return last.compareTo(later.last) > 0 ? this : new Bounds(first, later.last);
        }

        @Override
        public String toString() {
            return first + "-" + last;
        }
    }

    /** Disjoint ranges of one family, ascending; as arrays for the search. */
    private static final class Ranges {
        final List<Bounds> bounds;
        final int count;
        private final long[] firstHighs;
        private final long[] firstLows;
        private final long[] lastHighs;
        private final long[] lastLows;

        private Ranges(List<Bounds> bounds) {
            this.bounds = bounds;
            count = bounds.size();
            firstHighs = bounds.stream().mapToLong(range -> range.first.high()).toArray();
            firstLows = bounds.stream().mapToLong(range -> range.first.low()).toArray();
            lastHighs = bounds.stream().mapToLong(range -> range.last.high()).toArray();
            lastLows = bounds.stream().mapToLong(range -> range.last.low()).toArray();
        }

        static Ranges of(List<Prefix> prefixes) {
            List<Bounds> merged = new ArrayList<>();
            for (Bounds range : prefixes.stream().map(Bounds::of).sorted(Comparator.comparing(Bounds::first))
                    .toList()) {
                if (!merged.isEmpty() && merged.getLast().reaches(range)) {
                    merged.add(merged.removeLast().with(range));
                } else {
                    merged.add(range);
                }
            }
            return new Ranges(List.copyOf(merged));
        }

        boolean contains(long high, long low) {
            int from = 0;
            int to = count;
            while (from < to) { // the first range that begins behind the address
                int middle = (from + to) >>> 1;
                if (Ip.compare(firstHighs[middle], firstLows[middle], high, low) <= 0) {
                    from = middle + 1;
                } else {
                    to = middle;
                }
            }
            return from > 0 && Ip.compare(high, low, lastHighs[from - 1], lastLows[from - 1]) <= 0;
        }
    }
}

package io.sluice.ringbuffers.ip;

import java.util.stream.LongStream;
import java.util.stream.Stream;

/** IP addresses of one family from first to last, both included; immutable, any thread. */
public record IpRange(Ip first, Ip last) {
    /** @throws IllegalArgumentException for two families, or a range that runs backwards */
    public IpRange {
        if (!first.sameFamily(last)) {
            throw new IllegalArgumentException("a range holds addresses of one family");
        }
        if (first.compareTo(last) > 0) {
            throw new IllegalArgumentException("the range runs backwards");
        }
    }

    /** How many addresses; {@link Long#MAX_VALUE} where there are more. */
    public long size() {
        boolean borrows = Long.compareUnsigned(last.low(), first.low()) < 0;
        long high = last.high() - first.high() - (borrows ? 1 : 0);
        long low = last.low() - first.low();
        return high != 0 || low < 0 || low == Long.MAX_VALUE ? Long.MAX_VALUE : low + 1;
    }

    /** Every address, ascending. */
    public Stream<Ip> addresses() {
        return LongStream.range(0, size()).mapToObj(first::plus);
    }

    public boolean overlaps(IpRange other) {
        return first.sameFamily(other.first) && first.compareTo(other.last) <= 0 && other.first.compareTo(last) <= 0;
    }

    /** {@code 10.0.0.5} or {@code 10.0.0.6-10.0.0.9}. */
    @Override
    public String toString() {
        return first.equals(last) ? first.toString() : first + "-" + last;
    }
}

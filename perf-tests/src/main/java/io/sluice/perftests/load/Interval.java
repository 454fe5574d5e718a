package io.sluice.perftests.load;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/**
 * What happened in one stretch of a run, all threads together: an interval of the series, or the whole measured time.
 * Written by the reporter only.
 */
public final class Interval {
    public final double fromSeconds;
    public double seconds;
    public final long[] counts = new long[Count.values().length];
    public final Histogram latency = Tally.emptyHistogram();
    public final Histogram service = Tally.emptyHistogram();
    public final Histogram connect = Tally.emptyHistogram();
    public int connections;
    /** What the profile asked for in this stretch; 0 in a closed loop. */
    public double offeredPerSecond;

    Interval(double fromSeconds) {
        this.fromSeconds = fromSeconds;
    }

    public long count(Count count) {
        return counts[count.ordinal()];
    }

    public long failures() {
        long failures = 0;
        for (Count count : Count.values()) {
            failures += count.failure ? count(count) : 0;
        }
        return failures;
    }

    /** Like `12 refused, 3 timed-out`; empty where nothing failed. */
    String failuresByKind() {
        return Arrays.stream(Count.values()).filter(count -> count.failure && count(count) > 0)
                .map(count -> count(count) + " " + count.word).collect(Collectors.joining(", "));
    }

    public double perSecond(Count count) {
        return seconds == 0 ? 0 : count(count) / seconds;
    }

    public double bytesPerSecond() {
        return perSecond(Count.BYTES_SENT) + perSecond(Count.BYTES_RECEIVED);
    }

    void add(Interval other) {
        seconds += other.seconds;
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
        }
        latency.add(other.latency);
        service.add(other.service);
        connect.add(other.connect);
        connections = Math.max(connections, other.connections);
    }
}

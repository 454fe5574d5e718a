package io.sluice.perftests.load;

import java.util.concurrent.atomic.AtomicLongArray;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;
import org.jspecify.annotations.Nullable;

/** What one driver thread has counted and timed. Written by that thread only; the reporter reads it at any time. */
final class Tally {
    static final long HIGHEST_NS = 3_600_000_000_000L;
    static final int DIGITS = 3;

    private final AtomicLongArray counts = new AtomicLongArray(Count.values().length);
    /** from the intended time: what a user would have waited */
    private final SingleWriterRecorder latency = new SingleWriterRecorder(HIGHEST_NS, DIGITS);
    /** from the moment the request really left: what the target took */
    private final SingleWriterRecorder service = new SingleWriterRecorder(HIGHEST_NS, DIGITS);
    private final SingleWriterRecorder connect = new SingleWriterRecorder(HIGHEST_NS, DIGITS);
    private volatile int open;
    // handed back at the next call (reporter thread)
    private @Nullable Histogram drained;
    private @Nullable Histogram drainedService;
    private @Nullable Histogram drainedConnect;

    /** Grows with its values: intervals stay small, and so does the garbage they leave while a run is measured. */
    static Histogram emptyHistogram() {
        return new Histogram(DIGITS);
    }

    void add(Count count, long value) {
        int index = count.ordinal();
        counts.setOpaque(index, counts.getPlain(index) + value);
    }

    void increment(Count count) {
        add(count, 1);
    }

    void operation(long latencyNs, long serviceNs) {
        increment(Count.OPERATIONS);
        latency.recordValue(Math.clamp(latencyNs, 0, HIGHEST_NS));
        service.recordValue(Math.clamp(serviceNs, 0, HIGHEST_NS));
    }

    /** An operation whose response was whole, and said no where {@code saysNo} is there. */
    void answered(@Nullable Count saysNo, long latencyNs, long serviceNs) {
        if (saysNo == null) {
            operation(latencyNs, serviceNs);
        } else {
            increment(saysNo);
        }
    }

    void connected(long connectNs) {
        increment(Count.CONNECTED);
        connect.recordValue(Math.clamp(connectNs, 0, HIGHEST_NS));
    }

    void openConnections(int number) {
        open = number;
    }

    int openConnections() {
        return open;
    }

    long count(Count count) {
        return counts.getOpaque(count.ordinal());
    }

    /** Moves what was timed since the last call into these histograms (reporter thread). */
    void drainInto(Histogram latencies, Histogram services, Histogram connects) {
        drained = latency.getIntervalHistogram(drained);
        latencies.add(drained);
        drainedService = service.getIntervalHistogram(drainedService);
        services.add(drainedService);
        drainedConnect = connect.getIntervalHistogram(drainedConnect);
        connects.add(drainedConnect);
    }
}

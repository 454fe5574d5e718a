package io.sluice.dataplane.service;

import io.sluice.ringbuffers.counters.CounterRow;
import java.util.List;

/**
 * A virtual service's rows in the counters file. Each thread of the data plane that counts is a writer with a number
 * and rows of its own, the workers before those of other data planes; readers add them up.
 *
 * @param gauges what all writers count together: see {@link ServiceColumn}
 * @param counts a row per writer: see {@link ServiceColumn}
 * @param ends a row per writer, a column per {@link EndReason}
 * @param connectTimes a row per writer, a column per bucket of {@link ConnectTimeBuckets}
 */
public record ServiceRows(CounterRow gauges, List<CounterRow> counts, List<CounterRow> ends,
        List<CounterRow> connectTimes) {
    public ServiceRows {
        counts = List.copyOf(counts);
        ends = List.copyOf(ends);
        connectTimes = List.copyOf(connectTimes);
    }
}

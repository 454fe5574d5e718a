package io.sluice.control.conductor.state;

import io.sluice.ringbuffers.counters.CounterRow;
import java.util.List;

/** A virtual service's rows in the counters file: one that all workers share, three per worker. */
public record ServiceRows(CounterRow gauges, List<CounterRow> counters, List<CounterRow> ends,
        List<CounterRow> connectTimes) {
}

package io.sluice.control.conductor.state;

import io.sluice.ringbuffers.counters.CounterRow;
import java.util.List;

/** A real server's rows in the counters file: one that all workers share, one per worker. */
public record ServerRows(CounterRow gauges, List<CounterRow> counters) {
}

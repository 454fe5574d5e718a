package io.sluice.engine.conductor;

import io.sluice.ringbuffers.counters.CounterRow;
import java.util.List;

/** A real server's rows in the counters file: one that all workers share, one per worker. */
record ServerRows(CounterRow gauges, List<CounterRow> counters) {
}

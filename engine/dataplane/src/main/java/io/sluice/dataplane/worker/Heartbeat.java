package io.sluice.dataplane.worker;

import io.sluice.dataplane.service.Kick;
import io.sluice.dataplane.service.Routes;
import io.sluice.dataplane.service.WorkerColumn;
import io.sluice.ringbuffers.counters.CounterRow;
import io.sluice.ringbuffers.counters.CountersFile;
import io.sluice.ringbuffers.counters.Kind;

/**
 * Shows that a worker is alive and how long its duty cycles take, in the counters file, so that anyone can tell a stuck
 * worker from a quiet one without asking it. Owned by its worker.
 */
public final class Heartbeat implements DataPath {
    private static final long WINDOW_MS = 10_000;

    private final Worker worker;
    private final CountersFile counters;
    private final CounterRow row;

    private long windowEndMs;
    private long windowMaxNs;
    private long formerMaxNs;

    public Heartbeat(Worker worker, CountersFile counters) {
        this.worker = worker;
        this.counters = counters;
        this.row = counters.allocate(Kind.WORKER, worker.index(), "");
    }

    @Override
    public void onTick() {
        long nowMs = System.currentTimeMillis();
        counters.heartbeat(worker.index(), nowMs);
        if (nowMs >= windowEndMs) {
            windowEndMs = nowMs + WINDOW_MS;
            formerMaxNs = windowMaxNs;
            windowMaxNs = 0;
        }
        windowMaxNs = Math.max(windowMaxNs, worker.takeLongestCycleNs());
        row.set(WorkerColumn.DUTY_CYCLE_MAX_NS, Math.max(windowMaxNs, formerMaxNs));
        row.set(WorkerColumn.OPEN, worker.open());
    }

    @Override
    public void onRoutes(Routes newest) {
        // knows no service
    }

    @Override
    public void onKick(Kick kick) {
        // holds no connection
    }

    @Override
    public int open() {
        return 0;
    }

    @Override
    public void onStop() {
        // the last heartbeat tells when
    }
}

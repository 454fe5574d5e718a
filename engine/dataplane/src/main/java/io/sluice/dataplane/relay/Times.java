package io.sluice.dataplane.relay;

import io.sluice.dataplane.worker.Worker;

/** When a connection came to which point, in the unit of {@link System#nanoTime()}; one worker's thread. */
final class Times {
    private final Worker worker;
    private final long acceptedNs;
    /** The last connect; 0 where none has begun. */
    long connectStartNs;
    /** 0 where no server was reached. */
    long connectedNs;

    Times(Worker worker) {
        this.worker = worker;
        acceptedNs = worker.nowNs();
    }

    long durationNs() {
        return Math.max(worker.nowNs(), connectedNs) - acceptedNs;
    }

    long waitNs() {
        return connectStartNs == 0 ? durationNs() : connectStartNs - acceptedNs;
    }

    long connectNs() {
        return connectedNs == 0 ? -1 : connectedNs - acceptedNs;
    }
}

package io.sluice.dataplane.worker;

import io.sluice.dataplane.service.Kick;
import io.sluice.dataplane.service.PublishedRoutes;
import io.sluice.dataplane.service.Routes;
import java.util.List;

/** All data-plane threads and what the conductor may tell them; any thread, but only the conductor publishes. */
public final class Workers {
    private final List<Worker> workers;
    private final PublishedRoutes routes;

    /** The workers must have their data paths; they are started with {@link #start}. */
    public Workers(List<Worker> workers, PublishedRoutes routes) {
        this.workers = List.copyOf(workers);
        this.routes = routes;
    }

    public int count() {
        return workers.size();
    }

    public Transport transport() {
        return workers.getFirst().transport();
    }

    public void start() {
        workers.forEach(Worker::start);
    }

    /** Publishes and wakes every worker up, without waiting. */
    public void publish(Routes newest) {
        routes.publish(newest);
        workers.forEach(Worker::wakeUp);
    }

    /** The version that every worker has acknowledged: older ones are gone. */
    public long acknowledgedVersion() {
        return workers.stream().mapToLong(Worker::acknowledgedVersion).min().orElse(0);
    }

    /** Connections and sessions open, as of the last tick. */
    public int open() {
        return workers.stream().mapToInt(Worker::open).sum();
    }

    /** Whether every worker has counted since this time: {@link #open} knows of all that they had taken by then. */
    public boolean haveCountedSince(long timeNs) {
        return workers.stream().allMatch(worker -> worker.lastTickNs() - timeNs > 0);
    }

    /** Whether every worker has finished a tick within this time: one that hangs has not. */
    public boolean makeProgress(long withinNs) {
        long nowNs = System.nanoTime();
        return workers.stream().allMatch(worker -> nowNs - worker.lastTickNs() < withinNs);
    }

    public void kick(Kick kick) {
        workers.forEach(worker -> worker.kick(kick));
    }

    /** Closes everything and ends the threads, waiting up to the deadline for each. */
    public void stop(long deadlineMs) {
        workers.forEach(worker -> worker.stop(deadlineMs));
    }
}

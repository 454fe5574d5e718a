package io.sluice.control.api;

import io.sluice.dataplane.service.Kick;
import io.sluice.dataplane.service.Routes;

/** What the conductor tells the workers and learns from them; no call waits for a worker. */
public interface DataPlane {
    /** Number of workers: sockets per listening address, rows per counter. */
    int workers();

    /** Puts new Routes in force, soon. */
    void publish(Routes newest);

    /** The version that every worker works by: older ones are gone. */
    long acknowledgedVersion();

    /** Ends the connections and sessions that match. */
    void kick(Kick kick);
}

package io.sluice.dataplane.worker;

import io.sluice.dataplane.service.Kick;
import io.sluice.dataplane.service.Routes;

/** A part of the data plane that a worker runs: the relay, UDP. Every method is called on the worker's thread. */
public interface DataPath {
    /**
     * New Routes are in force; called once per version seen, between two duty cycles, and again where one of the data
     * paths threw: what it could take over it has, and that again changes nothing.
     */
    void onRoutes(Routes routes);

    /** About every {@link Worker#TICK_MS} milliseconds: timeouts, publishing of counters. */
    void onTick();

    /** Ends the connections and sessions that match. */
    void onKick(Kick kick);

    /** Connections and sessions that this part holds now. */
    int open();

    /** The worker ends: close everything at once. */
    void onStop();
}

package io.sluice.engine.worker;

import io.sluice.engine.routes.Kick;

/** A part of the data plane that a worker runs: the relay, UDP. Every method is called on the worker's thread. */
public interface DataPath {
    /** Once per duty cycle, after the ready descriptors were handled. Cheap when there is nothing to do. */
    void onDutyCycle();

    /** About every {@link Worker#TICK_MS} milliseconds: timeouts, publishing of counters. */
    void onTick();

    /** Ends the connections and sessions that match. */
    void onKick(Kick kick);

    /** Connections and sessions that this part holds now. */
    int open();

    /** The worker ends: close everything at once. */
    void onStop();
}

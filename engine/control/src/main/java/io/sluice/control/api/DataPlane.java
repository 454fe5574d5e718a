package io.sluice.control.api;

import io.sluice.dataplane.service.Kick;
import io.sluice.dataplane.service.Routes;

/** What the conductor tells the threads of one data plane and learns from them; no call waits for them. */
public interface DataPlane {
    /** Its threads that count: each is a writer with rows of its own. */
    int writers();

    /** Sockets that it wants of each listening address, one for each thread that accepts; 0 where it takes packets. */
    int socketsPerAddress();

    /** Puts new Routes in force, soon. */
    void publish(Routes newest);

    /** The version that every thread of it works by: older ones are gone. */
    long acknowledgedVersion();

    /** Ends the connections and sessions that match. */
    void kick(Kick kick);
}

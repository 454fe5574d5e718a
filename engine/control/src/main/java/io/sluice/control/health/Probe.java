package io.sluice.control.health;

import java.io.IOException;

/**
 * One way to ask a server. Stateless between runs, except for what is expensive to set up or what clients have met.
 */
interface Probe {
    /** What is asked, for people: {@code TCP connect to 10.0.0.1:3389}. */
    String subject();

    /**
     * Asks once, on a virtual thread; may block until the attempt's deadline.
     *
     * @throws IOException what the network or the server did; {@link Words#outcome} makes an outcome of it
     */
    Outcome run(Attempt attempt) throws IOException, InterruptedException;

    /** A client could not reach the server; any thread, as often as it happens. */
    default void onRefusal() {
        // it asks what clients do
    }

    /** Whether a failure is to be confirmed sooner than in an interval, as clients have met it too. */
    default boolean isUrgent() {
        return false;
    }
}

package io.sluice.perftests.contender;

import java.io.IOException;
import java.util.Optional;

/** One way from client to server, started, pinned, checked and stopped by the harness. Used on the harness's thread. */
public interface Contender {
    /** What tables call it. */
    String name();

    /** Version and what was set, in a line. */
    String describe();

    /** Why it cannot run here, with the command that mends it; empty where it can. */
    Optional<String> missing(Topology topology);

    boolean carries(Work work);

    /**
     * Would it change the network that others are measured on, just by being there? It is then started for its own
     * trials only.
     */
    default boolean disturbsOthers() {
        return false;
    }

    /** Starts it and waits until it serves. */
    Running start(Situation situation) throws IOException;
}

package io.sluice.scheduler;

/**
 * What a {@link Decision} may know of a service's servers and of one client at that moment; whoever asks for the
 * decision answers, from its own records and counters, without allocating. Servers go by their position in the service.
 */
public interface Facts {
    /** Bits of {@link ServerState}. */
    int state(int position);

    /** Connections or sessions now, being established included, by all workers. */
    int connections(int position);

    /** How many it may have; 0: no limit. */
    int maxConnections(int position);

    /** Once it has reached its maximum it takes new clients again below this; 0: below its maximum. */
    int minConnections(int position);

    /** Whether it has reached its maximum, and not come down to its minimum since. */
    boolean wasFull(int position);

    /** Whether it has refused a client a moment ago: new ones go elsewhere, where there is an elsewhere. */
    boolean isOnProbation(int position);

    /** Whether it was tried for this client and failed. */
    boolean tried(int position);

    /** Whether others wait for a place, who came before this client. */
    boolean othersWait();
}

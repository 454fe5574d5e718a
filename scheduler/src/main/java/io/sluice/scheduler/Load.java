package io.sluice.scheduler;

/**
 * What the real servers of a set carry at this moment; the caller answers from its own counters, without allocating.
 */
public interface Load {
    /** Connections established or being established to the server at this index, by all workers. */
    int connections(int index);

    /** Whether this server may take one more client now: false at its connection limit or after a failed attempt. */
    boolean accepts(int index);
}

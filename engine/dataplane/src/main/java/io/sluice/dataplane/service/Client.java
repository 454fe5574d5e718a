package io.sluice.dataplane.service;

/** Who wants a server: the relay's connection, UDP's session. */
public interface Client {
    /** High 64 bits of its address, 0 for IPv4. */
    long clientHigh();

    /** Low 64 bits of its address, IPv4 in its mapped form. */
    long clientLow();

    /** Whether the server at this position of the service was tried for it and failed. */
    boolean hasTried(int position);

    /** Whether others wait for a place, who came before it. */
    default boolean givesWay() {
        return false;
    }
}

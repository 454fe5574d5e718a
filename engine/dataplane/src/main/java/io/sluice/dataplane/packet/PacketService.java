package io.sluice.dataplane.packet;

import io.sluice.conntrack.Mode;
import io.sluice.scheduler.ClientHash;

/**
 * What the program knows of a virtual service; immutable.
 *
 * @param id of its timeouts and its turn, 0..4095
 * @param table which table chooses for it, 0..4095
 * @param hash what of a client's address counts
 * @param sources what SNAT sends from
 * @param v4 its own family
 */
record PacketService(int id, int table, Mode mode, Choice choice, ClientHash hash, Sources sources, boolean v4) {

    /** How a slot of the table is found ({@code enum choice}). */
    enum Choice {
        /** By the client's address. */
        HASH(1),
        /** One after another. */
        TURN(2);

        final byte number;

        Choice(int number) {
            this.number = (byte) number;
        }
    }

    /**
     * Addresses and ports that SNAT sends from.
     *
     * @param first in the map of sources
     * @param count how many follow it there
     * @param ports of each, from {@code firstPort} on
     */
    record Sources(int first, int count, int firstPort, int ports) {
        static final Sources NONE = new Sources(0, 0, 0, 0);
    }

    /**
     * How long a flow lives without a packet, nanoseconds, by its state.
     */
    record Timeouts(long openingNs, long establishedNs, long halfClosedNs, long closedNs) {
    }
}

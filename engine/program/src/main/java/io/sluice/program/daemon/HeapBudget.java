package io.sluice.program.daemon;

import io.sluice.control.config.model.Tables;
import io.sluice.dataplane.relay.Relay;
import io.sluice.dataplane.udp.Udp;

/**
 * How much of the heap clients may take, all workers together. A heap that is full of clients leaves none for the
 * program, which then dies with all of them; so a part each is for connections and for sessions, and one stays free for
 * what is collected later.
 *
 * @param heapBytes the largest heap that the JVM makes (-Xmx)
 * @param relayBytes for TCP connections
 * @param udpBytes for UDP sessions and their sockets
 */
record HeapBudget(long heapBytes, long relayBytes, long udpBytes) {
    /** The program without clients. */
    private static final long PROGRAM_BYTES = 16L << 20;
    private static final long LEAST_BYTES = 2L << 20;
    private static final long MIB = 1L << 20;

    static HeapBudget of(long heapBytes) {
        long part = Math.max(LEAST_BYTES, (heapBytes - PROGRAM_BYTES) / 8 * 3);
        return new HeapBudget(heapBytes, part, part);
    }

    /** Of connections, or of sessions, as many as the configured tables have places for fit. */
    boolean holds(Tables tables) {
        return connections() >= tables.connections() && sessions() >= tables.connections();
    }

    /** Without TLS, which takes more. */
    long connections() {
        return relayBytes / Relay.HEAP_BYTES_PER_CONNECTION;
    }

    long sessions() {
        return udpBytes / Udp.HEAP_BYTES_PER_SESSION;
    }

    /** What to tell where they do not. */
    String shortage(Tables tables) {
        long neededMib = ((long) tables.connections() * Relay.HEAP_BYTES_PER_CONNECTION / 3 * 8 + PROGRAM_BYTES) / MIB
                + 1;
        return "tables.connections: " + tables.connections() + " do not fit into a heap of " + heapBytes / MIB
                + " MiB, which holds some " + connections() + " TCP connections (fewer with TLS) and " + sessions()
                + " UDP sessions; beyond that connections are refused (resources), and idle sessions give way (evicted);"
                + " SLUICE_JAVA_OPTS=-Xmx" + neededMib + "m would hold them all";
    }
}

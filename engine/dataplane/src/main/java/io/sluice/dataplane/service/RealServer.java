package io.sluice.dataplane.service;

import io.sluice.ringbuffers.counters.CounterRow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A real server of one virtual service as the data plane sees it; immutable.
 *
 * @param id stable identity: {@link StableId#of} of the server's name; what affinity entries hold
 * @param name the label
 * @param addressHigh high 64 bits of its address, 0 for IPv4
 * @param addressLow low 64 bits, IPv4 in its mapped form
 * @param port 0: the port that the client connected to
 * @param tls how to encrypt towards it; null: not at all
 * @param maxConnections 0: no limit
 * @param minConnections once it has reached its maximum it takes new clients again below this; 0: below its maximum
 * @param backup whether it only serves when no other does
 * @param fallback whether it is the service's fallback rather than a configured server
 * @param admission whom it serves now
 * @param sever whether its established connections are to end now (halted, or down and so configured)
 * @param gauges what all workers count together: see {@link ServerColumn}
 * @param counters a row per worker, written by that worker: see {@link ServerColumn}
 */
public record RealServer(long id, String name, long addressHigh, long addressLow, int port,
        @Nullable Encryption tls, int maxConnections, int minConnections, boolean backup, boolean fallback,
        Admission admission, boolean sever, CounterRow gauges,
        List<CounterRow> counters) {

    /** Whom a server serves. */
    public enum Admission {
        /** New clients. */
        ALL,
        /** Clients with an affinity entry only (drained). */
        KNOWN,
        /** No one: down or halted. */
        NONE
    }

    public RealServer {
        counters = List.copyOf(counters);
    }

    /** Whether a client that it knows may come: it is below its maximum. */
    public boolean hasRoom() {
        return maxConnections == 0 || gauges.get(ServerColumn.CONNECTIONS) < maxConnections;
    }

    /** Whether a new client may come: see {@link #takesNew(CounterRow, int, int)}. */
    public boolean takesNew() {
        return takesNew(gauges, maxConnections, minConnections);
    }

    /** Below the maximum; and if that had been reached, down to the minimum first, so that it does not flutter. */
    public static boolean takesNew(CounterRow gauges, int maxConnections, int minConnections) {
        if (maxConnections == 0) {
            return true;
        }
        long now = gauges.get(ServerColumn.CONNECTIONS);
        return now < maxConnections && (now < minConnections || gauges.get(ServerColumn.FULL) == 0);
    }

    /** Whether both are met at the same address and port. */
    public boolean hasAddressOf(RealServer other) {
        return addressLow == other.addressLow && addressHigh == other.addressHigh && port == other.port;
    }

    /** Whether the connection to it stays on this host, where a connect completes at once. */
    public boolean isLoopback() {
        return addressHigh == 0 && (addressLow >>> 24 == 0xFFFF7FL || addressLow == 1);
    }
}

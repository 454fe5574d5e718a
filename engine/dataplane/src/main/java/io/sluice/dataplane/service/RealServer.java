package io.sluice.dataplane.service;

import io.sluice.ringbuffers.counters.CounterRow;
import io.sluice.ringbuffers.ip.Ip;
import io.sluice.scheduler.ServerState;
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
 * @param state what is known of it: bits of {@link ServerState}
 * @param sever whether its established connections are to end now (halted, or down and so configured)
 * @param gauges what all workers count together: see {@link ServerColumn}
 * @param counters a row per worker, written by that worker: see {@link ServerColumn}
 */
public record RealServer(long id, String name, long addressHigh, long addressLow, int port,
        @Nullable Encryption tls, int maxConnections, int minConnections, int state, boolean sever, CounterRow gauges,
        List<CounterRow> counters) {

    public RealServer {
        counters = List.copyOf(counters);
    }

    /** Takes a place at it, whatever its maximum. */
    public void arrive() {
        noteFullness(gauges.atomicAdd(ServerColumn.CONNECTIONS, 1));
    }

    /** Takes a place at it if there is one. Adds first, looks then: of workers that come at once none is too many. */
    boolean takePlace() {
        long now = gauges.atomicAdd(ServerColumn.CONNECTIONS, 1);
        if (maxConnections > 0 && now > maxConnections) {
            leave();
            return false;
        }
        noteFullness(now);
        Probation.onClient(gauges);
        return true;
    }

    /** It has refused a client: for a while others go first. */
    public void refuses() {
        Probation.onRefusal(gauges);
    }

    private void noteFullness(long now) {
        if (minConnections > 0) {
            if (now >= maxConnections) {
                gauges.set(ServerColumn.FULL, 1);
            } else if (now <= minConnections) {
                gauges.set(ServerColumn.FULL, 0);
            }
        }
    }

    /** Gives the place of a connection or session at it back. */
    public void leave() {
        gauges.atomicAdd(ServerColumn.CONNECTIONS, -1);
    }

    /** Whether it is the service's fallback rather than a configured server. */
    public boolean fallback() {
        return ServerState.is(state, ServerState.FALLBACK);
    }

    /** Whether both are met at the same address and port. */
    public boolean hasAddressOf(RealServer other) {
        return addressLow == other.addressLow && addressHigh == other.addressHigh && port == other.port;
    }

    /** Whether the connection to it stays on this host, where a connect completes at once. */
    public boolean isLoopback() {
        return Ip.isLoopback(addressHigh, addressLow);
    }
}

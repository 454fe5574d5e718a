package io.sluice.dataplane.relay;

import io.sluice.conntrack.FlowShard;
import io.sluice.conntrack.RelayKind;
import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.RealServer;

/** Shows the relay's connections to other processes, in this worker's shard of the flow table; that worker's thread. */
final class Flows {
    /** No handle: the connection is not shown. */
    static final long NOT_SHOWN = FlowShard.NONE;
    private static final RelayKind COPY = RelayKind.COPY;
    private static final RelayKind SPLICE = RelayKind.SPLICE;

    private final FlowShard shard;

    Flows(FlowShard shard) {
        this.shard = shard;
    }

    /** Shows a connection that has just been established; answers its handle. */
    long insert(Connection connection, RealServer server) {
        Listening listening = connection.listening;
        int port = server.port() == 0 ? listening.port() : server.port();
        return shard.insert(shard.newFlow().service(connection.seat.service().id())
                .client(connection.clientHigh, connection.clientLow, connection.clientPort)
                .listen(listening.high(), listening.low(), listening.port())
                .server(server.id(), server.addressHigh(), server.addressLow(), port), System.currentTimeMillis());
    }

    /** The id that readers see. */
    long id(long handle) {
        return shard.id(handle);
    }

    /** Notes bytes that moved, and how they are moved now. */
    void update(long handle, long up, long down, boolean upIsBulk, boolean downIsBulk, long nowMs) {
        shard.bytes(handle, up, down, nowMs);
        shard.relayKind(handle, upIsBulk ? SPLICE : COPY, downIsBulk ? SPLICE : COPY);
    }

    void rtt(long handle, int micros) {
        shard.rtt(handle, micros);
    }

    void remove(long handle, EndReason reason) {
        if (handle != NOT_SHOWN) {
            shard.end(handle, reason.ordinal());
        }
    }

    /** Where a client connected to, in the 128-bit form. */
    record Listening(long high, long low, int port) {
        static Listening of(io.sluice.ringbuffers.ip.Endpoint endpoint) {
            return new Listening(endpoint.address().high(), endpoint.address().low(), endpoint.port());
        }
    }
}

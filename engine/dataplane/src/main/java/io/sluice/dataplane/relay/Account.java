package io.sluice.dataplane.relay;

import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.RealServer;
import io.sluice.dataplane.service.ServiceSeat;
import io.sluice.ringbuffers.syscall.TcpInfo;
import org.jspecify.annotations.Nullable;

/** What others see of a connection: its bytes in the counters, and its entry in the flow table; one worker's thread. */
final class Account {
    private final Connection connection;
    private final Flows flows;
    private long flow = Flows.NOT_SHOWN;
    private long up;
    private long down;
    private long spliced;

    Account(Connection connection, Flows flows) {
        this.connection = connection;
        this.flows = flows;
    }

    /** The connection is established: it stands in the flow table from now on. Answers its id there. */
    long open(RealServer server) {
        flow = flows.insert(connection, server);
        return flows.id(flow);
    }

    /** Publishes what has moved since the last time. */
    void publish(@Nullable RealServer server, long nowMs) {
        Tunnel exchange = connection.exchange;
        long upMoved = exchange.up.bytes - up;
        long downMoved = exchange.down.bytes - down;
        connection.seat.countBytes(server, upMoved, downMoved, exchange.splicedBytes() - spliced);
        if (flow != Flows.NOT_SHOWN) {
            flows.update(flow, upMoved, downMoved, exchange.up.isBulk(), exchange.down.isBulk(), nowMs);
        }
        up = exchange.up.bytes;
        down = exchange.down.bytes;
        spliced = exchange.splicedBytes();
    }

    /** Publishes the client's round-trip time as the kernel estimates it. */
    void publishRtt() {
        if (flow != Flows.NOT_SHOWN) {
            flows.rtt(flow, TcpInfo.rttMicros(connection.client.fd));
        }
    }

    /** Counts the connection out, at its server and its service, whatever throws on the way. */
    void close(@Nullable RealServer server, EndReason reason) {
        try {
            publish(server, System.currentTimeMillis());
            flows.remove(flow, reason);
            flow = Flows.NOT_SHOWN;
        } finally {
            if (server != null) {
                ServiceSeat.leave(server);
            }
            connection.seat.ended(reason);
        }
    }
}

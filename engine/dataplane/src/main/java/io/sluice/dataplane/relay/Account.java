package io.sluice.dataplane.relay;

import io.sluice.conntrack.FlowShard;
import io.sluice.conntrack.RelayKind;
import io.sluice.ringbuffers.syscall.TcpInfo;

/** What others see of a connection's bytes, in the counters and in the flow table; one worker's thread. */
final class Account {
    /** Round-trip times asked of the kernel per tick; the call costs most of a microsecond. */
    private static final int RTT_SAMPLES_PER_TICK = 64;

    private final Connection connection;
    private final Tunnel tunnel;
    private final FlowShard flows;
    private long up;
    private long down;
    private long spliced;

    Account(Connection connection, Tunnel tunnel, FlowShard flows) {
        this.connection = connection;
        this.tunnel = tunnel;
        this.flows = flows;
    }

    /** Publishes what has moved since the last time, and of the first few the round-trip time as the kernel sees it. */
    void publish(long nowMs, int nth) {
        long upMoved = tunnel.up.bytes - up;
        long downMoved = tunnel.down.bytes - down;
        connection.entry().counters().countBytes(connection.server(), upMoved, downMoved,
                tunnel.splicedBytes() - spliced);
        long flow = connection.flow();
        if (flow != FlowShard.NONE) {
            flows.bytes(flow, upMoved, downMoved, nowMs);
            flows.relayKind(flow, kind(tunnel.up), kind(tunnel.down));
            if (nth < RTT_SAMPLES_PER_TICK) {
                flows.rtt(flow, TcpInfo.rttMicros(connection.client.fd));
            }
        }
        up = tunnel.up.bytes;
        down = tunnel.down.bytes;
        spliced = tunnel.splicedBytes();
    }

    private static RelayKind kind(Direction direction) {
        return direction.isBulk() ? RelayKind.SPLICE : RelayKind.COPY;
    }
}

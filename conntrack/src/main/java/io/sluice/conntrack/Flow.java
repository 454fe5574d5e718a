package io.sluice.conntrack;

import io.sluice.ringbuffers.ip.Endpoint;

/**
 * One tracked connection or session as a reader sees it. An end that there is not, or not yet, has port 0.
 *
 * @param id unique in its process
 * @param pid the process that has, or had, it
 * @param worker the worker that owns it
 * @param protocol what it carries
 * @param mode how it is carried
 * @param state where it is in its life
 * @param serviceId identity of the virtual service, the same in every process
 * @param serverId identity of the real server, 0 while none is chosen
 * @param client the client's end
 * @param listen the virtual service's end
 * @param server the real server's end
 * @param source the balancer's own end towards the server
 * @param createdMs epoch ms
 * @param lastSeenMs epoch ms of the last traffic noted
 * @param timeoutMs how long it may be idle; 0 where nobody else needs to know
 * @param bytesIn from the client
 * @param bytesOut to the client
 * @param packetsIn from the client, where packets are counted
 * @param packetsOut to the client, where packets are counted
 * @param rttMicros smoothed round-trip time towards the client; 0 unknown
 * @param relayIn how the client's bytes are moved
 * @param relayOut how the server's bytes are moved
 * @param endReason code of its end; 0 while it lives
 */
public record Flow(long id, long pid, int worker, Protocol protocol, Mode mode, FlowState state, long serviceId,
        long serverId,
        Endpoint client, Endpoint listen, Endpoint server, Endpoint source, long createdMs, long lastSeenMs,
        long timeoutMs,
        long bytesIn, long bytesOut, long packetsIn, long packetsOut, int rttMicros, RelayKind relayIn,
        RelayKind relayOut,
        int endReason) {
}

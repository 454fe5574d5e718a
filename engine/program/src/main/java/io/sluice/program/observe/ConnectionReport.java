package io.sluice.program.observe;

import io.sluice.conntrack.Flow;
import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.ip.Ip;
import java.util.Locale;

/**
 * A live connection or session as {@code sluice connections} shows it.
 *
 * @param id names it in {@code sluice kick}
 * @param serverAddress where its bytes go
 * @param ageMs since it was accepted
 * @param idleMs since traffic was last noted
 * @param bytesIn from the client
 * @param bytesOut to the client
 * @param relayIn how the client's bytes are moved now: copy, splice, tls, datagram, packet or none
 * @param relayOut how the server's bytes are moved now
 * @param rttMicros round-trip time towards the client; 0: not known
 * @param pid the process that has it: two during an upgrade
 */
public record ConnectionReport(long id, String service, String server, String client, String listen,
        String serverAddress, String protocol, String mode, String state, long ageMs, long idleMs, long bytesIn,
        long bytesOut, String relayIn, String relayOut, int rttMicros, int worker, long pid) {
    static ConnectionReport of(Flow flow, Known known, long nowMs) {
        return new ConnectionReport(flow.id(), known.service(flow.serviceId()),
                known.server(flow.serviceId(), flow.serverId()), text(flow.client()), text(flow.listen()),
                text(flow.server()), flow.protocol().word(), flow.mode().word(),
                word(flow.state()), Math.max(0, nowMs - flow.createdMs()), Math.max(0, nowMs - flow.lastSeenMs()),
                flow.bytesIn(), flow.bytesOut(), word(flow.relayIn()), word(flow.relayOut()), flow.rttMicros(),
                flow.worker(), flow.pid());
    }

    private static String text(Endpoint end) {
        return end.port() == 0 && end.address().equals(Ip.ANY_V6) ? "-" : end.toString();
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

package io.sluice.conntrack.store;

import io.sluice.conntrack.AffinityEntry;
import io.sluice.conntrack.Flow;
import io.sluice.ringbuffers.ip.Ip;

/**
 * One entry of the durable copy: which real server a client goes to, by affinity or by a session that outlives its
 * process.
 *
 * @param scope identity of the affinity group, or of the session's virtual service
 * @param ipHi upper half of the client's address or network
 * @param ipLo lower half
 * @param protocol 0 for affinity, else the IANA number of the session's protocol
 * @param clientPort the session's client port, 0 for affinity
 * @param listenPort the session's port at the virtual service, 0 for affinity
 * @param serverId identity of the real server
 * @param createdMs when it began, epoch ms
 * @param lastSeenMs when the client was last seen, epoch ms
 * @param timeoutMs how long after that it is in force
 * @param server name of the real server, {@code service/server}; empty where it is not known
 */
public record CopyEntry(long scope, long ipHi, long ipLo, int protocol, int clientPort, int listenPort, long serverId,
        long createdMs, long lastSeenMs, long timeoutMs, String server) {
    /** Protocol of what is no session. */
    static final int AFFINITY = 0;

    static CopyEntry of(AffinityEntry entry, String server) {
        return new CopyEntry(entry.group(), entry.ipHi(), entry.ipLo(), AFFINITY, 0, 0, entry.serverId(),
                entry.createdMs(), entry.lastSeenMs(), entry.timeoutMs(), server);
    }

    static CopyEntry of(Flow flow, String server) {
        Ip client = flow.client().address();
        return new CopyEntry(flow.serviceId(), client.high(), client.low(), flow.protocol().number(),
                flow.client().port(),
                flow.listen().port(), flow.serverId(), flow.createdMs(), flow.lastSeenMs(), flow.timeoutMs(), server);
    }

    AffinityEntry affinity() {
        return new AffinityEntry(scope, ipHi, ipLo, serverId, createdMs, lastSeenMs, timeoutMs);
    }

    boolean isAffinity() {
        return protocol == AFFINITY;
    }

    boolean inForce(long nowMs) {
        return lastSeenMs + timeoutMs >= nowMs;
    }
}

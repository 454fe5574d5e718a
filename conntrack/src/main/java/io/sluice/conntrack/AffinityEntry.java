package io.sluice.conntrack;

import io.sluice.ringbuffers.ip.Ip;

/**
 * One affinity entry as a reader sees it.
 *
 * @param group identity of the affinity group, the same in every process
 * @param ipHi upper half of the client's address or network
 * @param ipLo lower half
 * @param serverId the real server this client goes to
 * @param createdMs when it was made, epoch ms, to the second
 * @param lastSeenMs when the client was last seen, epoch ms, to about a second
 * @param timeoutMs how long after that it is kept
 */
public record AffinityEntry(long group, long ipHi, long ipLo, long serverId, long createdMs, long lastSeenMs,
        long timeoutMs) {
    /** The client's address, or the first of its network. */
    public Ip ip() {
        return new Ip(ipHi, ipLo);
    }

    /** Milliseconds until it expires; negative when it has. */
    public long remainingMs(long nowMs) {
        return lastSeenMs + timeoutMs - nowMs;
    }
}

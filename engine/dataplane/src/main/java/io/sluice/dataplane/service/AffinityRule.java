package io.sluice.dataplane.service;

import io.sluice.ringbuffers.ip.Prefix;

/**
 * How clients come back to their server.
 *
 * @param enabled whether they do
 * @param group {@link StableId#of} of the affinity group's name: services of one group share their entries
 * @param timeoutMs lifetime of an entry after the client's last connection or session; the same in all of a group
 * @param inetPrefix bits of an IPv4 client address that count, 0..32
 * @param inet6Prefix bits of an IPv6 client address that count, 0..128
 */
public record AffinityRule(boolean enabled, long group, long timeoutMs, int inetPrefix, int inet6Prefix) {
    public static final AffinityRule NONE = new AffinityRule(false, 0, 0, 32, 128);

    /** The high half of the client's network. */
    public long maskHigh(long high, long low) {
        return Prefix.networkHigh(high, low, inetPrefix, inet6Prefix);
    }

    /** The low half of the client's network. */
    public long maskLow(long high, long low) {
        return Prefix.networkLow(high, low, inetPrefix, inet6Prefix);
    }
}

package io.sluice.scheduler;

import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.ip.Prefix;

/**
 * Hashes a client's address, or the network it lives in, for {@link Scheduler#select}; immutable, any thread. An
 * IPv4-mapped IPv6 address (RFC 4291, 2.5.5.2) counts as the IPv4 address it carries, so a client hashes alike on an
 * IPv4 and on a dual-stack listener.
 *
 * @param ipv4Prefix leading bits of an IPv4 address that matter, 0..32
 * @param ipv6Prefix leading bits of an IPv6 address that matter, 0..128
 */
public record ClientHash(int ipv4Prefix, int ipv6Prefix) {
    /** Hashes whole addresses. */
    public static final ClientHash OF_ADDRESS = new ClientHash(32, 128);

    public ClientHash {
        if (ipv4Prefix < 0 || ipv4Prefix > 32) {
            throw new IllegalArgumentException("IPv4 prefix " + ipv4Prefix + " is outside 0..32");
        }
        if (ipv6Prefix < 0 || ipv6Prefix > 128) {
            throw new IllegalArgumentException("IPv6 prefix " + ipv6Prefix + " is outside 0..128");
        }
    }

    /** Hash of an IPv4 address whose first octet is the most significant byte. */
    public long ipv4(int address) {
        return Mix64.mix(Mix64.GOLDEN ^ (address & Prefix.maskLow(96 + ipv4Prefix) & 0xFFFF_FFFFL));
    }

    /** Hash of an IPv6 address given as its upper and lower 64 bits in network order. */
    public long ipv6(long upper, long lower) {
        if (Ip.isV4(upper, lower)) {
            return ipv4((int) lower);
        }
        long network = upper & Prefix.maskHigh(ipv6Prefix);
        long rest = lower & Prefix.maskLow(ipv6Prefix);
        return Mix64.mix(Mix64.mix(network + Mix64.GOLDEN) ^ rest);
    }

    /** Hash of an address. */
    public long of(Ip address) {
        return ipv6(address.high(), address.low());
    }
}

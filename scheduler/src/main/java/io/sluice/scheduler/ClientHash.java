package io.sluice.scheduler;

import java.nio.ByteBuffer;

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

    private static final long IPV4_MAPPED = 0xFFFF_0000_0000L;

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
        return Mix64.mix(Mix64.GOLDEN ^ (address & maskOf64(32 + ipv4Prefix) & 0xFFFF_FFFFL));
    }

    /** Hash of an IPv6 address given as its upper and lower 64 bits in network order. */
    public long ipv6(long upper, long lower) {
        if (upper == 0 && (lower & 0xFFFF_FFFF_0000_0000L) == IPV4_MAPPED) {
            return ipv4((int) lower);
        }
        long network = upper & maskOf64(Math.min(ipv6Prefix, 64));
        long rest = lower & maskOf64(Math.max(ipv6Prefix - 64, 0));
        return Mix64.mix(Mix64.mix(network + Mix64.GOLDEN) ^ rest);
    }

    /**
     * Hash of an address in network byte order; for the control plane (it allocates).
     *
     * @param address 4 or 16 bytes
     */
    public long bytes(byte[] address) {
        return switch (address.length) {
            case 4 -> ipv4(ByteBuffer.wrap(address).getInt());
            case 16 -> ipv6(ByteBuffer.wrap(address).getLong(0), ByteBuffer.wrap(address).getLong(8));
            default -> throw new IllegalArgumentException("an IP address has 4 or 16 bytes, not " + address.length);
        };
    }

    private static long maskOf64(int leadingBits) {
        return leadingBits == 0 ? 0 : -1L << (64 - leadingBits);
    }
}

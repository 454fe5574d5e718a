package io.sluice.conntrack;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * IP addresses as two longs, network order, IPv4 as v4-mapped IPv6 (RFC 4291, 2.5.5.2); so keys have one shape and hash
 * without an object. Pure functions; those that take or give an object are for the control plane.
 */
public final class Ip {
    private static final int GROUPS = 8;
    private static final long V4_MAPPED = 0x0000_FFFF_0000_0000L;

    private Ip() {
    }

    /** Lower half of an IPv4 address; its upper half is 0. */
    public static long v4Lo(int address) {
        return V4_MAPPED | (address & 0xFFFF_FFFFL);
    }

    /** Whether the two halves are a v4-mapped address. */
    public static boolean isV4(long hi, long lo) {
        return hi == 0 && (lo & 0xFFFF_FFFF_0000_0000L) == V4_MAPPED;
    }

    /** Upper half. */
    public static long hi(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == 4 ? 0 : ByteBuffer.wrap(bytes).getLong(0);
    }

    /** Lower half. */
    public static long lo(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return bytes.capacity() == 4 ? v4Lo(bytes.getInt(0)) : bytes.getLong(8);
    }

    /** The address as an object: an Inet4Address where it is v4-mapped. */
    public static InetAddress address(long hi, long lo) {
        try {
            return InetAddress.getByAddress(ByteBuffer.allocate(16).putLong(hi).putLong(lo).array());
        } catch (UnknownHostException e) {
            throw new AssertionError("sixteen bytes are an address", e);
        }
    }

    /** As people write it (RFC 5952): {@code 10.0.0.1}, {@code 2001:db8::1}. */
    public static String text(long hi, long lo) {
        return isV4(hi, lo) ? address(hi, lo).getHostAddress() : shortened(hi, lo);
    }

    /** Lower case, no leading zeros, the longest run of two or more zero groups as {@code ::}. */
    private static String shortened(long hi, long lo) {
        int longestAt = -1;
        int longest = 1;
        for (int i = 0; i < GROUPS; i++) {
            int run = 0;
            while (i + run < GROUPS && group(hi, lo, i + run) == 0) {
                run++;
            }
            if (run > longest) {
                longest = run;
                longestAt = i;
            }
            i += run;
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (i == longestAt) {
                text.append("::");
                i += longest - 1;
                continue;
            }
            if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                text.append(':');
            }
            text.append(Integer.toHexString(group(hi, lo, i)));
        }
        return text.toString();
    }

    private static int group(long hi, long lo, int index) {
        return (int) ((index < 4 ? hi : lo) >>> (16 * (3 - index % 4))) & 0xFFFF;
    }

    /** Upper half of the network with this prefix length, 0..128, counted as IPv6. */
    public static long networkHi(long hi, int prefixBits) {
        return prefixBits >= 64 ? hi : prefixBits == 0 ? 0 : hi & (-1L << (64 - prefixBits));
    }

    /** Lower half of the network with this prefix length, 0..128, counted as IPv6: an IPv4 /24 is a /120. */
    public static long networkLo(long lo, int prefixBits) {
        return prefixBits >= 128 ? lo : prefixBits <= 64 ? 0 : lo & (-1L << (128 - prefixBits));
    }
}

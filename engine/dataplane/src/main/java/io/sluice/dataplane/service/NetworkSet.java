package io.sluice.dataplane.service;

/**
 * A set of IP networks that answers without allocating; immutable. Networks of IPv4 lie in the IPv4-mapped space, so
 * one comparison serves both families.
 */
public final class NetworkSet {
    public static final NetworkSet NONE = new NetworkSet(new long[0], new long[0], new int[0]);

    private final long[] highs;
    private final long[] lows;
    private final int[] prefixes;

    /**
     * @param highs high 64 bits of each network address
     * @param lows low 64 bits, IPv4 in its mapped form
     * @param prefixes significant bits of 128: an IPv4 prefix plus 96
     */
    public NetworkSet(long[] highs, long[] lows, int[] prefixes) {
        this.highs = highs.clone();
        this.lows = lows.clone();
        this.prefixes = prefixes.clone();
    }

    public boolean isEmpty() {
        return prefixes.length == 0;
    }

    /** Whether the address lies in one of the networks. */
    public boolean contains(long high, long low) {
        for (int i = 0; i < prefixes.length; i++) {
            int prefix = prefixes[i];
            if (((high ^ highs[i]) & maskHigh(prefix)) == 0 && ((low ^ lows[i]) & maskLow(prefix)) == 0) {
                return true;
            }
        }
        return false;
    }

    static boolean isInet(long high, long low) {
        return high == 0 && low >>> 32 == 0xFFFFL;
    }

    static long maskHigh(int prefix) {
        return prefix == 0 ? 0 : -1L << Math.max(0, 64 - prefix);
    }

    static long maskLow(int prefix) {
        return prefix <= 64 ? 0 : -1L << (128 - prefix);
    }
}

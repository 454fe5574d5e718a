package io.sluice.ringbuffers.ip;

import static io.sluice.ringbuffers.ip.NotAnAddress.quote;

import java.util.regex.Pattern;

/**
 * A network: the addresses of one family that share their first bits; immutable, any thread. {@code ::/0} is every IPv6
 * address and no IPv4 one. The static functions on longs are for the data path.
 *
 * @param address its first address: what stands behind the prefix is cleared
 * @param bits how many bits are shared, 0..32 for IPv4, 0..128 for IPv6
 */
public record Prefix(Ip address, int bits) {
    /** Bits before an IPv4 address in its 128-bit form. */
    private static final int V4_FROM = 96;
    private static final Pattern LENGTH = Pattern.compile("\\d{1,3}");
    private static final Pattern DOTTED = Pattern.compile("\\d+\\.\\d+\\.\\d+\\.\\d+");

    /** @throws IllegalArgumentException for more bits than the address has, or fewer than 0 */
    public Prefix {
        if (bits < 0 || bits > address.bits()) {
            throw new IllegalArgumentException("prefix /" + bits + " is outside 0.." + address.bits());
        }
        int bits128 = address.isV4() ? V4_FROM + bits : bits;
        address = new Ip(address.high() & maskHigh(bits128), address.low() & maskLow(bits128));
    }

    /** The network of one address. */
    public static Prefix of(Ip address) {
        return new Prefix(address, address.bits());
    }

    /**
     * Reads {@code 10.0.0.0/8}, {@code 10.0.0.0/255.0.0.0}, {@code fd00::/8} or one address.
     *
     * @throws NotAnAddress with the reason, also where bits behind the prefix are set
     */
    public static Prefix parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return of(Ip.parse(text));
        }
        Ip address = Ip.parse(text.substring(0, slash), text);
        Prefix prefix = new Prefix(address, bits(text.substring(slash + 1), address, text));
        if (!prefix.address.equals(address)) {
            throw new NotAnAddress(quote(text) + " has bits beyond its mask", "", prefix.toString());
        }
        return prefix;
    }

    /**
     * Reads the mask of an address: its length in digits or, for IPv4, the dotted form.
     *
     * @param whole what the reason quotes: address, slash and mask
     * @throws NotAnAddress with the reason
     */
    public static int bits(String mask, Ip address, String whole) {
        if (LENGTH.matcher(mask).matches() && Integer.parseInt(mask) <= address.bits()) {
            return Integer.parseInt(mask);
        }
        if (address.isV4() && DOTTED.matcher(mask).matches()) {
            int value = Ip.parse(mask, whole).v4();
            int ones = Integer.numberOfLeadingZeros(~value);
            if (Integer.bitCount(value) != ones) {
                throw new NotAnAddress("mask " + quote(mask) + " is not contiguous", "",
                        whole.substring(0, whole.indexOf('/') + 1) + ones);
            }
            return ones;
        }
        throw new NotAnAddress("mask " + quote(mask) + " in " + quote(whole) + " does not exist", "", null);
    }

    /** The upper half of the mask of so many bits, 0..128. */
    public static long maskHigh(int bits) {
        return bits == 0 ? 0 : -1L << Math.max(0, 64 - bits);
    }

    /** The lower half of the mask of so many bits, 0..128. */
    public static long maskLow(int bits) {
        return bits <= 64 ? 0 : -1L << (128 - bits);
    }

    /** The upper half of an address's network; its family decides which of the two lengths counts. */
    public static long networkHigh(long high, long low, int v4Bits, int v6Bits) {
        return Ip.isV4(high, low) ? 0 : high & maskHigh(v6Bits);
    }

    /** The lower half of an address's network; its family decides which of the two lengths counts. */
    public static long networkLow(long high, long low, int v4Bits, int v6Bits) {
        return low & maskLow(Ip.isV4(high, low) ? V4_FROM + v4Bits : v6Bits);
    }

    /** The significant bits of 128. */
    int bits128() {
        return address.isV4() ? V4_FROM + bits : bits;
    }

    /** Of the same family and equal in the first {@link #bits}. */
    public boolean contains(Ip other) {
        return address.sameFamily(other) && new Prefix(other, bits).address.equals(address);
    }

    /** Whether every address of the other network is in this one. */
    public boolean contains(Prefix other) {
        return other.bits >= bits && contains(other.address);
    }

    /** {@code 10.0.0.0/8}. */
    @Override
    public String toString() {
        return address + "/" + bits;
    }
}

package io.sluice.ringbuffers.ip;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An IPv4 or IPv6 address; immutable, any thread. The static functions on two longs are for the data path: they make no
 * object.
 *
 * <p>Two addresses are equal when their 128 bits are, whatever their zones, as {@link Inet6Address} has it: the kernel
 * tells the bits of a socket's own address reliably, and its zone only sometimes.
 *
 * @param high the upper 64 bits in network order; 0 for IPv4
 * @param low the lower 64 bits; of IPv4 {@code 0x0000FFFF} and its 32 bits
 * @param zone the link of a link-local IPv6 address (RFC 4007), where it is known
 */
public record Ip(long high, long low, @Nullable Zone zone) implements Comparable<Ip> {
    /** {@code 0.0.0.0}: every IPv4 address. */
    public static final Ip ANY_V4 = v4(0);
    /** {@code ::}: every IPv6 address. */
    public static final Ip ANY_V6 = new Ip(0, 0);

    /** The lower half of an IPv4 address above its 32 bits. */
    private static final long V4 = 0x0000_FFFF_0000_0000L;
    private static final long LOW_32 = 0xFFFF_FFFFL;

    /**
     * A link.
     *
     * @param name as it was written: an interface's name, or its index in digits
     * @param index of the interface, as in {@code sin6_scope_id}
     */
    public record Zone(String name, int index) {
    }

    public Ip(long high, long low) {
        this(high, low, null);
    }

    /** The IPv4 address whose first part is the most significant byte. */
    public static Ip v4(int address) {
        return new Ip(0, v4Low(address));
    }

    /** Whether two halves are an IPv4 address. */
    public static boolean isV4(long high, long low) {
        return high == 0 && low >>> 32 == V4 >>> 32;
    }

    /** Whether two halves are {@code 127.0.0.0/8} or {@code ::1}. */
    public static boolean isLoopback(long high, long low) {
        return high == 0 && (low >>> 24 == (V4 >>> 24 | 127) || low == 1);
    }

    /** The lower half of an IPv4 address; its upper half is 0. */
    public static long v4Low(int address) {
        return V4 | (address & LOW_32);
    }

    /**
     * Reads an address as people and programs write it: IPv4 in four decimal parts, IPv6 in any form of RFC 4291
     * section
     * 2.2, without brackets, a link-local one with the {@code %zone} of an interface that this host has. Strict: no
     * leading zeros (some programs read them as octal), no short forms, no spaces, no names.
     *
     * @throws NotAnAddress with the reason
     */
    public static Ip parse(String text) {
        return parse(text, text);
    }

    /** {@link #parse(String)} of a part; the reason quotes the whole. */
    public static Ip parse(String part, String whole) {
        return IpReader.read(part, whole);
    }

    /** {@link #parse(String)} where the reason does not matter. */
    public static Optional<Ip> find(String text) {
        try {
            return Optional.of(parse(text));
        } catch (NotAnAddress _) {
            return Optional.empty();
        }
    }

    /** Whether the text is an address, and not a name. */
    public static boolean isAddress(String text) {
        return find(text).isPresent();
    }

    /**
     * The address of 4 or 16 bytes in network order.
     *
     * @throws IllegalArgumentException for another number of bytes
     */
    public static Ip of(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return switch (bytes.length) {
            case 4 -> v4(buffer.getInt(0));
            case 16 -> new Ip(buffer.getLong(0), buffer.getLong(8));
            default -> throw new IllegalArgumentException("an IP address has 4 or 16 bytes, not " + bytes.length);
        };
    }

    /** The same address, with its zone. */
    public static Ip of(InetAddress address) {
        Ip ip = of(address.getAddress());
        if (address instanceof Inet6Address inet6) {
            String text = inet6.getHostAddress(); // the only place where the JDK tells the zone as it was written
            int percent = text.indexOf('%');
            if (percent >= 0) {
                return new Ip(ip.high, ip.low, new Zone(text.substring(percent + 1), inet6.getScopeId()));
            }
        }
        return ip;
    }

    /**
     * The address as /proc/net/tcp and its kin print it: 8 or 32 hexadecimal digits, 32-bit words in the machine's byte
     * order, which is little-endian on all that Sluice runs on.
     *
     * @throws IllegalArgumentException for other text
     */
    public static Ip ofProcNet(String hex) {
        return switch (hex.length()) {
            case 8 -> v4(word(hex, 0));
            case 32 -> new Ip(words(hex, 0), words(hex, 16));
            default -> throw new IllegalArgumentException("'" + hex + "' is not an address of /proc/net");
        };
    }

    private static long words(String hex, int at) {
        return (long) word(hex, at) << 32 | (word(hex, at + 8) & LOW_32);
    }

    private static int word(String hex, int at) {
        return Integer.reverseBytes(Integer.parseUnsignedInt(hex, at, at + 8, 16));
    }

    /** Whether it is an IPv4 address; else it is IPv6. */
    public boolean isV4() {
        return isV4(high, low);
    }

    /** The 32 bits of an IPv4 address, its first part most significant. */
    public int v4() {
        if (!isV4()) {
            throw new IllegalStateException(this + " is not IPv4");
        }
        return (int) low;
    }

    /** Bits of an address of its family: 32 or 128. */
    public int bits() {
        return isV4() ? 32 : 128;
    }

    public boolean sameFamily(Ip other) {
        return isV4() == other.isV4();
    }

    /** {@code 0.0.0.0} or {@code ::}: every address of its family, where something listens. */
    public boolean isAny() {
        return equals(ANY_V4) || equals(ANY_V6);
    }

    /** {@code 127.0.0.0/8} or {@code ::1}. */
    public boolean isLoopback() {
        return isLoopback(high, low);
    }

    /** {@code 224.0.0.0/4} or {@code ff00::/8}. */
    public boolean isMulticast() {
        return isV4() ? (int) low >>> 28 == 0xE : high >>> 56 == 0xFF;
    }

    /** {@code 255.255.255.255}. */
    public boolean isBroadcast() {
        return high == 0 && low == (V4 | LOW_32);
    }

    /**
     * The address so many further on, or back.
     *
     * @throws IllegalArgumentException where its family has none there
     */
    public Ip plus(long count) {
        long sum = low + count;
        // the carry of an unsigned addition, the borrow of a subtraction
        long carry = count >= 0
                ? (Long.compareUnsigned(sum, low) < 0 ? 1 : 0)
                : (Long.compareUnsigned(sum, low) > 0 ? -1 : 0);
        Ip moved = new Ip(high + carry, sum, zone);
        boolean wrapped = carry > 0 ? moved.high == 0 : carry < 0 && high == 0;
        if (wrapped || !sameFamily(moved)) {
            throw new IllegalArgumentException("there is no address " + count + " after " + this);
        }
        return moved;
    }

    /** 4 or 16 bytes in network order. */
    public byte[] toBytes() {
        return isV4()
                ? ByteBuffer.allocate(4).putInt((int) low).array()
                : ByteBuffer.allocate(16).putLong(high).putLong(low).array();
    }

    /** For the JDK's sockets: of its own family, with its zone. */
    public InetAddress toInetAddress() {
        try {
            return zone == null
                    ? InetAddress.getByAddress(toBytes())
                    : Inet6Address.getByAddress(null, toBytes(), zone.index);
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible); // only a wrong length throws
        }
    }

    /** As it stands before a port: IPv6 in brackets. */
    public String bracketed() {
        return isV4() ? toString() : "[" + this + "]";
    }

    /** By their 128 bits: IPv4 behind {@code ::}, before nearly all of IPv6. */
    @Override
    public int compareTo(Ip other) {
        return compare(high, low, other.high, other.low);
    }

    static int compare(long high, long low, long otherHigh, long otherLow) {
        int byHigh = Long.compareUnsigned(high, otherHigh);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, otherLow);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Ip ip && ip.high == high && ip.low == low;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(high * 31 + low);
    }

    /** The canonical text (RFC 5952): {@code 10.0.0.1}, {@code fd00::1}, {@code fe80::1%eth0}. */
    @Override
    public String toString() {
        String text = isV4() ? IpText.v4((int) low) : IpText.v6(high, low);
        return zone == null ? text : text + "%" + zone.name;
    }
}

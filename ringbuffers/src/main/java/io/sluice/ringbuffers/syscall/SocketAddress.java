package io.sluice.ringbuffers.syscall;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * A {@code struct sockaddr_in} or {@code sockaddr_in6} in native memory (linux/in.h, linux/in6.h), reused from call to
 * call; one thread. Addresses are also read as 128 bits, IPv4 in its IPv4-mapped form (RFC 4291 section 2.5.5.2).
 */
public final class SocketAddress implements AutoCloseable {
    public static final int AF_INET = 2;
    public static final int AF_INET6 = 10;
    /** Bytes of a sockaddr_in. */
    public static final int LENGTH_INET = 16;
    /** Bytes of a sockaddr_in6; the capacity of this block. */
    public static final int LENGTH_INET6 = 28;
    /** The low 64 bits of an IPv4-mapped address above its 32 address bits. */
    private static final long MAPPED = 0x0000_FFFF_0000_0000L;

    private static final int PORT = 2;
    private static final int ADDRESS_INET = 4;
    private static final int ADDRESS_INET6 = 8;
    private static final int SCOPE_INET6 = 24;
    /** The {@code socklen_t} that the kernel reads and writes lies behind the address. */
    private static final int LENGTH = 32;

    private final Memory memory = new Memory(64);

    /** Whether the 128 bits hold an IPv4-mapped address. */
    public static boolean isInet(long high, long low) {
        return high == 0 && (low & 0xFFFF_FFFF_0000_0000L) == MAPPED;
    }

    /** The 32 bits of an IPv4 address as the low half of its IPv4-mapped form; the high half is 0. */
    public static long mapped(int address) {
        return MAPPED | (address & 0xFFFF_FFFFL);
    }

    /** The high 64 bits of the address; 0 for IPv4. */
    public static long high(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == 4 ? 0 : bytesAsLong(bytes, 0);
    }

    /** The low 64 bits of the address; IPv4 in its mapped form. */
    public static long low(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == 4 ? mapped((int) (bytesAsLong(bytes, -4) & 0xFFFF_FFFFL)) : bytesAsLong(bytes, 8);
    }

    private static long bytesAsLong(byte[] bytes, int from) {
        long value = 0;
        for (int i = Math.max(from, 0); i < from + 8; i++) {
            value = value << 8 | (bytes[i] & 0xFF);
        }
        return value;
    }

    /** The 128 bits as an address of its own family. */
    public static InetAddress inetAddress(long high, long low) {
        byte[] bytes = new byte[16];
        for (int i = 0; i < 8; i++) {
            bytes[i] = (byte) (high >>> (56 - 8 * i));
            bytes[8 + i] = (byte) (low >>> (56 - 8 * i));
        }
        try {
            // InetAddress turns the IPv4-mapped form into an Inet4Address by itself
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** Sets family, address and port. */
    public SocketAddress set(InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        set(high(ip), low(ip), address.getPort());
        if (ip instanceof Inet6Address ip6) {
            family(AF_INET6);
            setInet6(high(ip), low(ip), address.getPort());
            memory.intAt(SCOPE_INET6, ip6.getScopeId());
        }
        return this;
    }

    /** Sets family, address and port from the 128-bit form; an IPv4-mapped address becomes AF_INET. */
    public SocketAddress set(long high, long low, int port) {
        if (isInet(high, low)) {
            family(AF_INET);
            memory.shortBeAt(PORT, (short) port);
            memory.intBeAt(ADDRESS_INET, (int) low);
            memory.longAt(ADDRESS_INET + 4, 0);
            memory.intAt(LENGTH, LENGTH_INET);
        } else {
            setInet6(high, low, port);
        }
        return this;
    }

    private void setInet6(long high, long low, int port) {
        family(AF_INET6);
        memory.shortBeAt(PORT, (short) port);
        memory.intAt(4, 0);
        memory.longBeAt(ADDRESS_INET6, high);
        memory.longBeAt(ADDRESS_INET6 + 8, low);
        memory.intAt(SCOPE_INET6, 0);
        memory.intAt(LENGTH, LENGTH_INET6);
    }

    private void family(int family) {
        memory.shortAt(0, (short) family);
    }

    /** Makes the whole block available to a call that fills it in. */
    public SocketAddress clear() {
        memory.intAt(LENGTH, LENGTH_INET6);
        return this;
    }

    public int family() {
        return memory.shortAt(0);
    }

    public int port() {
        return memory.shortBeAt(PORT) & 0xFFFF;
    }

    public long high() {
        return family() == AF_INET ? 0 : memory.longBeAt(ADDRESS_INET6);
    }

    public long low() {
        return family() == AF_INET ? mapped(memory.intBeAt(ADDRESS_INET)) : memory.longBeAt(ADDRESS_INET6 + 8);
    }

    public InetSocketAddress toInetSocketAddress() {
        return new InetSocketAddress(inetAddress(high(), low()), port());
    }

    /** Address of the structure. */
    public long address() {
        return memory.address();
    }

    /** Bytes of the structure as last set or filled in. */
    public int lengthBytes() {
        return memory.intAt(LENGTH);
    }

    /** Address of its {@code socklen_t}. */
    long lengthAddress() {
        return memory.address() + LENGTH;
    }

    @Override
    public void close() {
        memory.close();
    }
}

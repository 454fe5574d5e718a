package io.sluice.ringbuffers.syscall;

import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.ip.Ip;
import java.net.InetSocketAddress;

/**
 * A {@code struct sockaddr_in} or {@code sockaddr_in6} in native memory (linux/in.h, linux/in6.h), reused from call to
 * call; one thread. On the data path an address is read and set as the two longs of an {@link Ip}.
 */
public final class SocketAddress implements AutoCloseable {
    public static final int AF_INET = 2;
    public static final int AF_INET6 = 10;
    /** Bytes of a sockaddr_in. */
    public static final int LENGTH_INET = 16;
    /** Bytes of a sockaddr_in6; the capacity of this block. */
    public static final int LENGTH_INET6 = 28;

    private static final int PORT = 2;
    private static final int ADDRESS_INET = 4;
    private static final int ADDRESS_INET6 = 8;
    private static final int SCOPE_INET6 = 24;
    /** The {@code socklen_t} that the kernel reads and writes lies behind the address. */
    private static final int LENGTH = 32;

    private final Memory memory = new Memory(64);

    /** Sets family, address and port. */
    public SocketAddress set(Endpoint endpoint) {
        Ip ip = endpoint.address();
        set(ip.high(), ip.low(), endpoint.port());
        Ip.Zone zone = ip.zone();
        if (zone != null) {
            memory.intAt(SCOPE_INET6, zone.index());
        }
        return this;
    }

    /** Sets family, address and port. */
    public SocketAddress set(InetSocketAddress address) {
        return set(Endpoint.of(address));
    }

    /** Sets family, address and port from the 128-bit form; an IPv4-mapped address becomes AF_INET. */
    public SocketAddress set(long high, long low, int port) {
        if (Ip.isV4(high, low)) {
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

    /** The link that a link-local IPv6 address is on (sin6_scope_id), behind {@link #set}. */
    public void scope(int index) {
        memory.intAt(SCOPE_INET6, index);
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
        return family() == AF_INET ? Ip.v4Low(memory.intBeAt(ADDRESS_INET)) : memory.longBeAt(ADDRESS_INET6 + 8);
    }

    /** The address without its zone. */
    public Endpoint endpoint() {
        return new Endpoint(new Ip(high(), low()), port());
    }

    public InetSocketAddress toInetSocketAddress() {
        return endpoint().toInetSocketAddress();
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

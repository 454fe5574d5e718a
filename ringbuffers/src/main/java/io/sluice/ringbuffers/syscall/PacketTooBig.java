package io.sluice.ringbuffers.syscall;

import io.sluice.ringbuffers.ip.Ip;

/**
 * Tells the sender of a datagram, as a router would, that it is longer than the path ahead: ICMP "fragmentation needed"
 * (RFC 792, RFC 1191), ICMPv6 "packet too big" (RFC 4443), by raw sockets, which need CAP_NET_RAW. One thread.
 */
public final class PacketTooBig implements AutoCloseable {
    /** Bytes of an IPv4 header without options. */
    public static final int HEADER_INET = 20;
    public static final int HEADER_INET6 = 40;
    /** Bytes of a UDP header. */
    public static final int HEADER_UDP = 8;

    private static final int HEADER_ICMP = 8;
    private static final int UNREACHABLE = 3;
    private static final int FRAGMENTATION_NEEDED = 4;
    private static final int TOO_BIG_INET6 = 2;
    private static final int DONT_FRAGMENT = 0x4000;
    private static final int HOPS = 64;
    /** Of the datagram it is about: with all headers below the 576 bytes that RFC 1812 allows. */
    private static final int QUOTED_BYTES = 512;
    // linux/icmp.h, linux/icmpv6.h: messages that these sockets are not to receive
    private static final int SOL_RAW = 255;
    private static final int ICMP_FILTER = 1;
    private static final int ICMPV6_FILTER = 1;
    private static final int ICMPV6_FILTER_BYTES = 32;

    private boolean opened;
    private int inet = -1;
    private int inet6 = -1;
    private final Memory packet = new Memory(HEADER_ICMP + HEADER_INET6 + HEADER_UDP + QUOTED_BYTES);
    private final SocketAddress address = new SocketAddress();

    /** Opens what is permitted, once; {@link #canTell} says what that is. */
    public void open() {
        if (opened) {
            return;
        }
        opened = true;
        int flags = Sockets.SOCK_RAW | Sockets.SOCK_NONBLOCK | Sockets.SOCK_CLOEXEC;
        inet = Sockets.socket(SocketAddress.AF_INET, flags, Sockets.IPPROTO_ICMP);
        inet6 = Sockets.socket(SocketAddress.AF_INET6, flags, Sockets.IPPROTO_ICMPV6);
        for (int i = 0; i < ICMPV6_FILTER_BYTES; i++) {
            packet.byteAt(i, (byte) -1);
        }
        if (inet >= 0) {
            Sockets.setsockopt(inet, SOL_RAW, ICMP_FILTER, packet.address(), Integer.BYTES);
        }
        if (inet6 >= 0) {
            Sockets.setsockopt(inet6, Sockets.IPPROTO_ICMPV6, ICMPV6_FILTER, packet.address(), ICMPV6_FILTER_BYTES);
        }
    }

    /** Whether senders of that family can be told. */
    public boolean canTell(boolean isInet) {
        return (isInet ? inet : inet6) >= 0;
    }

    /** Whom the next {@link #tell} is for, and which of our addresses the datagram was sent to. */
    public void about(long senderHigh, long senderLow, int senderPort, int senderScope, long toHigh, long toLow,
            int toPort) {
        boolean isInet = Ip.isV4(senderHigh, senderLow);
        address.set(senderHigh, senderLow, 0);
        if (senderScope != 0) {
            address.scope(senderScope);
        }
        int ip = HEADER_ICMP;
        if (isInet) {
            packet.longAt(ip, 0);
            packet.byteAt(ip, (byte) 0x45);
            packet.shortBeAt(ip + 6, (short) DONT_FRAGMENT);
            packet.byteAt(ip + 8, (byte) HOPS);
            packet.byteAt(ip + 9, (byte) Sockets.IPPROTO_UDP);
            packet.intBeAt(ip + 12, (int) senderLow);
            packet.intBeAt(ip + 16, (int) toLow);
        } else {
            packet.intBeAt(ip, 0x60000000);
            packet.byteAt(ip + 6, (byte) Sockets.IPPROTO_UDP);
            packet.byteAt(ip + 7, (byte) HOPS);
            packet.longBeAt(ip + 8, senderHigh);
            packet.longBeAt(ip + 16, senderLow);
            packet.longBeAt(ip + 24, toHigh);
            packet.longBeAt(ip + 32, toLow);
        }
        int udp = ip + (isInet ? HEADER_INET : HEADER_INET6);
        packet.shortBeAt(udp, (short) senderPort);
        packet.shortBeAt(udp + 2, (short) toPort);
    }

    /**
     * Sends it.
     *
     * @param payload address of what the datagram carried
     * @param mtu of the path, in bytes of an IP packet of the client's family
     * @return 0 or more, or the negated errno
     */
    public int tell(long payload, int lengthBytes, int mtu) {
        boolean isInet = address.family() == SocketAddress.AF_INET;
        int udp = HEADER_ICMP + (isInet ? HEADER_INET : HEADER_INET6);
        packet.shortBeAt(udp + 4, (short) (HEADER_UDP + lengthBytes));
        packet.shortBeAt(udp + 6, (short) 0); // the quoted checksum is nobody's concern
        int quoted = Math.min(lengthBytes, QUOTED_BYTES);
        packet.put(udp + HEADER_UDP, payload, quoted);
        int length = udp + HEADER_UDP + quoted;
        packet.longAt(0, 0);
        if (isInet) {
            packet.shortBeAt(HEADER_ICMP + 2, (short) (HEADER_INET + HEADER_UDP + lengthBytes));
            packet.shortBeAt(HEADER_ICMP + 10, (short) 0);
            packet.shortBeAt(HEADER_ICMP + 10, checksum(HEADER_ICMP, HEADER_INET));
            packet.byteAt(0, (byte) UNREACHABLE);
            packet.byteAt(1, (byte) FRAGMENTATION_NEEDED);
            packet.shortBeAt(6, (short) mtu);
            packet.shortBeAt(2, checksum(0, length));
        } else {
            packet.shortBeAt(HEADER_ICMP + 4, (short) (HEADER_UDP + lengthBytes));
            packet.byteAt(0, (byte) TOO_BIG_INET6);
            packet.intBeAt(4, mtu); // ICMPv6's checksum covers addresses too: the kernel fills it in
        }
        return Sockets.sendto(isInet ? inet : inet6, packet.address(), length,
                Sockets.MSG_DONTWAIT | Sockets.MSG_NOSIGNAL, address);
    }

    private short checksum(int offset, int lengthBytes) {
        int sum = 0;
        int even = lengthBytes & ~1;
        for (int i = 0; i < even; i += 2) {
            sum += packet.shortBeAt(offset + i) & 0xFFFF;
        }
        if (even < lengthBytes) {
            sum += (packet.byteAt(offset + even) & 0xFF) << 8;
        }
        sum = (sum & 0xFFFF) + (sum >>> 16);
        return (short) ~(sum + (sum >>> 16));
    }

    @Override
    public void close() {
        if (inet >= 0) {
            Files.close(inet);
        }
        if (inet6 >= 0) {
            Files.close(inet6);
        }
        packet.close();
        address.close();
    }
}

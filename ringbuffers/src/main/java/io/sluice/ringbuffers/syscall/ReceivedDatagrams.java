package io.sluice.ringbuffers.syscall;

import io.sluice.ringbuffers.ip.Ip;

/**
 * Datagrams received with one recvmmsg(2): their bytes, who sent them, which of our addresses they were sent to
 * (IP_PKTINFO) and into how many segments the kernel merged them (UDP_GRO). Reused from call to call; one thread.
 */
public final class ReceivedDatagrams implements AutoCloseable {
    private static final int HEADER = 64; // struct mmsghdr: struct msghdr of 56 bytes, msg_len, padding
    private static final int NAME_LENGTH = 8;
    private static final int IOV = 16;
    private static final int IOV_COUNT = 24;
    private static final int CONTROL = 32;
    private static final int CONTROL_LENGTH = 40;
    private static final int FLAGS = 48;
    private static final int MESSAGE_LENGTH = 56;
    private static final int NAME_BYTES = 32;
    private static final int CONTROL_BYTES = 128;
    private static final int SO_EE_ORIGIN_LOCAL = 1; // linux/errqueue.h

    private final int capacity;
    private final int datagramBytes;
    private final Memory headers;
    private final Memory names;
    private final Memory iovecs;
    private final Memory controls;
    private final Memory payload;
    private int held;
    /** Headers below this one carry lengths of a former call. */
    private int written;

    /**
     * Makes room.
     *
     * @param capacity datagrams per call
     * @param datagramBytes the longest one; 65,535 holds any, merged ones included
     */
    public ReceivedDatagrams(int capacity, int datagramBytes) {
        this.capacity = capacity;
        this.datagramBytes = datagramBytes;
        headers = new Memory((long) capacity * HEADER);
        names = new Memory((long) capacity * NAME_BYTES);
        iovecs = new Memory((long) capacity * 16);
        controls = new Memory((long) capacity * CONTROL_BYTES);
        payload = Memory.untouched((long) capacity * datagramBytes);
        for (int i = 0; i < capacity; i++) {
            long header = (long) i * HEADER;
            headers.longAt(header, names.address() + (long) i * NAME_BYTES);
            headers.longAt(header + IOV, iovecs.address() + i * 16L);
            headers.longAt(header + IOV_COUNT, 1);
            headers.intAt(header + NAME_LENGTH, NAME_BYTES);
            headers.longAt(header + CONTROL_LENGTH, CONTROL_BYTES);
            headers.longAt(header + CONTROL, controls.address() + (long) i * CONTROL_BYTES);
            iovecs.longAt(i * 16L, payload.address() + (long) i * datagramBytes);
            iovecs.longAt(i * 16L + 8, datagramBytes);
        }
    }

    /** Receives without waiting, over what was held before; answers how many came, or the negated errno. */
    public int receive(int fd) {
        held = 0;
        return receive(fd, capacity, 0);
    }

    /** Receives without waiting behind what is {@link #held()}, at most so many. */
    public int receiveMore(int fd, int most) {
        return receive(fd, most, 0);
    }

    /** Reads the queue of ICMP errors; a datagram's "sender" is then whom it had been sent to. */
    public int receiveErrors(int fd) {
        held = 0;
        return receive(fd, capacity, Datagrams.MSG_ERRQUEUE);
    }

    private int receive(int fd, int most, int flags) {
        int room = Math.min(most, capacity - held);
        for (int i = held; i < Math.min(written, held + room); i++) { // the kernel wrote lengths over the room there is
            long header = (long) i * HEADER;
            headers.intAt(header + NAME_LENGTH, NAME_BYTES);
            headers.longAt(header + CONTROL_LENGTH, CONTROL_BYTES);
            headers.intAt(header + FLAGS, 0);
        }
        int received = Datagrams.recvmmsg(fd, headers.address() + (long) held * HEADER, room,
                Sockets.MSG_DONTWAIT | flags);
        held += Math.max(received, 0);
        written = Math.max(written, held);
        return received;
    }

    /** Datagrams received and not released; the next ones stand behind them. */
    public int held() {
        return held;
    }

    /** Forgets what is held. */
    public void release() {
        held = 0;
    }

    public int capacity() {
        return capacity;
    }

    /** Address of a datagram's first byte. */
    public long address(int index) {
        return payload.address() + (long) index * datagramBytes;
    }

    public int lengthBytes(int index) {
        return headers.intAt((long) index * HEADER + MESSAGE_LENGTH);
    }

    public int senderPort(int index) {
        return names.shortBeAt((long) index * NAME_BYTES + 2) & 0xFFFF;
    }

    public long senderHigh(int index) {
        long name = (long) index * NAME_BYTES;
        return names.shortAt(name) == SocketAddress.AF_INET ? 0 : names.longBeAt(name + 8);
    }

    public long senderLow(int index) {
        long name = (long) index * NAME_BYTES;
        return names.shortAt(name) == SocketAddress.AF_INET
                ? Ip.v4Low(names.intBeAt(name + 4))
                : names.longBeAt(name + 16);
    }

    /** The link (sin6_scope_id, an interface's index) of a sender with a link-local address; else 0. */
    public int senderScope(int index) {
        long name = (long) index * NAME_BYTES;
        return names.shortAt(name) == SocketAddress.AF_INET ? 0 : names.intAt(name + 24);
    }

    /** Length of each segment of a merged datagram (UDP_GRO); 0 where it is a single one. */
    public int segmentBytes(int index) {
        long at = control(index, Datagrams.SOL_UDP, Datagrams.UDP_GRO);
        return at < 0 ? 0 : controls.intAt(at);
    }

    /** How many datagrams that is: of a merged one, its segments. */
    public int datagrams(int index) {
        int segment = segmentBytes(index);
        return segment == 0 ? 1 : (lengthBytes(index) + segment - 1) / segment;
    }

    /** Whether an IPv6 datagram came in fragments, where the socket asks for it (IPV6_RECVFRAGSIZE). */
    public boolean isReassembled(int index) {
        return control(index, Sockets.IPPROTO_IPV6, Datagrams.IPV6_RECVFRAGSIZE) >= 0;
    }

    /** A byte of a datagram. */
    byte byteAt(int index, int offset) {
        return payload.byteAt((long) index * datagramBytes + offset);
    }

    /** Network byte order. */
    short shortBeAt(int index, int offset) {
        return payload.shortBeAt((long) index * datagramBytes + offset);
    }

    /** Network byte order. */
    int intBeAt(int index, int offset) {
        return payload.intBeAt((long) index * datagramBytes + offset);
    }

    /** The ICMP error that a datagram of {@link #receiveErrors} met, as errno; 0 where there is none. */
    public int errno(int index) {
        long at = error(index);
        return at < 0 ? 0 : controls.intAt(at); // ee_errno, the first of struct sock_extended_err
    }

    /** Whether it never left this host: no ICMP message tells of it. */
    public boolean isLocalError(int index) {
        long at = error(index);
        return at >= 0 && controls.byteAt(at + 4) == SO_EE_ORIGIN_LOCAL;
    }

    /** With EMSGSIZE: the MTU of the path. */
    public int errorMtu(int index) {
        long at = error(index);
        return at < 0 ? 0 : controls.intAt(at + 8); // ee_info, behind ee_errno and four bytes
    }

    private long error(int index) {
        long at = control(index, Sockets.IPPROTO_IP, Datagrams.IP_RECVERR);
        return at >= 0 ? at : control(index, Sockets.IPPROTO_IPV6, Datagrams.IPV6_RECVERR);
    }

    /** High half of the local address it was sent to; 0 where that is IPv4 or unknown. */
    public long localHigh(int index) {
        long at = control(index, Sockets.IPPROTO_IPV6, Datagrams.IPV6_PKTINFO);
        return at < 0 ? 0 : controls.longBeAt(at);
    }

    /** Low half of the local address it was sent to; 0 where it is unknown. */
    public long localLow(int index) {
        long at = control(index, Sockets.IPPROTO_IP, Datagrams.IP_PKTINFO);
        if (at >= 0) {
            return Ip.v4Low(controls.intBeAt(at + 8)); // ipi_addr, behind ipi_ifindex and ipi_spec_dst
        }
        at = control(index, Sockets.IPPROTO_IPV6, Datagrams.IPV6_PKTINFO);
        return at < 0 ? 0 : controls.longBeAt(at + 8);
    }

    /** Offset of a control message's data, or -1: struct cmsghdr is length (8), level (4), type (4), data. */
    private long control(int index, int level, int type) {
        long start = (long) index * CONTROL_BYTES;
        long end = start + headers.longAt((long) index * HEADER + CONTROL_LENGTH);
        for (long at = start; at + 16 <= end;) {
            long length = controls.longAt(at);
            if (length < 16) {
                return -1;
            }
            if (controls.intAt(at + 8) == level && controls.intAt(at + 12) == type) {
                return at + 16;
            }
            at += length + 7 & ~7L;
        }
        return -1;
    }

    @Override
    public void close() {
        headers.close();
        names.close();
        iovecs.close();
        controls.close();
        payload.close();
    }
}

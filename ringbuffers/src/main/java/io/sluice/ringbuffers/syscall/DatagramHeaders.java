package io.sluice.ringbuffers.syscall;

import io.sluice.ringbuffers.ip.Ip;

/**
 * IPv4 and UDP headers of the long datagrams that come to some local ports, as a raw socket sees them beside the socket
 * they are for: no option of a UDP socket tells whether a datagram came with DF. A filter (linux/filter.h) lets nothing
 * else in. Needs CAP_NET_RAW. One thread.
 */
public final class DatagramHeaders implements AutoCloseable {
    /** Ports that the filter tells apart; of more than these it lets every one in. */
    private static final int MOST_PORTS = 512;
    private static final int HEADER_BYTES = 68; // an IPv4 header with all its options, and UDP's
    private static final int AT_ONCE = 32;
    private static final int RECEIVE_BUFFER_BYTES = 1 << 20;
    private static final int SO_ATTACH_FILTER = 26;
    private static final int DONT_FRAGMENT = 0x4000;

    // linux/bpf_common.h: struct sock_filter is code (16 bits), jt, jf (8 bits), k (32 bits)
    private static final int LOAD_HALF = 0x28;
    private static final int LOAD_HALF_BEHIND_HEADER = 0x48;
    private static final int HEADER_LENGTH = 0xB1;
    private static final int JUMP_EQUAL = 0x15;
    private static final int JUMP_GREATER = 0x25;
    private static final int RETURN = 0x06;
    private static final int INSTRUCTION = 8;

    private final ReceivedDatagrams headers = new ReceivedDatagrams(AT_ONCE, HEADER_BYTES);
    private final Memory filter = new Memory((2 * MOST_PORTS + 8L) * INSTRUCTION);
    private final Memory program = new Memory(16);
    private int instructions;
    private int fd = -1;

    /** Whether it sees anything. */
    public boolean isOpen() {
        return fd >= 0;
    }

    /**
     * Sees, from now on, datagrams to these ports alone.
     *
     * @param longerThanBytes those whose IP packet is longer
     * @return 0 or more, or the negated errno
     */
    public int see(int[] ports, int count, int longerThanBytes) {
        boolean first = fd < 0;
        if (first) {
            int result = Sockets.socket(SocketAddress.AF_INET,
                    Sockets.SOCK_RAW | Sockets.SOCK_NONBLOCK | Sockets.SOCK_CLOEXEC, Sockets.IPPROTO_UDP);
            if (result < 0) {
                return result;
            }
            fd = result;
            Sockets.setsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_RCVBUF, RECEIVE_BUFFER_BYTES);
        }
        instructions = 0;
        add(LOAD_HALF, 0, 0, 2); // the length of the packet
        add(JUMP_GREATER, 1, 0, longerThanBytes);
        add(RETURN, 0, 0, 0);
        add(HEADER_LENGTH, 0, 0, 0);
        add(LOAD_HALF_BEHIND_HEADER, 0, 0, 2); // the port it is for
        for (int i = 0; i < Math.min(count, MOST_PORTS); i++) {
            add(JUMP_EQUAL, 0, 1, ports[i]);
            add(RETURN, 0, 0, HEADER_BYTES);
        }
        add(RETURN, 0, 0, count > MOST_PORTS ? HEADER_BYTES : 0);
        program.shortAt(0, (short) instructions);
        program.longAt(8, filter.address());
        int result = Sockets.setsockopt(fd, Sockets.SOL_SOCKET, SO_ATTACH_FILTER, program.address(), 16);
        if (result < 0) {
            stop();
        } else if (first) {
            while (receive() > 0) {
                // what came before there was a filter
            }
        }
        return result;
    }

    private void add(int code, int ifTrue, int ifFalse, int operand) {
        long at = (long) instructions++ * INSTRUCTION;
        filter.shortAt(at, (short) code);
        filter.byteAt(at + 2, (byte) ifTrue);
        filter.byteAt(at + 3, (byte) ifFalse);
        filter.intAt(at + 4, operand);
    }

    /** Takes the next ones over those before; answers how many came, 0 where none is left. */
    public int receive() {
        return fd < 0 ? 0 : Math.max(0, headers.receive(fd));
    }

    /** Whether both headers are there. */
    public boolean isWhole(int index) {
        return headers.lengthBytes(index) >= udp(index) + PacketTooBig.HEADER_UDP
                && udp(index) >= PacketTooBig.HEADER_INET;
    }

    private int udp(int index) {
        return (headers.byteAt(index, 0) & 0xF) * 4;
    }

    /** Low half of the address it is from, in the mapped form. */
    public long senderLow(int index) {
        return Ip.v4Low(headers.intBeAt(index, 12));
    }

    public int senderPort(int index) {
        return headers.shortBeAt(index, udp(index)) & 0xFFFF;
    }

    /** The port it is for. */
    public int port(int index) {
        return headers.shortBeAt(index, udp(index) + 2) & 0xFFFF;
    }

    public boolean dontFragment(int index) {
        return (headers.shortBeAt(index, 6) & DONT_FRAGMENT) != 0;
    }

    /** Sees nothing any more, until the next {@link #see}. */
    public void stop() {
        if (fd >= 0) {
            Files.close(fd);
            fd = -1;
        }
    }

    @Override
    public void close() {
        stop();
        headers.close();
        filter.close();
        program.close();
    }
}

package io.sluice.ringbuffers.syscall;

import io.sluice.ringbuffers.ip.Ip;

/**
 * Datagrams collected to leave with one sendmmsg(2): references to bytes that must stay until they are sent, with
 * destination, source address and segment length where they are wanted. Datagrams of one length to one destination
 * become one message that the kernel cuts (UDP_SEGMENT) and that passes through its layers once. Reused; one thread.
 */
public final class DatagramsToSend implements AutoCloseable {
    // struct mmsghdr: struct msghdr of 56 bytes, msg_len, padding
    private static final int HEADER = 64;
    private static final int NAME_LENGTH = 8;
    private static final int IOV = 16;
    private static final int IOV_COUNT = 24;
    private static final int CONTROL = 32;
    private static final int CONTROL_LENGTH = 40;
    private static final int IOVEC = 16;
    private static final int NAME_BYTES = 32;
    private static final int CONTROL_BYTES = 64;
    /** The control message of UDP_SEGMENT, always the last one. */
    private static final int SEGMENT_BYTES = 24;
    /** Of all segments together: what one IP packet holds, with room for headers. */
    private static final int MOST_BYTES = 65_000;
    private static final int FLAGS = Sockets.MSG_DONTWAIT | Sockets.MSG_NOSIGNAL;

    /** What becomes of a datagram that is longer than its path (EMSGSIZE); called while others wait behind it. */
    public interface TooLong {
        /** It is lost, as others are for which there is no room. */
        TooLong LOST = new TooLong() {
            @Override
            public boolean mayGoInFragments(int fd, long address, int lengthBytes) {
                return false;
            }

            @Override
            public void wentInFragments(int fd) {
                // it never does
            }
        };

        /**
         * Whether the socket sends it in fragments now; else it is lost.
         *
         * @param address of its bytes, without any prefix
         */
        boolean mayGoInFragments(int fd, long address, int lengthBytes);

        /** The socket is to be as before. */
        void wentInFragments(int fd);
    }

    private final int capacity;
    private final TooLong tooLong;
    private final Memory headers;
    private final Memory names;
    private final Memory iovecs;
    private final Memory controls;
    private final int[] datagrams;

    private int count;
    private int vectors;
    /** The first message that has not been sent yet. */
    private int next;
    private int lost;

    private long toHigh;
    private long toLow;
    private int toPort;
    private int toScope;
    private long fromHigh;
    private long fromLow;
    private long prefix;
    private int prefixBytes;
    /** Whether the last message may take another datagram, of this length or, as its last one, shorter. */
    private boolean open;
    private int segmentBytes;
    private int totalBytes;

    /**
     * Makes room.
     *
     * @param capacity datagrams per call
     */
    public DatagramsToSend(int capacity) {
        this(capacity, TooLong.LOST);
    }

    /**
     * Makes room.
     *
     * @param capacity datagrams per call
     */
    public DatagramsToSend(int capacity, TooLong tooLong) {
        this.capacity = capacity;
        this.tooLong = tooLong;
        headers = new Memory((capacity + 1L) * HEADER); // the last of each serves segments sent one by one
        names = new Memory((long) capacity * NAME_BYTES);
        iovecs = new Memory((capacity + 1L) * 2 * IOVEC);
        controls = new Memory((long) capacity * CONTROL_BYTES);
        datagrams = new int[capacity];
    }

    public boolean isFull() {
        return count == capacity || vectors + 2 > capacity * 2;
    }

    public boolean isEmpty() {
        return count == 0;
    }

    /**
     * Whom the datagrams added from now on go to.
     *
     * @param fromHigh with {@code fromLow}: our address that they leave from; both 0 where the socket is bound to it
     */
    public void to(long high, long low, int port, long fromHigh, long fromLow) {
        toHigh = high;
        toLow = low;
        toPort = port;
        toScope = 0;
        this.fromHigh = fromHigh;
        this.fromLow = fromLow;
        prefixBytes = 0;
        open = false;
    }

    /** The link that a link-local destination is on (sin6_scope_id), until the next {@link #to}. */
    public void scope(int index) {
        toScope = index;
    }

    /** Puts bytes in front of every datagram added from now on, until the next {@link #to}. */
    public void prefix(long address, int lengthBytes) {
        prefix = address;
        prefixBytes = lengthBytes;
        open = false;
    }

    /**
     * Adds a datagram.
     *
     * @param segment 0, or the length at which the kernel cuts it into datagrams
     */
    public void add(long address, int lengthBytes, int segment) {
        int whole = prefixBytes + lengthBytes;
        if (open && segment == 0 && lengthBytes > 0 && whole <= segmentBytes
                && datagrams[count - 1] < Datagrams.UDP_MAX_SEGMENTS && totalBytes + whole <= MOST_BYTES) {
            join(address, lengthBytes, whole);
        } else {
            begin(address, lengthBytes, whole, segment);
        }
    }

    private void begin(long address, int lengthBytes, int whole, int segment) {
        long header = (long) count * HEADER;
        headers.longAt(header + IOV, iovecs.address() + (long) vectors * IOVEC);
        headers.longAt(header + IOV_COUNT, vectorsOf(address, lengthBytes));
        name(header, count);
        long control = (long) count * CONTROL_BYTES;
        int controlBytes = fromLow == 0 && fromHigh == 0 ? 0 : source(control);
        if (segment > 0) {
            segment(control + controlBytes, segment);
            controlBytes += SEGMENT_BYTES;
        }
        headers.longAt(header + CONTROL, controls.address() + control);
        headers.longAt(header + CONTROL_LENGTH, controlBytes);
        datagrams[count] = segment == 0 ? 1 : (lengthBytes + segment - 1) / segment;
        count++;
        open = segment == 0 && lengthBytes > 0;
        segmentBytes = whole;
        totalBytes = whole;
    }

    private void join(long address, int lengthBytes, int whole) {
        long header = (count - 1L) * HEADER;
        headers.longAt(header + IOV_COUNT,
                headers.longAt(header + IOV_COUNT) + vectorsOf(address, lengthBytes));
        if (datagrams[count - 1]++ == 1) {
            long controlBytes = headers.longAt(header + CONTROL_LENGTH);
            segment((count - 1L) * CONTROL_BYTES + controlBytes, segmentBytes);
            headers.longAt(header + CONTROL_LENGTH, controlBytes + SEGMENT_BYTES);
        }
        totalBytes += whole;
        open = whole == segmentBytes;
    }

    private int vectorsOf(long address, int lengthBytes) {
        if (prefixBytes > 0) {
            vector(vectors++, prefix, prefixBytes);
        }
        vector(vectors++, address, lengthBytes);
        return prefixBytes > 0 ? 2 : 1;
    }

    private void vector(int index, long address, long lengthBytes) {
        iovecs.longAt((long) index * IOVEC, address);
        iovecs.longAt((long) index * IOVEC + 8, lengthBytes);
    }

    private void name(long header, int index) {
        long name = (long) index * NAME_BYTES;
        boolean inet = Ip.isV4(toHigh, toLow);
        names.shortAt(name, (short) (inet ? SocketAddress.AF_INET : SocketAddress.AF_INET6));
        names.shortBeAt(name + 2, (short) toPort);
        if (inet) {
            names.intBeAt(name + 4, (int) toLow);
            names.longAt(name + 8, 0);
        } else {
            names.intAt(name + 4, 0);
            names.longBeAt(name + 8, toHigh);
            names.longBeAt(name + 16, toLow);
            names.intAt(name + 24, toScope);
        }
        headers.longAt(header, names.address() + name);
        headers.intAt(header + NAME_LENGTH, inet ? SocketAddress.LENGTH_INET : SocketAddress.LENGTH_INET6);
    }

    private void segment(long at, int bytes) {
        controls.longAt(at, 18);
        controls.intAt(at + 8, Datagrams.SOL_UDP);
        controls.intAt(at + 12, Datagrams.UDP_SEGMENT);
        controls.shortAt(at + 16, (short) bytes);
    }

    private int source(long at) {
        boolean inet = Ip.isV4(fromHigh, fromLow);
        controls.longAt(at, inet ? 28 : 36);
        controls.intAt(at + 8, inet ? Sockets.IPPROTO_IP : Sockets.IPPROTO_IPV6);
        controls.intAt(at + 12, inet ? Datagrams.IP_PKTINFO : Datagrams.IPV6_PKTINFO);
        if (inet) {
            controls.intAt(at + 16, 0);
            controls.intBeAt(at + 20, (int) fromLow);
            controls.intAt(at + 24, 0);
            return 32;
        }
        controls.longBeAt(at + 16, fromHigh);
        controls.longBeAt(at + 24, fromLow);
        controls.intAt(at + 32, 0);
        return 40;
    }

    /**
     * Sends what was added. What has no room is lost, as the network would lose it, and counted by {@link #takeLost()};
     * so is what is too long and may not go in fragments; at any other error it stops, so that the caller may go on
     * with the rest, here or elsewhere.
     *
     * @return 0 where nothing is left, or the negated errno
     */
    public int flush(int fd) {
        while (next < count) {
            int result = Datagrams.sendmmsg(fd, headers.address() + (long) next * HEADER, count - next, FLAGS);
            if (result > 0) {
                next += result;
            } else if (result == -Errno.EAGAIN || result == -Errno.ENOBUFS) {
                lost += datagrams[next++];
            } else if (datagrams[next] > 1 && isRefusalOfSegments(result)) {
                sendOneByOne(fd, next++);
            } else if (result == -Errno.EMSGSIZE) {
                lost += sendTooLong(fd, (long) next++ * HEADER) ? 0 : 1;
            } else {
                return result;
            }
        }
        clear();
        return 0;
    }

    /** Where {@link #flush} has met an error: how many datagrams it did not meet, as they went before. */
    public int sent() {
        int sent = 0;
        for (int i = 0; i < next; i++) {
            sent += datagrams[i];
        }
        return sent;
    }

    /** The same, with every error taken for a loss. */
    public void flushAll(int fd) {
        while (flush(fd) < 0) {
            lost += datagrams[next++];
        }
    }

    /** What is left goes to this destination, from whatever socket sends it. */
    public void redirect(long high, long low, int port) {
        int same = prefixBytes;
        to(high, low, port, 0, 0);
        prefixBytes = same;
        for (int i = next; i < count; i++) {
            name((long) i * HEADER, i);
        }
    }

    /** Gives up what is left. */
    public void drop() {
        for (int i = next; i < count; i++) {
            lost += datagrams[i];
        }
        clear();
    }

    private void clear() {
        count = 0;
        next = 0;
        vectors = 0;
        open = false;
    }

    /** Datagrams lost since the last call. */
    public int takeLost() {
        int answer = lost;
        lost = 0;
        return answer;
    }

    /** A route of a small MTU, or a device that cannot sum (udp(7)). */
    private static boolean isRefusalOfSegments(int result) {
        return result == -Errno.EMSGSIZE || result == -Errno.EINVAL || result == -Errno.EIO;
    }

    private boolean sendTooLong(int fd, long header) {
        // the last vector is the datagram's own, behind any prefix
        long last = headers.longAt(header + IOV) - iovecs.address() + (headers.longAt(header + IOV_COUNT) - 1) * IOVEC;
        if (!tooLong.mayGoInFragments(fd, iovecs.longAt(last), (int) iovecs.longAt(last + 8))) {
            return false;
        }
        try {
            return Datagrams.sendmmsg(fd, headers.address() + header, 1, FLAGS) == 1;
        } finally {
            tooLong.wentInFragments(fd);
        }
    }

    private void sendOneByOne(int fd, int message) {
        long header = (long) message * HEADER;
        long single = (long) capacity * HEADER;
        long controlBytes = headers.longAt(header + CONTROL_LENGTH) - SEGMENT_BYTES;
        int segment = controls.shortAt((long) message * CONTROL_BYTES + controlBytes + 16) & 0xFFFF;
        headers.longAt(single, headers.longAt(header));
        headers.intAt(single + NAME_LENGTH, headers.intAt(header + NAME_LENGTH));
        headers.longAt(single + IOV, iovecs.address() + capacity * 2L * IOVEC);
        headers.longAt(single + CONTROL, headers.longAt(header + CONTROL));
        headers.longAt(single + CONTROL_LENGTH, controlBytes);
        long at = headers.longAt(header + IOV) - iovecs.address();
        long end = at + headers.longAt(header + IOV_COUNT) * IOVEC;
        int pieces = 0;
        long filled = 0;
        for (; at < end; at += IOVEC) {
            long address = iovecs.longAt(at);
            long left = iovecs.longAt(at + 8);
            while (left > 0) {
                long piece = Math.min(left, segment - filled);
                vector(capacity * 2 + pieces++, address, piece);
                address += piece;
                left -= piece;
                filled += piece;
                if (filled == segment || (left == 0 && at + IOVEC == end)) {
                    headers.longAt(single + IOV_COUNT, pieces);
                    int result = Datagrams.sendmmsg(fd, headers.address() + single, 1, FLAGS);
                    lost += result == 1 || (result == -Errno.EMSGSIZE && sendTooLong(fd, single)) ? 0 : 1;
                    pieces = 0;
                    filled = 0;
                }
            }
        }
    }

    @Override
    public void close() {
        headers.close();
        names.close();
        iovecs.close();
        controls.close();
    }
}

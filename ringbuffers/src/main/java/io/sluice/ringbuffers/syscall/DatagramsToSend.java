package io.sluice.ringbuffers.syscall;

/**
 * Datagrams collected to leave with one sendmmsg(2): references to bytes that must stay until {@link #flush}, with
 * destination, source address and segment length where they are wanted. Reused; one thread.
 */
public final class DatagramsToSend implements AutoCloseable {
    private static final int HEADER = 64;
    private static final int NAME_BYTES = 32;
    private static final int CONTROL_BYTES = 64;

    private final int capacity;
    private final Memory headers;
    private final Memory names;
    private final Memory iovecs;
    private final Memory controls;
    private int count;

    /**
     * Makes room.
     *
     * @param capacity datagrams per call
     */
    public DatagramsToSend(int capacity) {
        this.capacity = capacity;
        headers = new Memory((long) capacity * HEADER);
        names = new Memory((long) capacity * NAME_BYTES);
        iovecs = new Memory(capacity * 32L);
        controls = new Memory((long) capacity * CONTROL_BYTES);
        for (int i = 0; i < capacity; i++) {
            headers.longAt((long) i * HEADER + 16, iovecs.address() + i * 32L);
        }
    }

    public boolean isFull() {
        return count == capacity;
    }

    public int count() {
        return count;
    }

    /**
     * Adds a datagram for the peer of a connected socket.
     *
     * @param prefix address of bytes in front, where {@code prefixBytes} is above 0
     * @param segmentBytes 0, or the length at which the kernel cuts it into datagrams (UDP_SEGMENT)
     */
    public void add(long prefix, int prefixBytes, long address, int lengthBytes, int segmentBytes) {
        long header = (long) count * HEADER;
        headers.longAt(header, 0);
        headers.intAt(header + 8, 0);
        bytes(header, prefix, prefixBytes, address, lengthBytes);
        int control = segmentBytes == 0 ? 0 : segment(count * (long) CONTROL_BYTES, segmentBytes);
        control(header, control);
        count++;
    }

    /**
     * Adds a datagram for a client.
     *
     * @param fromHigh with {@code fromLow}: our address that it leaves from; both 0 where the socket is bound to it
     */
    public void addTo(long toHigh, long toLow, int toPort, long fromHigh, long fromLow, long address, int lengthBytes,
            int segmentBytes) {
        long header = (long) count * HEADER;
        long name = (long) count * NAME_BYTES;
        boolean inet = SocketAddress.isInet(toHigh, toLow);
        names.shortAt(name, (short) (inet ? SocketAddress.AF_INET : SocketAddress.AF_INET6));
        names.shortBeAt(name + 2, (short) toPort);
        if (inet) {
            names.intBeAt(name + 4, (int) toLow);
            names.longAt(name + 8, 0);
        } else {
            names.intAt(name + 4, 0);
            names.longBeAt(name + 8, toHigh);
            names.longBeAt(name + 16, toLow);
            names.intAt(name + 24, 0);
        }
        headers.longAt(header, names.address() + name);
        headers.intAt(header + 8, inet ? SocketAddress.LENGTH_INET : SocketAddress.LENGTH_INET6);
        bytes(header, 0, 0, address, lengthBytes);
        long at = count * (long) CONTROL_BYTES;
        int control = fromLow == 0 && fromHigh == 0 ? 0 : source(at, fromHigh, fromLow);
        control += segmentBytes == 0 ? 0 : segment(at + control, segmentBytes);
        control(header, control);
        count++;
    }

    private void bytes(long header, long prefix, int prefixBytes, long address, int lengthBytes) {
        long iov = count * 32L;
        int iovs = 0;
        if (prefixBytes > 0) {
            iovecs.longAt(iov, prefix);
            iovecs.longAt(iov + 8, prefixBytes);
            iov += 16;
            iovs++;
        }
        iovecs.longAt(iov, address);
        iovecs.longAt(iov + 8, lengthBytes);
        headers.longAt(header + 24, iovs + 1L);
    }

    private void control(long header, int lengthBytes) {
        headers.longAt(header + 32, lengthBytes == 0 ? 0 : controls.address() + (long) count * CONTROL_BYTES);
        headers.longAt(header + 40, lengthBytes);
    }

    private int segment(long at, int segmentBytes) {
        controls.longAt(at, 18);
        controls.intAt(at + 8, Datagrams.SOL_UDP);
        controls.intAt(at + 12, Datagrams.UDP_SEGMENT);
        controls.shortAt(at + 16, (short) segmentBytes);
        return 24;
    }

    private int source(long at, long high, long low) {
        boolean inet = SocketAddress.isInet(high, low);
        controls.longAt(at, inet ? 28 : 36);
        controls.intAt(at + 8, inet ? Sockets.IPPROTO_IP : Sockets.IPPROTO_IPV6);
        controls.intAt(at + 12, inet ? Datagrams.IP_PKTINFO : Datagrams.IPV6_PKTINFO);
        if (inet) {
            controls.intAt(at + 16, 0);
            controls.intBeAt(at + 20, (int) low);
            controls.intAt(at + 24, 0);
            return 32;
        }
        controls.longBeAt(at + 16, high);
        controls.longBeAt(at + 24, low);
        controls.intAt(at + 32, 0);
        return 40;
    }

    /**
     * Sends all of them and is empty afterwards. What the kernel refuses is passed over, as the network would lose it.
     *
     * @return how many were sent
     */
    public int flush(int fd) {
        int sent = 0;
        int from = 0;
        while (from < count) {
            int result = Datagrams.sendmmsg(fd, headers.address() + (long) from * HEADER, count - from,
                    Sockets.MSG_DONTWAIT | Sockets.MSG_NOSIGNAL);
            if (result > 0) {
                sent += result;
                from += result;
            } else {
                from++;
            }
        }
        count = 0;
        return sent;
    }

    @Override
    public void close() {
        headers.close();
        names.close();
        iovecs.close();
        controls.close();
    }
}

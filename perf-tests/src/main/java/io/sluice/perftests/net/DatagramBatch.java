package io.sluice.perftests.net;

import io.sluice.ringbuffers.syscall.Datagrams;
import io.sluice.ringbuffers.syscall.Memory;
import io.sluice.ringbuffers.syscall.Sockets;

/**
 * Datagrams received or sent many at a time: struct mmsghdr[], one buffer and one peer address each. Owned by one
 * thread. What was received can be sent back as it stands, to whom it came from.
 */
public final class DatagramBatch implements AutoCloseable {
    // struct mmsghdr on 64-bit Linux: msghdr {name, namelen, iov, iovlen, control, controllen, flags}, msg_len
    private static final int HEADER_BYTES = 64;
    private static final int NAME = 0;
    private static final int NAME_LENGTH = 8;
    private static final int IOV = 16;
    private static final int IOV_COUNT = 24;
    private static final int MESSAGE_LENGTH = 56;
    private static final int IOVEC_BYTES = 16;
    private static final int ADDRESS_BYTES = 32;

    private final int capacity;
    private final int slotBytes;
    private final Memory headers;
    private final Memory vectors;
    private final Memory addresses;
    private final Memory data;

    public DatagramBatch(int capacity, int slotBytes, boolean withAddresses) {
        this.capacity = capacity;
        this.slotBytes = slotBytes;
        headers = new Memory((long) capacity * HEADER_BYTES);
        vectors = new Memory((long) capacity * IOVEC_BYTES);
        addresses = new Memory((long) capacity * ADDRESS_BYTES);
        data = new Memory((long) capacity * slotBytes);
        for (int i = 0; i < capacity; i++) {
            if (withAddresses) {
                headers.longAt((long) i * HEADER_BYTES + NAME, addresses.address() + (long) i * ADDRESS_BYTES);
            }
            headers.longAt((long) i * HEADER_BYTES + IOV, vectors.address() + (long) i * IOVEC_BYTES);
            headers.longAt((long) i * HEADER_BYTES + IOV_COUNT, 1);
            vectors.longAt((long) i * IOVEC_BYTES, data.address() + (long) i * slotBytes);
        }
    }

    public int capacity() {
        return capacity;
    }

    /** The bytes of all slots; slot i begins at {@link #offset(int)}. */
    public Memory data() {
        return data;
    }

    public long offset(int index) {
        return (long) index * slotBytes;
    }

    /** Bytes of the index-th datagram received. */
    public int length(int index) {
        return headers.intAt((long) index * HEADER_BYTES + MESSAGE_LENGTH);
    }

    /** Fixes how many bytes of a slot the next send takes. */
    public void length(int index, int bytes) {
        vectors.longAt((long) index * IOVEC_BYTES + 8, bytes);
    }

    /** @return how many datagrams came, or the negated errno */
    public int receive(int fd) {
        for (int i = 0; i < capacity; i++) {
            headers.intAt((long) i * HEADER_BYTES + NAME_LENGTH,
                    headers.longAt((long) i * HEADER_BYTES + NAME) == 0 ? 0 : 28);
            length(i, slotBytes);
        }
        return Datagrams.recvmmsg(fd, headers.address(), capacity, 0);
    }

    /** @return how many of the first {@code count} slots were sent, or the negated errno */
    public int send(int fd, int count) {
        return send(fd, 0, count);
    }

    public int send(int fd, int from, int count) {
        return Datagrams.sendmmsg(fd, headers.address() + (long) from * HEADER_BYTES, count, 0);
    }

    /**
     * Sends the first {@code count} slots, all of them full, as one message, which a socket with UDP_SEGMENT cuts.
     *
     * @return count, or the negated errno
     */
    public int sendAsOne(int fd, int count) {
        int result = Sockets.send(fd, data.address(), (long) count * slotBytes,
                Sockets.MSG_DONTWAIT | Sockets.MSG_NOSIGNAL);
        return result < 0 ? result : count;
    }

    @Override
    public void close() {
        headers.close();
        vectors.close();
        addresses.close();
        data.close();
    }
}

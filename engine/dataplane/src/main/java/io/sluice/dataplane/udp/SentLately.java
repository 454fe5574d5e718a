package io.sluice.dataplane.udp;

import io.sluice.ringbuffers.syscall.Memory;

/**
 * Copies of what clients have sent lately, for sending it again where a server turns out to be none: an ICMP error
 * comes after the datagram has gone, and quotes its beginning at best (RFC 792: eight bytes behind the IP header;
 * Linux: what fits into 576 bytes). A ring of bytes: the oldest copy is overwritten. One worker's thread.
 */
final class SentLately {
    /** In place of a copy's position: there is none. */
    static final long NONE = -1;
    /** Some thousand datagrams: more than a worker passes on before an error of the same network can come back. */
    private static final int CAPACITY = 1 << 19;
    /** In front of each copy: the position of its session's previous one, and its length. */
    private static final int HEADER = 16;

    private final Memory ring = Memory.untouched(CAPACITY);
    /** Where the next copy begins, counted on without end. */
    private long head;

    /**
     * Copies a datagram.
     *
     * @param previous the last one of the same session, or {@link #NONE}
     * @param prefix address of bytes in front of it
     * @param prefixBytes how many; 0: none
     * @return the copy's position
     */
    long keep(long previous, long prefix, int prefixBytes, long address, int lengthBytes) {
        int whole = prefixBytes + lengthBytes;
        int room = HEADER + whole + 7 & ~7;
        int at = offset(head);
        if (at + room > CAPACITY) { // in one piece, at the ring's begin
            head += CAPACITY - at;
            at = 0;
        }
        ring.longAt(at, previous);
        ring.intAt(at + 8, whole);
        ring.putFrom(at + HEADER, prefix, prefixBytes);
        ring.putFrom(at + HEADER + prefixBytes, address, lengthBytes);
        long position = head;
        head += room;
        return position;
    }

    /** Whether the copy is still there. */
    boolean has(long position) {
        return position != NONE && position + CAPACITY >= head;
    }

    long previous(long position) {
        return ring.longAt(offset(position));
    }

    int lengthBytes(long position) {
        return ring.intAt(offset(position) + 8);
    }

    /** Where its bytes are, until so much more has been kept that they are overwritten. */
    long address(long position) {
        return ring.address() + offset(position) + HEADER;
    }

    /** Whether it begins with these bytes, which are not more than it has. */
    boolean begins(long position, long quote, int quoteBytes) {
        return ring.equals(offset(position) + HEADER, quote, quoteBytes);
    }

    private static int offset(long position) {
        return (int) (position & CAPACITY - 1);
    }

    void close() {
        ring.close();
    }
}

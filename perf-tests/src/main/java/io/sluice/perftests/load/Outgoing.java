package io.sluice.perftests.load;

import io.sluice.perftests.net.Payload;
import io.sluice.ringbuffers.syscall.Memory;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of requests: as given, or a piece of the payload stream; datagrams carry a sequence number (8 bytes) and
 * the number of their socket (4 bytes) first. Owned by one driver thread.
 */
final class Outgoing implements AutoCloseable {
    private static final int NUMBER_BYTES = 12;

    private final Payload payload;
    private final @Nullable Memory fixed;
    private final boolean numbered;

    Outgoing(LoadPlan plan, Payload payload) {
        this.payload = payload;
        byte[] request = plan.request();
        numbered = plan.mode().datagram && request == null;
        if (request != null) {
            fixed = new Memory(request.length);
            fixed.put(0, request);
        } else if (plan.mode().datagram) {
            fixed = new Memory(plan.requestBytes());
            payload.copyTo(fixed);
        } else {
            fixed = null;
        }
    }

    /**
     * Where the rest of a request from {@code offset} on stands; {@code position} is its place in the payload stream.
     */
    long address(int offset, long position, long sequence, int socket) {
        if (fixed == null) {
            return payload.address(position);
        }
        if (numbered && fixed.lengthBytes() >= 8) {
            fixed.longAt(0, sequence);
            if (fixed.lengthBytes() >= NUMBER_BYTES) {
                fixed.intAt(8, socket);
            }
        }
        return fixed.address() + offset;
    }

    /** Does this answer belong to the request with this number? */
    boolean answers(Memory received, int lengthBytes, long sequence) {
        return !numbered || lengthBytes < 8 || fixed == null || fixed.lengthBytes() < 8
                || received.longAt(0) == sequence;
    }

    /** Is this datagram, numbers aside, what was sent? */
    boolean echoes(Memory received, int lengthBytes) {
        if (fixed == null || lengthBytes != fixed.lengthBytes()) {
            return false;
        }
        for (int i = numbered ? NUMBER_BYTES : 0; i < lengthBytes; i++) {
            if (received.byteAt(i) != fixed.byteAt(i)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        if (fixed != null) {
            fixed.close();
        }
    }
}

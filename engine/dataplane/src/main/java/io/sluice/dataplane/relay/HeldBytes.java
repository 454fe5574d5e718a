package io.sluice.dataplane.relay;

import io.sluice.ringbuffers.syscall.Memory;

/** Bytes that were read and that the other side has not taken yet; one direction holds it until it is empty. A worker's
 * thread. */
final class HeldBytes {
    final Memory memory;
    int offset;
    int lengthBytes;

    HeldBytes(int capacityBytes) {
        memory = Memory.ofThisThread(capacityBytes);
    }

    long address() {
        return memory.address() + offset;
    }

    void sent(int bytes) {
        offset += bytes;
        lengthBytes -= bytes;
    }
}

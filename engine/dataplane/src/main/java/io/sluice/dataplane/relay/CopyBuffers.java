package io.sluice.dataplane.relay;

import io.sluice.ringbuffers.syscall.Memory;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/** A worker's memory for copying: one buffer that every direction reads into, and blocks for what could not be sent. */
final class CopyBuffers {
    /** Idle blocks kept; more are freed when they come back. */
    private static final int KEPT = 16;

    final Memory shared;
    /** The same bytes. */
    final ByteBuffer sharedBytes;
    private final ArrayDeque<HeldBytes> idle = new ArrayDeque<>(KEPT);
    private int held;

    CopyBuffers(int bufferBytes) {
        shared = new Memory(bufferBytes);
        sharedBytes = shared.buffer();
    }

    /** Keeps bytes of the shared buffer, so that others may use it. */
    HeldBytes hold(int offset, int lengthBytes) {
        HeldBytes block = idle.pollLast();
        if (block == null) {
            block = new HeldBytes((int) shared.lengthBytes());
        }
        held++;
        block.offset = 0;
        block.lengthBytes = lengthBytes;
        Memory.copy(shared, offset, block.memory, 0, lengthBytes);
        return block;
    }

    /** The same bytes in a block that has no room for more, as they are to stay for a while. */
    HeldBytes shrink(HeldBytes block) {
        HeldBytes small = new HeldBytes(block.lengthBytes);
        small.lengthBytes = block.lengthBytes;
        Memory.copy(block.memory, block.offset, small.memory, 0, block.lengthBytes);
        held++;
        release(block);
        return small;
    }

    void release(HeldBytes block) {
        held--;
        if (idle.size() < KEPT && block.memory.lengthBytes() == shared.lengthBytes()) {
            idle.addLast(block);
        } else {
            block.memory.close();
        }
    }

    /** Blocks in use. */
    int heldCount() {
        return held;
    }

    void close() {
        shared.close();
        for (HeldBytes block = idle.poll(); block != null; block = idle.poll()) {
            block.memory.close();
        }
    }
}

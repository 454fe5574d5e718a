package io.sluice.dataplane.relay;

import io.sluice.ringbuffers.syscall.Memory;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Blocks for ciphertext on its way in or out; a connection has one only while bytes wait in it. One worker's thread.
 */
final class TlsBuffers {
    /** Some TLS records (RFC 8446 section 5.1: 16 KiB and their frame). */
    private static final int BLOCK_BYTES = 80 << 10;
    /** Idle blocks kept; more are freed when they come back. */
    private static final int KEPT = 16;

    private final ArrayDeque<Block> idle = new ArrayDeque<>(KEPT);
    private int taken;

    /**
     * Memory and the same bytes as a buffer; between uses the buffer holds what is to be read, from position to limit.
     */
    static final class Block {
        private final Memory memory = Memory.ofThisThread(BLOCK_BYTES);
        final ByteBuffer bytes = memory.buffer();

        /** Where the unread bytes are. */
        long address() {
            return memory.address() + bytes.position();
        }

        /** Where further bytes go. */
        long endAddress() {
            return memory.address() + bytes.limit();
        }

        int room() {
            return bytes.capacity() - bytes.limit();
        }

        boolean isEmpty() {
            return !bytes.hasRemaining();
        }

        /** Further bytes stand behind the unread ones. */
        void arrived(int count) {
            bytes.limit(bytes.limit() + count);
        }

        void gone(int count) {
            bytes.position(bytes.position() + count);
        }

        /** Moves what is unread to the front, so that all the room is behind it. */
        void moveToFront() {
            bytes.compact().flip();
        }
    }

    Block take() {
        Block block = idle.pollLast();
        if (block == null) {
            block = new Block();
        }
        taken++;
        block.bytes.position(0).limit(0);
        return block;
    }

    void give(Block block) {
        taken--;
        if (idle.size() < KEPT) {
            idle.addLast(block);
        } else {
            block.memory.close();
        }
    }

    /** Blocks in use. */
    int takenCount() {
        return taken;
    }

    void close() {
        for (Block block = idle.poll(); block != null; block = idle.poll()) {
            block.memory.close();
        }
    }
}

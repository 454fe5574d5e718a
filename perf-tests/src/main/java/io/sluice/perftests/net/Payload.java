package io.sluice.perftests.net;

import io.sluice.ringbuffers.syscall.Memory;

/**
 * The bytes that travel: an endless stream of pseudo-random bytes whose every position is known, so that whoever
 * receives can check them. The period is a prime: a lost or doubled block of any usual size moves the stream out of
 * step. Read-only after construction; any thread.
 */
public final class Payload implements AutoCloseable {
    /** Largest piece that {@link #address(long)} can point at. */
    public static final int MOST_BYTES = 1 << 18;

    private static final int PERIOD = 65_521;

    private final Memory memory = new Memory(PERIOD + MOST_BYTES);

    public Payload() {
        byte[] bytes = new byte[PERIOD + MOST_BYTES];
        long state = 0x9E3779B97F4A7C15L;
        for (int i = 0; i < PERIOD; i++) {
            state = state * 6364136223846793005L + 1442695040888963407L;
            bytes[i] = (byte) (state >>> 56);
        }
        for (int i = PERIOD; i < bytes.length; i++) {
            bytes[i] = bytes[i - PERIOD];
        }
        memory.put(0, bytes);
    }

    /** Where the stream's bytes from this position on stand in memory. */
    public long address(long position) {
        return memory.address() + position % PERIOD;
    }

    /** Are these received bytes those of the stream from this position on? */
    public boolean matches(Memory received, long offset, int lengthBytes, long position) {
        long own = position % PERIOD;
        int i = 0;
        for (; i + 8 <= lengthBytes; i += 8) {
            if (received.longAt(offset + i) != memory.longAt(own)) {
                return false;
            }
            own += 8;
            if (own >= PERIOD) {
                own -= PERIOD;
            }
        }
        for (; i < lengthBytes; i++) {
            if (received.byteAt(offset + i) != memory.byteAt(own++)) {
                return false;
            }
        }
        return true;
    }

    /** Fills memory with the stream's first bytes, as far as they reach. */
    public void copyTo(Memory target) {
        Memory.copy(memory, 0, target, 0, Math.min(target.lengthBytes(), memory.lengthBytes()));
    }

    @Override
    public void close() {
        memory.close();
    }
}

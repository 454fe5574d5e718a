package io.sluice.ringbuffers.mapped;

/**
 * A 64-bit checksum over longs, for headers and slots of mapped files: it tells a torn or foreign record from a whole
 * one. Not a cryptographic digest. Pure functions, any thread.
 */
public final class Checksum {
    private static final long SEED = 0x9E37_79B9_7F4A_7C15L;
    private static final long MULTIPLIER = 0xBF58_476D_1CE4_E5B9L;

    private Checksum() {
    }

    /** The state before the first long; never the checksum of an all-zero record. */
    public static long start() {
        return SEED;
    }

    /** The state after one more long. */
    public static long add(long state, long value) {
        long mixed = (state ^ value) * MULTIPLIER;
        return mixed ^ (mixed >>> 29);
    }

    /** The state folded to 32 bits, never 0, so that an all-zero record does not pass. */
    public static int fold32(long state) {
        int folded = (int) (state ^ (state >>> 32));
        return folded == 0 ? 1 : folded;
    }

    /** A well-mixed hash of one long (SplitMix64's finaliser, Steele et al. 2014). */
    public static long mix(long value) {
        long z = (value ^ (value >>> 30)) * MULTIPLIER;
        z = (z ^ (z >>> 27)) * 0x94D0_49BB_1331_11EBL;
        return z ^ (z >>> 31);
    }
}

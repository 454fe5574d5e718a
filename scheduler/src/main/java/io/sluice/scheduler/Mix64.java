package io.sluice.scheduler;

/**
 * The 64-bit mixing all hashes of this module use. It has no key: nodes that never talk to each other, and a process
 * before and after a restart, must come to the same answer.
 */
final class Mix64 {
    /** 2^64 divided by the golden ratio, the increment of SplitMix64. */
    static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private Mix64() {
    }

    /** A bijection of 64 bits in which every input bit reaches every output bit (variant 13 of Stafford's mixers). */
    static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /**
     * Where a rotation over {@code bound} things starts: multiples of the golden ratio. Successive seeds spread evenly,
     * and seeds a power of two apart, which a remainder would map to one and the same place, spread too (less evenly).
     */
    static int start(int seed, int bound) {
        return toRange(seed * GOLDEN, bound);
    }

    /** Maps the upper 32 bits of a well-mixed hash evenly to 0..bound-1, without a division. */
    static int toRange(long hash, int bound) {
        return (int) (((hash >>> 32) * bound) >>> 32);
    }
}

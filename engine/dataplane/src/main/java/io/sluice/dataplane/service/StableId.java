package io.sluice.dataplane.service;

import java.nio.charset.StandardCharsets;

/** A 64-bit identity made from a name, the same in every process and after every restart. */
public final class StableId {
    private StableId() {
    }

    /** FNV-1a over the UTF-8 bytes, finished with the mixer of splitmix64; never 0. */
    public static long of(String name) {
        long hash = 0xCBF29CE484222325L;
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xFF)) * 0x100000001B3L;
        }
        hash = (hash ^ hash >>> 30) * 0xBF58476D1CE4E5B9L;
        hash = (hash ^ hash >>> 27) * 0x94D049BB133111EBL;
        hash ^= hash >>> 31;
        return hash == 0 ? 1 : hash;
    }
}

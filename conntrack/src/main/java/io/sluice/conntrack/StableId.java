package io.sluice.conntrack;

import java.nio.charset.StandardCharsets;

import io.sluice.ringbuffers.mapped.Checksum;

/**
 * 64-bit identities of services, servers and affinity groups, made from their labels: the same after a reload, a restart
 * and on another node, never 0. Control plane only; the data path carries the numbers.
 */
public final class StableId {
    private static final long FNV_OFFSET = 0xcbf2_9ce4_8422_2325L;
    private static final long FNV_PRIME = 0x100_0000_01b3L;

    private StableId() {
    }

    /** Identity of a virtual service, or of an affinity group, by its label. */
    public static long of(String label) {
        return nonZero(Checksum.mix(fnv(FNV_OFFSET, label)));
    }

    /** Identity of a real server by the labels of its service and its own. */
    public static long of(String service, String server) {
        return nonZero(Checksum.mix(fnv((fnv(FNV_OFFSET, service) ^ '/') * FNV_PRIME, server)));
    }

    private static long nonZero(long id) {
        return id == 0 ? 1 : id;
    }

    /** FNV-1a (Fowler, Noll, Vo). */
    private static long fnv(long state, String label) {
        long hash = state;
        for (byte b : label.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xFF)) * FNV_PRIME;
        }
        return hash;
    }
}

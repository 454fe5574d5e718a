package io.sluice.scheduler;

import io.sluice.ringbuffers.ip.Endpoint;

/**
 * The stable identity of a real server: a hash of its address and port. Its name, its weight and its place in the file
 * do not count, so renaming or reordering servers moves no client, and nodes with the same servers agree.
 */
public final class ServerId {
    private ServerId() {
    }

    /** Identity of the server at an IPv4 address (first octet most significant) and port. */
    public static long ipv4(int address, int port) {
        return withPort(ClientHash.OF_ADDRESS.ipv4(address), port);
    }

    /** Identity of the server at an IPv6 address (upper and lower 64 bits in network order) and port. */
    public static long ipv6(long upper, long lower, int port) {
        return withPort(ClientHash.OF_ADDRESS.ipv6(upper, lower), port);
    }

    /** Identity of the server at this address and port. */
    public static long of(Endpoint server) {
        return withPort(ClientHash.OF_ADDRESS.of(server.address()), server.port());
    }

    private static long withPort(long addressHash, int port) {
        return Mix64.mix(addressHash + (port + 1) * Mix64.GOLDEN);
    }
}

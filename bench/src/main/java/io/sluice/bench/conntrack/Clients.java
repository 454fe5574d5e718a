package io.sluice.bench.conntrack;

import io.sluice.ringbuffers.ip.Ip;

/** The clients of the table benchmarks, asked for in an order that no prefetcher foresees. */
final class Clients {
    static final long GROUP = 0xBE9C;
    static final long TIMEOUT_MS = 360_000;
    static final long NOW_MS = 1_800_000_000_000L;

    /** Addresses of the virtual service and of a real server, port of every client. */
    static final long LISTEN = Ip.v4Low(0xC0A8_0001);
    static final long SERVER = Ip.v4Low(0xC0A8_0002);
    static final int PORT = 40_000;

    private long state = 1;

    /** Address of the nth client. */
    static long address(int n) {
        return Ip.v4Low(0x0A00_0000 + n);
    }

    static long server(int n) {
        return 1 + (n & 15);
    }

    /** Number of a client, 0..count-1. */
    int number(int count) {
        state = state * 6364136223846793005L + 1442695040888963407L; // Knuth, MMIX
        return (int) (((state >>> 32) * count) >>> 32);
    }

    /** One of the first {@code count} clients. */
    long known(int count) {
        return address(number(count));
    }

    /** None of the first {@code count} clients. */
    long unknown(int count) {
        return address(count + number(count));
    }
}

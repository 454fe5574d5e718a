package io.sluice.dataplane.packet;

/** The Internet checksum (RFC 1071), computed over all bytes: what the program reaches by differences. Any thread. */
final class Checksums {
    private Checksums() {
    }

    static int sum(byte[] bytes, int from, int lengthBytes) {
        int sum = 0;
        for (int i = 0; i < lengthBytes; i += 2) {
            sum += (bytes[from + i] & 0xFF) << 8 | (i + 1 < lengthBytes ? bytes[from + i + 1] & 0xFF : 0);
        }
        return sum;
    }

    static int finished(int sum) {
        int folded = sum;
        while (folded >>> 16 != 0) {
            folded = (folded & 0xFFFF) + (folded >>> 16);
        }
        return ~folded & 0xFFFF;
    }
}

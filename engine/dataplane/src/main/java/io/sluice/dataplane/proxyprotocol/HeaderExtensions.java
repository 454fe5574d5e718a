package io.sluice.dataplane.proxyprotocol;

import io.sluice.ringbuffers.syscall.Memory;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** The type-length-values behind the addresses of a PROXY header of version 2 (sections 2.2 to 2.2.7); any thread. */
final class HeaderExtensions {
    private static final int PP2_TYPE_AUTHORITY = 0x02;
    private static final int PP2_TYPE_CRC32C = 0x03;
    private static final int PP2_TYPE_UNIQUE_ID = 0x05;
    /** Type and length. */
    private static final int HEAD_BYTES = 3;
    private static final int CRC32C_BYTES = 4;
    /** A host's name (RFC 1035 section 2.3.4). */
    private static final int AUTHORITY_MAX_BYTES = 255;
    /** Section 2.2.5. */
    private static final int UNIQUE_ID_MAX_BYTES = 128;
    private static final int NONE = -1;
    private static final int MALFORMED = -2;

    private HeaderExtensions() {
    }

    /**
     * Whether what stands there is a sequence of them that fills its place, with values of the lengths that they may
     * have and the right checksum, where there is one.
     *
     * @param from where they begin
     * @param headerBytes where they and the header end
     */
    static boolean areValid(Memory header, int from, int headerBytes) {
        int checksum = checksum(header, from, headerBytes);
        return checksum == NONE
                || (checksum >= 0 && crc32c(header, headerBytes, checksum) == header.intBeAt(checksum));
    }

    /** Computes the checksum of a header anew, where it has one. */
    static void sign(Memory header, int from, int headerBytes) {
        int checksum = checksum(header, from, headerBytes);
        if (checksum >= 0) {
            header.intBeAt(checksum, crc32c(header, headerBytes, checksum));
        }
    }

    /** Where the checksum's value stands. */
    private static int checksum(Memory header, int from, int headerBytes) {
        int found = NONE;
        int at = from;
        while (at < headerBytes) {
            if (headerBytes - at < HEAD_BYTES) {
                return MALFORMED;
            }
            int length = header.shortBeAt(at + 1) & 0xFFFF;
            int value = at + HEAD_BYTES;
            if (headerBytes - value < length) {
                return MALFORMED;
            }
            switch (header.byteAt(at)) {
                case PP2_TYPE_CRC32C -> {
                    if (length != CRC32C_BYTES || found != NONE) {
                        return MALFORMED;
                    }
                    found = value;
                }
                case PP2_TYPE_AUTHORITY -> {
                    if (length > AUTHORITY_MAX_BYTES) {
                        return MALFORMED;
                    }
                }
                case PP2_TYPE_UNIQUE_ID -> {
                    if (length > UNIQUE_ID_MAX_BYTES) {
                        return MALFORMED;
                    }
                }
                default -> {
                    // its value is for the server
                }
            }
            at = value + length;
        }
        return found;
    }

    /** Section 2.2.3: over the whole header, with zeros where the checksum itself stands. */
    private static int crc32c(Memory header, int headerBytes, int checksum) {
        ByteBuffer bytes = header.buffer();
        var crc = new CRC32C();
        crc.update(bytes.slice(0, checksum));
        for (int i = 0; i < CRC32C_BYTES; i++) {
            crc.update(0);
        }
        int behind = checksum + CRC32C_BYTES;
        crc.update(bytes.slice(behind, headerBytes - behind));
        return (int) crc.getValue();
    }
}

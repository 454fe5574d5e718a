package io.sluice.dataplane.packet;

import io.sluice.ringbuffers.ip.Endpoint;
import java.nio.ByteBuffer;

/** An Ethernet frame with the first packet of an IPv4 connection, for trials. Immutable, any thread. */
final class SynFrame {
    private static final int ETHERNET_BYTES = 14;
    private static final int HEADER_BYTES = 20;

    private SynFrame() {
    }

    /** Checksums are 0: the program changes them by differences and looks at none. */
    static byte[] of(Endpoint source, Endpoint destination) {
        ByteBuffer frame = ByteBuffer.allocate(ETHERNET_BYTES + 2 * HEADER_BYTES);
        frame.position(12);
        frame.putShort((short) 0x0800);
        frame.put((byte) 0x45).put((byte) 0).putShort((short) (2 * HEADER_BYTES)).putInt(0).put((byte) 64).put((byte) 6)
                .putShort((short) 0).putInt(source.address().v4()).putInt(destination.address().v4());
        frame.putShort((short) source.port()).putShort((short) destination.port()).putLong(0).put((byte) 0x50)
                .put((byte) 2);
        return frame.array();
    }
}

package io.sluice.dataplane.proxyprotocol;

import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.syscall.Memory;
import java.nio.charset.StandardCharsets;

/** Writes a PROXY header into memory; any thread, one per memory. */
public final class ProxyHeaderWriter {
    /** The longest header written that speaks for this program's own client. */
    public static final int MAX_BYTES = ProxyHeaderParser.V1_MAX_BYTES;
    private static final int FIXED_BYTES = 16;
    private static final int STREAM = 1;
    private static final int DATAGRAM = 2;

    private ProxyHeaderWriter() {
    }

    /** Version 1, for TCP; answers its length. It allocates: once per connection, where asked for. */
    public static int writeV1(Memory memory, long sourceHigh, long sourceLow, int sourcePort, long destinationHigh,
            long destinationLow, int destinationPort) {
        return writeV1(memory, Ip.isV4(sourceHigh, sourceLow) && Ip.isV4(destinationHigh, destinationLow), sourceHigh,
                sourceLow, sourcePort, destinationHigh, destinationLow, destinationPort);
    }

    /** The same from a header that a client has sent, of its address family. */
    public static int writeV1(Memory memory, ReceivedHeader header) {
        return writeV1(memory, header.inet, header.sourceHigh, header.sourceLow, header.sourcePort,
                header.destinationHigh, header.destinationLow, header.destinationPort);
    }

    private static int writeV1(Memory memory, boolean inet, long sourceHigh, long sourceLow, int sourcePort,
            long destinationHigh, long destinationLow, int destinationPort) {
        String line = "PROXY " + (inet ? "TCP4 " : "TCP6 ") + text(sourceHigh, sourceLow, inet) + ' '
                + text(destinationHigh, destinationLow, inet) + ' ' + sourcePort + ' ' + destinationPort + "\r\n";
        byte[] bytes = line.getBytes(StandardCharsets.US_ASCII);
        memory.put(0, bytes);
        return bytes.length;
    }

    /** As RFC 5952 has it, an IPv4-mapped one of its section 5. */
    private static String text(long high, long low, boolean inet) {
        boolean mapped = !inet && Ip.isV4(high, low);
        return (mapped ? "::ffff:" : "") + new Ip(high, low);
    }

    /** Version 2; answers its length. */
    public static int writeV2(Memory memory, boolean datagram, long sourceHigh, long sourceLow, int sourcePort,
            long destinationHigh, long destinationLow, int destinationPort) {
        boolean inet = Ip.isV4(sourceHigh, sourceLow)
                && Ip.isV4(destinationHigh, destinationLow);
        return writeV2(memory, inet, datagram ? DATAGRAM : STREAM, sourceHigh, sourceLow, sourcePort, destinationHigh,
                destinationLow, destinationPort);
    }

    /** The same from a header that a client has sent: of its address family, with its extensions. */
    public static int writeV2(Memory memory, ReceivedHeader header) {
        int addressed = writeV2(memory, header.inet, STREAM, header.sourceHigh, header.sourceLow, header.sourcePort,
                header.destinationHigh, header.destinationLow, header.destinationPort);
        byte[] extensions = header.extensions();
        if (extensions.length == 0) {
            return addressed;
        }
        int length = addressed + extensions.length;
        memory.put(addressed, extensions);
        memory.shortBeAt(14, (short) (length - FIXED_BYTES));
        HeaderExtensions.sign(memory, addressed, length);
        return length;
    }

    private static int writeV2(Memory memory, boolean inet, int transport, long sourceHigh, long sourceLow,
            int sourcePort, long destinationHigh, long destinationLow, int destinationPort) {
        memory.longBeAt(0, 0x0D0A0D0A000D0A51L);
        memory.intBeAt(8, 0x5549540A);
        memory.byteAt(12, (byte) 0x21);
        memory.byteAt(13, (byte) ((inet ? 1 : 2) << 4 | transport));
        memory.shortBeAt(14, (short) (inet ? 12 : 36));
        int ports;
        if (inet) {
            memory.intBeAt(16, (int) sourceLow);
            memory.intBeAt(20, (int) destinationLow);
            ports = 24;
        } else {
            memory.longBeAt(16, sourceHigh);
            memory.longBeAt(24, sourceLow);
            memory.longBeAt(32, destinationHigh);
            memory.longBeAt(40, destinationLow);
            ports = 48;
        }
        memory.shortBeAt(ports, (short) sourcePort);
        memory.shortBeAt(ports + 2, (short) destinationPort);
        return ports + 4;
    }
}

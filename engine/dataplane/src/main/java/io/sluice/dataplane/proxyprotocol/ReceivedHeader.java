package io.sluice.dataplane.proxyprotocol;

/**
 * What a trusted client's PROXY header said of the connection that it speaks for, until that is told to the server;
 * immutable.
 */
public final class ReceivedHeader {
    private static final byte[] NONE = {};

    /** Whether the header was one of IPv4; an IPv6 header may carry IPv4-mapped addresses. */
    final boolean inet;
    final long sourceHigh;
    final long sourceLow;
    final int sourcePort;
    final long destinationHigh;
    final long destinationLow;
    final int destinationPort;
    /** Its type-length-values (version 2 only). */
    private final byte[] extensions;

    ReceivedHeader(ProxyHeaderParser header, boolean inet, byte[] extensions) {
        this.inet = inet;
        sourceHigh = header.sourceHigh();
        sourceLow = header.sourceLow();
        sourcePort = header.sourcePort();
        destinationHigh = header.destinationHigh();
        destinationLow = header.destinationLow();
        destinationPort = header.destinationPort();
        this.extensions = extensions.length == 0 ? NONE : extensions;
    }

    /** What it takes of the heap besides the object. */
    public int extensionBytes() {
        return extensions.length;
    }

    byte[] extensions() {
        return extensions;
    }
}

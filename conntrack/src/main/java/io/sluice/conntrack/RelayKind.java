package io.sluice.conntrack;

/** How the bytes of one direction of a flow are moved at the moment. */
public enum RelayKind {
    /** Nothing moved yet. */
    NONE,
    /** Through the worker's own buffer. */
    COPY,
    /** From socket to socket through a pipe, inside the kernel. */
    SPLICE,
    /** Through the worker's own TLS. */
    TLS,
    /** As datagrams between sockets. */
    DATAGRAM,
    /** As packets rewritten in place. */
    PACKET;

    private static final RelayKind[] ALL = values();

    static RelayKind of(byte code) {
        return code >= 0 && code < ALL.length ? ALL[code] : NONE;
    }
}

package io.sluice.dataplane.packet;

import java.util.Locale;

/** Every way a packet can end ({@code enum verdict}, in its order); immutable. */
public enum PacketVerdict {
    /** Passed on: of no service. */
    FOREIGN,
    /** Passed on: headers that cannot be read, which the kernel judges. */
    MALFORMED,
    /** Sent: the first of a flow. */
    OPENED,
    /** Sent: client to server. */
    FORWARDED,
    /** Sent: server to client. */
    REPLIED,
    /** Sent: an ICMP error, to whom it concerns. */
    ERROR_PASSED,
    /** Dropped: the service has no server that serves. */
    NO_SERVER,
    /** Dropped: neither of a flow nor the beginning of one. */
    NO_FLOW,
    /** Dropped: no source port is left towards the server. */
    NO_PORT,
    /** Dropped: the kernel has no way there. */
    NO_ROUTE,
    /** Dropped: the next hop's MAC address is not known yet; at XDP only. */
    NO_NEIGHBOUR,
    /** Dropped: larger than the MTU of the way out. */
    TOO_BIG,
    /** Dropped: its TTL has run out. */
    EXPIRED,
    /** Dropped: a fragment whose first one was not seen. */
    STRAY_FRAGMENT,
    /** Dropped: IPv4 towards an IPv6 server, or the reverse. */
    FAMILY,
    /** Dropped: the flow table takes no more. */
    FULL;

    /** As metrics and traces spell it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

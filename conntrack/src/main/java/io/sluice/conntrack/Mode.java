package io.sluice.conntrack;

import java.util.Locale;

/** How a virtual service hands traffic to its real servers, and so how each of its flows is carried. */
public enum Mode {
    /** Relays TCP connections (layer 7, "TCP mode"): two sockets, no privilege needed. */
    PROXY,
    /** The servers see the balancer's address. UDP does it with sockets, TCP on packets. */
    SNAT,
    /** Rewrites the destination only; replies must come back through the balancer. Packet-level. */
    NAT,
    /** Direct routing: rewrites the MAC only; servers answer the client themselves. Packet-level. */
    DR;

    private static final Mode[] ALL = values(); // in the order of their codes in the flow table

    private final String word = name().toLowerCase(Locale.ROOT);

    static Mode of(byte code) {
        return code >= 0 && code < ALL.length ? ALL[code] : PROXY;
    }

    /** As configuration and status spell it. */
    public String word() {
        return word;
    }
}

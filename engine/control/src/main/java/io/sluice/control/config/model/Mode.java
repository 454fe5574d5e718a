package io.sluice.control.config.model;

/** How a virtual service hands traffic to its real servers. */
public enum Mode implements Word {
    /** Relays TCP connections (layer 7, "TCP mode"): two sockets, no privilege needed. */
    PROXY,
    /** The servers see the balancer's address. UDP does it with sockets, TCP on packets. */
    SNAT,
    /** Rewrites the destination only; replies must come back through the balancer. Packet-level. */
    NAT,
    /** Direct routing: rewrites the MAC only; servers answer the client themselves. Packet-level. */
    DR
}

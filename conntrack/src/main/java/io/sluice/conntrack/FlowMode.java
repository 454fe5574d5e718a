package io.sluice.conntrack;

/** How a flow is carried. */
public enum FlowMode {
    /** A TCP connection relayed between two sockets. */
    PROXY,
    /** Datagrams, or packets, that reach the server from the balancer's own address. */
    SNAT,
    /** Packets whose destination is rewritten. */
    NAT,
    /** Packets whose destination MAC is rewritten; replies do not come back here. */
    DR;

    private static final FlowMode[] ALL = values();

    static FlowMode of(byte code) {
        return code >= 0 && code < ALL.length ? ALL[code] : PROXY;
    }
}

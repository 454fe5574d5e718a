package io.sluice.tuning.check;

import java.util.Locale;

/** What a configuration can ask of the host. */
public enum Feature {
    /** TCP services relayed by the program. */
    PROXY,
    /** UDP services relayed by the program. */
    UDP,
    /** A service on a port below net.ipv4.ip_unprivileged_port_start. */
    LOW_PORT,
    /** Ping health checks. */
    PING,
    /** {@code transparent: true}: real servers see the client's address. */
    TRANSPARENT,
    /** {@code mode: nat}. */
    NAT,
    /** {@code mode: snat} for TCP, which is packet-level. */
    SNAT,
    /** {@code mode: dr} on the balancer. */
    DR,
    /** AF_XDP as the packet engine. */
    AF_XDP,
    /** {@code high-availability}. */
    PAIR,
    /** {@code cluster}. */
    CLUSTER,
    /** This host is a real server behind a balancer in DR mode. */
    DR_SERVER;

    /** As in {@code --uses}: low-port, af-xdp, dr-server. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether this version of Sluice does it; of the others only the host's fitness can be told. */
    public boolean isInThisVersion() {
        return !isPacket() && this != PAIR && this != CLUSTER;
    }

    public boolean isPacket() {
        return this == NAT || this == SNAT || this == DR || this == AF_XDP;
    }
}

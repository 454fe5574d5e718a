package io.sluice.control.config.model;

import io.sluice.ringbuffers.ip.Ip;

/**
 * Where a virtual service is reached: one address, one or more ports. {@code 0.0.0.0} means every IPv4 address,
 * {@code [::]} every IPv6 address and no IPv4 one (its sockets are IPV6_V6ONLY).
 */
public record Listen(Ip address, PortSet ports) {
    public boolean wildcard() {
        return address.isAny();
    }

    /** Whether one packet could be meant for both. */
    public boolean overlaps(Listen other) {
        boolean sameFamily = address.sameFamily(other.address);
        return sameFamily && (wildcard() || other.wildcard() || address.equals(other.address))
                && ports.overlaps(other.ports);
    }

    /** {@code 10.0.0.1:80}, {@code [fd00::1]:8000-8010}, {@code 10.0.0.1:[80,443]}. */
    @Override
    public String toString() {
        String set = ports.ranges().size() == 1 ? ports.toString() : "[" + ports + "]";
        return address.bracketed() + ":" + set;
    }
}

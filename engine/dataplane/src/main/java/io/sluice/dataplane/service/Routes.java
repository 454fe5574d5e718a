package io.sluice.dataplane.service;

import java.util.List;

/**
 * Everything the data plane needs to know, at one version; immutable. Only the conductor makes and publishes one; each
 * worker reads the newest once per duty cycle and acknowledges its version.
 *
 * @param version grows by one with each publication; 0 is the empty Routes before the first
 * @param services every virtual service of every mode
 * @param handedOver another process listens from now on (upgrade): no service has a listener, UDP sessions still answer
 */
public record Routes(long version, List<VirtualService> services, boolean handedOver) {
    public static final Routes EMPTY = new Routes(0, List.of());

    public Routes {
        services = List.copyOf(services);
    }

    /** Routes of a process that is not handed over. */
    public Routes(long version, List<VirtualService> services) {
        this(version, services, false);
    }
}

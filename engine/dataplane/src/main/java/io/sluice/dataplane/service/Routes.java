package io.sluice.dataplane.service;

import java.util.List;

/**
 * Everything the data plane needs to know, at one version; immutable. Only the conductor makes and publishes one; each
 * worker reads the newest once per duty cycle and acknowledges its version.
 *
 * @param version grows by one with each publication; 0 is the empty Routes before the first
 * @param services every virtual service of every mode; with listeners only where this process listens
 * @param tenure who listens
 */
public record Routes(long version, List<VirtualService> services, Tenure tenure) {
    public static final Routes EMPTY = new Routes(0, List.of(), Tenure.WAITING);

    public Routes {
        services = List.copyOf(services);
    }

    /** Routes of a process that listens. */
    public Routes(long version, List<VirtualService> services) {
        this(version, services, Tenure.ACTIVE);
    }

    /** What is left of these services when that is who listens. */
    public static Routes of(long version, List<VirtualService> services, Tenure tenure) {
        return new Routes(version, switch (tenure) {
            case Tenure.Active() -> services;
            case Tenure.HandedOver _,Tenure.Passive _ ->
                services.stream().map(VirtualService::withoutListeners).toList();
            case Tenure.Waiting _,Tenure.Stopping _ -> List.of();
        }, tenure);
    }
}

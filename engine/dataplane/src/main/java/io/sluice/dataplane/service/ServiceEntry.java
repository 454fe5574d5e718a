package io.sluice.dataplane.service;

import io.sluice.conntrack.AffinityTable;

/**
 * One virtual service on one worker: its newest picture from Routes, the selection of servers for its clients and its
 * counters. It outlives changes of the service; connections and sessions hold on to it. One worker's thread.
 *
 * @param <F> the data plane's kind of service
 */
public final class ServiceEntry<F extends Forwarding> {
    private final Selection selection;
    private final ServiceCounters counters;
    private VirtualService service;
    private F forwarding;

    /**
     * Makes an entry.
     *
     * @param writer the worker's number among those who count
     * @param affinity the table all workers share
     * @param forwarding the service's
     */
    public ServiceEntry(int writer, AffinityTable affinity, VirtualService service, F forwarding) {
        this.service = service;
        this.forwarding = forwarding;
        selection = new Selection(writer, affinity, service);
        counters = new ServiceCounters(writer, service.counters());
    }

    /** Takes over a newer picture of the same service; the scheduler goes on where its candidates are unchanged. */
    void update(VirtualService newer, F newerForwarding) {
        selection.update(newer); // first: where that throws, everything is as it was
        service = newer;
        forwarding = newerForwarding;
        counters.update(newer.counters());
    }

    public VirtualService service() {
        return service;
    }

    /** What only its data plane needs of it. */
    public F forwarding() {
        return forwarding;
    }

    public Selection selection() {
        return selection;
    }

    public ServiceCounters counters() {
        return counters;
    }

    /** Counts a client in; false where the service is at its limit. */
    public boolean enter() {
        long now = counters.entered();
        return service.limits().maxConnections() == 0 || now <= service.limits().maxConnections();
    }
}

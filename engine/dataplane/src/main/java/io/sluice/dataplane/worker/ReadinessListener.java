package io.sluice.dataplane.worker;

import io.sluice.dataplane.service.FaultScope;

/** Whoever wants to know when a descriptor becomes ready; called on the worker's thread only. */
public interface ReadinessListener extends FaultScope {
    /**
     * The descriptor has become ready (edge-triggered: once per change, so read and write until EAGAIN). A readiness
     * may be stale; it is a hint, never a fact.
     *
     * @param readiness a set of {@link Readiness} bits
     */
    void onReady(int readiness);
}

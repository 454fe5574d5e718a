package io.sluice.dataplane.worker;

/** What happens when a worker cannot go on: it must not leave sockets behind that listen while nobody serves. */
@FunctionalInterface
public interface LastResort {
    /**
     * Called on the worker's thread, maybe without any memory left; a daemon's ends the process and does not return.
     */
    void cannotGoOn(int worker, Throwable why);
}

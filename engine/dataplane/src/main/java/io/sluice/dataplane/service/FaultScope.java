package io.sluice.dataplane.service;

/**
 * What a fault is about, and all that ends with it: a connection, a session, a listener's turn. Its worker's thread.
 */
public interface FaultScope {
    /**
     * Something was thrown while this was at work, which may have been left half done: a connection or session ends
     * ({@code internal}), a listener goes on. Does what it can; what it throws itself is counted, no more.
     */
    void onFault();
}

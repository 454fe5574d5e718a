package io.sluice.dataplane.service;

/**
 * Who wants to hear of single connections and sessions: the control plane, for passive health and the connection log.
 * Called on worker threads: an implementation only hands over (a ring, a queue that drops) and never blocks.
 */
public interface ClientObserver {
    /** A connect to the server failed, or it answered with an ICMP error, with this negated errno. */
    void unreachable(VirtualService service, RealServer server, int errno);

    /** A connection or session has ended; the record is valid during the call only. */
    void ended(ClientRecord client, EndReason reason);
}

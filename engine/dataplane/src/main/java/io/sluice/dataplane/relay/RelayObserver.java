package io.sluice.dataplane.relay;

import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.RealServer;
import io.sluice.dataplane.service.VirtualService;

/**
 * Who wants to hear of single connections: the control plane, for passive health and connection records. Called on
 * worker threads: an implementation only hands over (a ring, a queue that drops) and never blocks.
 */
public interface RelayObserver {
    /** Hears nothing. */
    RelayObserver NONE = new RelayObserver() {
        @Override
        public void connectFailed(VirtualService service, RealServer server, int errno) {
            // not wanted
        }

        @Override
        public void ended(ConnectionRecord connection, EndReason reason) {
            // not wanted
        }
    };

    /** A connect to the server failed with this negated errno. */
    void connectFailed(VirtualService service, RealServer server, int errno);

    /** A connection has ended; the record is valid during the call only. */
    void ended(ConnectionRecord connection, EndReason reason);
}

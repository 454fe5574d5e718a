package io.sluice.engine.relay;

import io.sluice.engine.routes.EndReason;
import io.sluice.engine.routes.RealServer;
import io.sluice.engine.routes.VirtualService;

/** Where the relay shows its connections to other processes: this worker's shard of the flow table. */
public interface Flows {
    /** No slot: the connection is not shown. */
    long NO_SLOT = -1;
    /** Shows nothing. */
    Flows NONE = new Flows() {
        @Override
        public long insert(Connection connection, VirtualService service, RealServer server) {
            return NO_SLOT;
        }

        @Override
        public void update(Connection connection, long slot, long nowMs) {
            // not shown
        }

        @Override
        public void rtt(long slot, int micros) {
            // not shown
        }

        @Override
        public void remove(long slot, EndReason reason) {
            // not shown
        }
    };

    long insert(Connection connection, VirtualService service, RealServer server);

    void update(Connection connection, long slot, long nowMs);

    void rtt(long slot, int micros);

    void remove(long slot, EndReason reason);
}

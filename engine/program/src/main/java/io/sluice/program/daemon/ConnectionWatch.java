package io.sluice.program.daemon;

import io.sluice.control.conductor.Conductor;
import io.sluice.dataplane.service.ClientObserver;
import io.sluice.dataplane.service.ClientRecord;
import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.RealServer;
import io.sluice.dataplane.service.VirtualService;
import io.sluice.program.log.ConnectionLog;
import org.jspecify.annotations.Nullable;

/**
 * Passes failed connects on to the health checks, and what ended on to the log of connections. Called on worker threads;
 * hands over and returns.
 */
final class ConnectionWatch implements ClientObserver {
    private final ConnectionLog log;
    private volatile @Nullable Conductor conductor;

    ConnectionWatch(ConnectionLog log) {
        this.log = log;
    }

    void tell(Conductor listener) {
        conductor = listener;
    }

    @Override
    public void unreachable(VirtualService service, RealServer server, int errno) {
        Conductor listener = conductor;
        if (listener != null && !server.fallback()) {
            listener.connectFailed(service.name(), server.name());
        }
    }

    @Override
    public void ended(ClientRecord client, EndReason reason) {
        log.ended(client, reason);
    }
}

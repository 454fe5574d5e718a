package io.sluice.engine;

import io.sluice.engine.conductor.Conductor;
import io.sluice.engine.relay.ConnectionRecord;
import io.sluice.engine.relay.RelayObserver;
import io.sluice.engine.routes.EndReason;
import io.sluice.engine.routes.RealServer;
import io.sluice.engine.routes.VirtualService;
import io.sluice.engine.udp.UdpObserver;
import org.jspecify.annotations.Nullable;

/** Passes failed connects on to the health checks. Called on worker threads; hands over and returns. */
final class ConnectionWatch implements RelayObserver, UdpObserver {
    private volatile @Nullable Conductor conductor;

    void tell(Conductor listener) {
        conductor = listener;
    }

    @Override
    public void connectFailed(VirtualService service, RealServer server, int errno) {
        Conductor listener = conductor;
        if (listener != null && !server.fallback()) {
            listener.connectFailed(service.name(), server.name());
        }
    }

    @Override
    public void unreachable(VirtualService service, RealServer server, int errno) {
        connectFailed(service, server, errno);
    }

    @Override
    public void ended(ConnectionRecord connection, EndReason reason) {
        // connection records are not written yet
    }
}

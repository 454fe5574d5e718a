package io.sluice.engine;

import io.sluice.engine.conductor.Conductor;
import io.sluice.engine.log.ConnectionLog;
import io.sluice.engine.relay.ConnectionRecord;
import io.sluice.engine.relay.RelayObserver;
import io.sluice.engine.routes.EndReason;
import io.sluice.engine.routes.RealServer;
import io.sluice.engine.routes.VirtualService;
import io.sluice.engine.udp.SessionRecord;
import io.sluice.engine.udp.UdpObserver;
import org.jspecify.annotations.Nullable;

/**
 * Passes failed connects on to the health checks, and what ended on to the log of connections. Called on worker threads;
 * hands over and returns.
 */
final class ConnectionWatch implements RelayObserver, UdpObserver {
    private final ConnectionLog log;
    private volatile @Nullable Conductor conductor;

    ConnectionWatch(ConnectionLog log) {
        this.log = log;
    }

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
        log.ended(connection, reason);
    }

    @Override
    public void ended(SessionRecord session, EndReason reason) {
        log.ended(session, reason);
    }
}

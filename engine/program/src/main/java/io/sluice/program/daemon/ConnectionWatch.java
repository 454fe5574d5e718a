package io.sluice.program.daemon;

import io.sluice.control.api.Status;
import io.sluice.control.conductor.Conductor;
import io.sluice.control.config.model.Log;
import io.sluice.dataplane.service.ClientObserver;
import io.sluice.dataplane.service.ClientRecord;
import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.RealServer;
import io.sluice.dataplane.service.VirtualService;
import io.sluice.program.log.ConnectionLog;
import io.sluice.program.log.LogWriter;
import org.jspecify.annotations.Nullable;

/**
 * Passes failed connects on to the health checks, and what ended on to the log of connections. Called on worker
 * threads; hands over and returns.
 */
final class ConnectionWatch implements ClientObserver, AutoCloseable {
    private final ConnectionLog log;
    /** Null: workers run before there is one. */
    private volatile @Nullable Conductor conductor;

    /** @param out where the log of connections goes */
    ConnectionWatch(LogWriter out) {
        log = ConnectionLog.start(this::status, out);
    }

    void tell(Conductor listener) {
        conductor = listener;
    }

    /** What is logged from now on. */
    void apply(Log wanted) {
        log.apply(wanted);
    }

    /** Records lost before they became lines. */
    long linesLost() {
        return log.lost();
    }

    private @Nullable Status status() {
        Conductor running = conductor;
        return running == null ? null : running.statusIfStarted();
    }

    @Override
    public void close() {
        log.close();
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

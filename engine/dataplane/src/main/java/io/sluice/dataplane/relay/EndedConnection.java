package io.sluice.dataplane.relay;

import io.sluice.dataplane.service.RealServer;
import io.sluice.dataplane.service.VirtualService;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A connection shown as its record; one per worker, so that telling of an end allocates nothing. That worker's thread. */
final class EndedConnection implements ConnectionRecord {
    private @Nullable Connection shown;

    ConnectionRecord of(Connection connection) {
        shown = connection;
        return this;
    }

    private Connection shown() {
        return Objects.requireNonNull(shown);
    }

    @Override
    public long id() {
        return shown().id;
    }

    @Override
    public VirtualService service() {
        return shown().seat.service();
    }

    @Override
    public @Nullable RealServer server() {
        return shown().target;
    }

    @Override
    public long clientHigh() {
        return shown().clientHigh;
    }

    @Override
    public long clientLow() {
        return shown().clientLow;
    }

    @Override
    public int clientPort() {
        return shown().clientPort;
    }

    @Override
    public int servicePort() {
        return shown().listening.port();
    }

    @Override
    public long durationNs() {
        return shown().times.durationNs();
    }

    @Override
    public long waitNs() {
        return shown().times.waitNs();
    }

    @Override
    public long connectNs() {
        return shown().times.connectNs();
    }

    @Override
    public long bytesFromClient() {
        return shown().exchange.up.bytes;
    }

    @Override
    public long bytesFromServer() {
        return shown().exchange.down.bytes;
    }

    @Override
    public int retries() {
        return shown().attempts.retries();
    }
}

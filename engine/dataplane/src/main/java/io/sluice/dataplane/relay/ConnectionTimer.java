package io.sluice.dataplane.relay;

import io.sluice.dataplane.worker.TimerWheel;

/**
 * A connection's timer: for the PROXY header, handshakes and the connect, then for idleness; its worker's thread.
 */
final class ConnectionTimer extends TimerWheel.Timer {
    private final Connection connection;

    ConnectionTimer(Connection connection) {
        this.connection = connection;
    }

    @Override
    protected void onTimeout(long nowNs) {
        connection.onTimeout(nowNs);
    }

    @Override
    public void onFault() {
        connection.onFault();
    }
}

package io.sluice.dataplane.relay;

import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.Forwarding.TcpProxy;
import io.sluice.dataplane.service.RealServer;

/**
 * A connection from when it has reached its server: relays until one of the two, a timeout or somebody else ends it;
 * one worker's thread.
 */
final class Established {
    final Tunnel tunnel;
    private final Connection connection;
    private final Relay relay;
    private final Account account;
    private long lastMoveNs;

    Established(Connection connection, Relay relay) {
        this.connection = connection;
        this.relay = relay;
        tunnel = new Tunnel(connection.client, connection.serverSide, relay);
        account = new Account(connection, tunnel, relay.flows);
    }

    private TcpProxy proxy() {
        return connection.entry().forwarding();
    }

    /** Begins, with the PROXY header where the server gets one. */
    void begin(RealServer server) {
        Endpoint client = connection.client;
        Endpoint serverSide = connection.serverSide;
        lastMoveNs = relay.worker.nowNs();
        relay.clients.established(connection, relay.flows.newFlow(), server);
        int headerVersion = proxy().proxyHeader().sendVersion();
        if (headerVersion > 0 && !serverSide.isEncrypted()) {
            tunnel.up.prepend(relay.headers.send(connection, headerVersion));
        }
        connection.forgetHeader();
        serverSide.watch(relay.worker);
        client.watch(relay.worker);
        client.readable = true; // the request has often arrived already: ask once before waiting for readiness
        client.writable = true;
        serverSide.readable |= serverSide.isEncrypted(); // its first bytes may have come with the end of its handshake
        serverSide.writable = true;
        connection.setTimer(lastMoveNs + proxy().timeouts().idleNs());
        run();
    }

    /** Moves what can be moved now. */
    void run() {
        long before = tunnel.bytes();
        boolean wasHalfClosed = tunnel.isHalfClosed();
        boolean serverHadClosed = tunnel.down.isFinished();
        Tunnel.Turn turn = tunnel.pump();
        if (tunnel.bytes() != before) {
            lastMoveNs = relay.worker.nowNs();
            relay.clients.publishLater(connection);
        }
        if (turn == Tunnel.Turn.OVER) {
            connection.end(tunnel.reason(), tunnel.reason() != EndReason.CLOSED);
            return;
        }
        if (tunnel.isHalfClosed() && !wasHalfClosed) {
            connection.setTimer(relay.worker.nowNs() + proxy().timeouts().halfClosedNs());
        }
        if (tunnel.down.isFinished() && !serverHadClosed) {
            // nearly always it has closed altogether: however long the client takes, others may have its place
            relay.clients.leavePlace(connection);
            relay.queue.advance(connection.entry());
        } else if (serverHadClosed && tunnel.bytes() != before) {
            relay.clients.returnToPlace(connection);
        }
        if (turn == Tunnel.Turn.UNFINISHED) {
            relay.worker.defer(connection.client);
        }
    }

    /** The deadline is kept lazily: bytes only note the time, the timer looks at it when it fires. */
    void onTimeout(long nowNs) {
        TcpProxy.Timeouts timeouts = proxy().timeouts();
        boolean halfClosed = tunnel.isHalfClosed();
        long deadline = lastMoveNs + (halfClosed ? timeouts.halfClosedNs() : timeouts.idleNs());
        if (deadline - nowNs > 0) {
            connection.setTimer(deadline);
        } else {
            connection.end(halfClosed ? EndReason.HALF_CLOSED_TIMEOUT : EndReason.IDLE_TIMEOUT, true);
        }
    }

    /** Brings counters and flow table up to date. */
    void publish(long nowMs, int nth) {
        account.publish(nowMs, nth);
        if (connection.client.suspectUrgency() | connection.serverSide.suspectUrgency()) {
            relay.worker.defer(connection.client);
        }
    }
}

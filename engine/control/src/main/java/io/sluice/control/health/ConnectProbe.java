package io.sluice.control.health;

import io.sluice.control.config.model.HealthCheck.Connect.End;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import jdk.net.ExtendedSocketOptions;

/**
 * A TCP connection can be established. Nothing is asked over it, and a server that takes it for a client which failed
 * would come to ban the balancer, so it ends by a reset and, where the kernel lets it, before the server's program is
 * told of it at all.
 */
final class ConnectProbe implements Probe {
    private final ProbeSocket socket;
    private final End end;

    ConnectProbe(ProbeSocket socket, End end) {
        this.socket = socket;
        this.end = end;
    }

    @Override
    public String subject() {
        return "TCP connect to " + socket.to();
    }

    @Override
    public Outcome run(Attempt attempt) throws IOException {
        try (Socket connected = socket.open(attempt, this::prepare)) {
            return Outcome.passed(connected.isConnected() ? "connected" : "closed");
        } catch (SocketException failure) {
            // A port that refuses is refused in words of its own. A reset comes only after the handshake: whether it
            // overtakes the return of connect() is chance, and must not decide.
            if (Words.reset(failure) && !attempt.expired()) {
                return Outcome.passed("connected");
            }
            throw failure;
        }
    }

    private void prepare(Socket fresh) throws IOException {
        if (end == End.RESET) {
            fresh.setSoLinger(true, 0); // close() sends RST
            if (fresh.supportedOptions().contains(ExtendedSocketOptions.TCP_QUICKACK)) {
                // The last ACK of the handshake waits (40 to 200 ms on Linux), and the RST comes first: the server's
                // kernel drops the connection before accept() could return it. HAProxy's checks do the same.
                fresh.setOption(ExtendedSocketOptions.TCP_QUICKACK, false);
            }
        }
    }
}

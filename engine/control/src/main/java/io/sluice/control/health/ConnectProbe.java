package io.sluice.control.health;

import java.io.IOException;
import java.net.Socket;

/** A TCP connection can be established. */
final class ConnectProbe implements Probe {
    private final ProbeSocket socket;

    ConnectProbe(ProbeSocket socket) {
        this.socket = socket;
    }

    @Override
    public String subject() {
        return "TCP connect to " + socket.to();
    }

    @Override
    public Outcome run(Attempt attempt) throws IOException {
        try (Socket connected = socket.open(attempt)) {
            return Outcome.passed(connected.isConnected() ? "connected" : "closed");
        }
    }
}

package io.sluice.dataplane.relay;

import io.sluice.dataplane.service.VirtualService;
import io.sluice.dataplane.worker.Transport;
import io.sluice.testbed.Peer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** A relay in front of servers that answer with their names, for the tests of who gets which. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
abstract class NamedServers {
    static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @SuppressWarnings("NullAway.Init")
    RelayHarness relay;
    final List<Peer> peers = new ArrayList<>();
    private final List<Socket> taken = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        relay = new RelayHarness(Transport.EPOLL, RelaySettings.Kind.AUTO, workers());
    }

    int workers() {
        return 2;
    }

    @AfterEach
    void stop() throws IOException {
        relay.close();
        for (Peer peer : peers) {
            peer.close();
        }
        for (Socket bound : taken) {
            bound.close();
        }
    }

    /** A server that greets every connection with its name, and ends it once the client has. */
    final InetSocketAddress named(String name) throws IOException {
        var peer = new Peer(socket -> {
            socket.getOutputStream().write(name.getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().readAllBytes();
            return 1L;
        });
        peers.add(peer);
        return peer.address();
    }

    /** A port that refuses, and that nobody else is given while the test runs. */
    final InetSocketAddress nobody() throws IOException {
        var bound = new Socket();
        bound.bind(new InetSocketAddress(LOOPBACK, 0));
        taken.add(bound);
        return (InetSocketAddress) bound.getLocalSocketAddress();
    }

    static String answer(VirtualService service) throws IOException {
        return answer(service, "127.0.0.1");
    }

    static String answer(VirtualService service, String from) throws IOException {
        try (var client = new Socket()) {
            client.bind(new InetSocketAddress(from, 0));
            client.connect(RelayHarness.address(service), 60_000);
            client.setSoTimeout(60_000);
            client.shutdownOutput();
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    static long sum(VirtualService service, int column) {
        return service.counters().counts().stream().mapToLong(row -> row.get(column)).sum();
    }
}

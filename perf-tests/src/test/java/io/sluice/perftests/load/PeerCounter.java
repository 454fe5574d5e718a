package io.sluice.perftests.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Accepts, notes who came, and never says a word. */
final class PeerCounter implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 128);
    private final Set<String> peers = ConcurrentHashMap.newKeySet();
    private final Queue<Socket> held = new ConcurrentLinkedQueue<>();

    PeerCounter() throws IOException {
        Thread.ofPlatform().daemon().start(() -> {
            try {
                while (true) {
                    Socket client = socket.accept();
                    held.add(client);
                    peers.add(client.getInetAddress().getHostAddress());
                }
            } catch (IOException e) {
                // the test is over
            }
        });
    }

    InetSocketAddress address() {
        return new InetSocketAddress("127.0.0.1", socket.getLocalPort());
    }

    Collection<String> peers() {
        return List.copyOf(peers);
    }

    @Override
    public void close() throws IOException {
        socket.close();
        for (Socket client : held) {
            client.close();
        }
    }
}

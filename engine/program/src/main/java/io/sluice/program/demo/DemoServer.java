package io.sluice.program.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** A real server of the demo: answers every request with the same bytes; a virtual thread per connection. */
public final class DemoServer implements AutoCloseable {
    private final String name;
    private final ServerSocket listener;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final LongAdder requests = new LongAdder();

    public DemoServer(String name) throws IOException {
        this.name = name;
        listener = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name(name).start(this::accept);
    }

    String name() {
        return name;
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** Requests answered so far. */
    long requests() {
        return requests.sum();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                connections.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                return; // killed, which is what the demo shows
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            byte[] request = new byte[DemoLoad.REQUEST_BYTES];
            while (socket.getInputStream().readNBytes(request, 0, request.length) == request.length) {
                requests.increment();
                socket.getOutputStream().write(request);
            }
        } catch (IOException gone) {
            // the client, or this server, is gone
        } finally {
            connections.remove(socket);
        }
    }

    /** Kills it: stops listening and resets every connection. */
    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : connections) {
            try (socket) {
                socket.setSoLinger(true, 0);
            } catch (SocketException over) {
                // its client left at this very moment
            }
        }
    }
}

package io.sluice.testbed;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A real server that tells each client its name in a line, then sends back what it gets. */
public final class NamedServer implements AutoCloseable {
    private final String name;
    private final ServerSocket listening = new ServerSocket();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    public NamedServer(String name) throws IOException {
        this(name, 0);
    }

    public NamedServer(String name, int port) throws IOException {
        this.name = name;
        listening.setReuseAddress(true);
        listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return listening.getLocalPort();
    }

    public boolean isClosed() {
        return listening.isClosed();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                open.add(client);
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException closed) {
            // the server's end
        }
    }

    private void serve(Socket client) {
        try (client) {
            OutputStream out = client.getOutputStream();
            InputStream in = client.getInputStream();
            out.write((name + "\n").getBytes(StandardCharsets.UTF_8));
            in.transferTo(out);
        } catch (IOException gone) {
            // the client's end
        } finally {
            open.remove(client);
        }
    }

    /** Stops listening; connections live on. */
    public void stopListening() throws IOException {
        listening.close();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket client : open) {
            client.close();
        }
    }
}

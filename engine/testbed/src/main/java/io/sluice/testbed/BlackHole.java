package io.sluice.testbed;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** A port that answers no SYN: the queue of a listener that accepts nobody is full, and Linux drops what follows. */
public final class BlackHole implements AutoCloseable {
    private final ServerSocket listener;
    private final List<Socket> queued = new ArrayList<>();

    public BlackHole() throws IOException {
        listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        while (true) {
            Socket socket = new Socket();
            queued.add(socket);
            try {
                socket.connect(address(), 500);
            } catch (SocketTimeoutException full) {
                return;
            }
        }
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : queued) {
            socket.close();
        }
        listener.close();
    }
}

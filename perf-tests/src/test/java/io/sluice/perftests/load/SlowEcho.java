package io.sluice.perftests.load;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Echoes 64 bytes at a time on one connection, each after a while. */
final class SlowEcho implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0);
    private final int answerAfterMs;

    SlowEcho(int answerAfterMs) throws IOException {
        this.answerAfterMs = answerAfterMs;
        Thread.ofPlatform().daemon().start(this::serve);
    }

    InetSocketAddress address() {
        return new InetSocketAddress("127.0.0.1", socket.getLocalPort());
    }

    private void serve() {
        try (Socket client = socket.accept()) {
            client.setTcpNoDelay(true);
            InputStream in = client.getInputStream();
            byte[] buffer = new byte[64];
            while (in.readNBytes(buffer, 0, buffer.length) == buffer.length) {
                Thread.sleep(answerAfterMs);
                client.getOutputStream().write(buffer);
            }
        } catch (IOException | InterruptedException e) {
            // the test is over
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

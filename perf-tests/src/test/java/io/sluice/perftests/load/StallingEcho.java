package io.sluice.perftests.load;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** Echoes on one connection and stops answering once, half a second after the first request. */
final class StallingEcho implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0);
    private final AtomicInteger stalls = new AtomicInteger();
    private final int stallMs;

    StallingEcho(int stallMs) throws IOException {
        this.stallMs = stallMs;
        Thread.ofPlatform().daemon().start(this::serve);
    }

    InetSocketAddress address() {
        return new InetSocketAddress("127.0.0.1", socket.getLocalPort());
    }

    int stalls() {
        return stalls.get();
    }

    private void serve() {
        try (Socket client = socket.accept()) {
            client.setTcpNoDelay(true);
            InputStream in = client.getInputStream();
            byte[] buffer = new byte[64];
            long firstNs = 0;
            while (in.readNBytes(buffer, 0, 64) == 64) {
                firstNs = firstNs == 0 ? System.nanoTime() : firstNs;
                if (stalls.get() == 0 && System.nanoTime() - firstNs > 500_000_000L) {
                    stalls.incrementAndGet();
                    Thread.sleep(stallMs);
                }
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

package io.sluice.perftests.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers each connection's request with one of its responses, in turn, byte by byte where asked to, and closes. */
final class HttpServer implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 128);
    private final AtomicInteger turn = new AtomicInteger();

    HttpServer(boolean byteByByte, String... responses) throws IOException {
        Thread.ofPlatform().daemon().start(() -> {
            while (true) {
                try (Socket client = socket.accept()) {
                    client.setTcpNoDelay(true);
                    byte[] response = responses[turn.getAndIncrement() % responses.length]
                            .getBytes(StandardCharsets.US_ASCII);
                    if (client.getInputStream().read(new byte[1024]) > 0) {
                        int piece = byteByByte ? 1 : response.length;
                        for (int i = 0; i < response.length; i += piece) {
                            client.getOutputStream().write(response, i, piece);
                        }
                    }
                } catch (IOException e) {
                    if (socket.isClosed()) {
                        return; // the test is over
                    }
                }
            }
        });
    }

    InetSocketAddress address() {
        return new InetSocketAddress("127.0.0.1", socket.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

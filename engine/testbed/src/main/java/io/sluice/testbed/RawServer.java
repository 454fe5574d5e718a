package io.sluice.testbed;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server that reads one request and answers whatever the test wants, byte for byte. */
public final class RawServer implements AutoCloseable {
    /** What it sends after a request; closes the connection when it returns. */
    @FunctionalInterface
    public interface Answer {
        void to(OutputStream out) throws Exception;
    }

    public final List<String> requests = new CopyOnWriteArrayList<>();
    private final ServerSocket listener = new ServerSocket(0, 500, InetAddress.getLoopbackAddress());
    private final Answer answer;

    public RawServer(Answer answer) throws IOException {
        this.answer = answer;
        Thread.ofVirtual().start(this::accept);
    }

    public static RawServer answering(String response) throws IOException {
        return new RawServer(out -> out.write(response.getBytes(StandardCharsets.UTF_8)));
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            var request = new StringBuilder();
            while (request.indexOf("\r\n\r\n") < 0) {
                int next = in.read();
                if (next < 0) {
                    return;
                }
                request.append((char) next);
            }
            requests.add(request.toString());
            answer.to(socket.getOutputStream());
            socket.shutdownOutput();
            in.readAllBytes(); // no reset before the answer is read
        } catch (Exception gone) {
            // the check has closed: its right
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}

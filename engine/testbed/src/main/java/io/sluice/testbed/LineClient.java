package io.sluice.testbed;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client of a {@link NamedServer} through the balancer. */
public final class LineClient implements AutoCloseable {
    private static final int PATIENCE_MS = 60_000;

    private final Socket socket = new Socket();

    public LineClient(int port) throws IOException {
        this("127.0.0.1", port);
    }

    /** From a source address of its own: 127.0.0.0/8 is all ours. */
    public LineClient(String source, int port) throws IOException {
        socket.bind(new InetSocketAddress(source, 0));
        // without a time limit, with which Java looks again afterwards and throws where a reset has come meanwhile
        socket.connect(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
        socket.setSoTimeout(PATIENCE_MS);
    }

    /** The name that the server says first. */
    public String server() throws IOException {
        return line();
    }

    /** Sends a line and reads it back. */
    public String echo(String text) throws IOException {
        send(text + "\n");
        return line();
    }

    /** Sends, and waits for nothing. */
    public void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Whether the other end has closed or reset the connection; waits for that. */
    public boolean isEnded() {
        try {
            return socket.getInputStream().read() < 0;
        } catch (IOException reset) {
            return true;
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        InputStream in = socket.getInputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("closed after '" + line + "'");
            }
            line.append((char) next);
        }
        return line.toString();
    }

    /** One connection, one answer. */
    public static String ask(int port) throws IOException {
        return ask("127.0.0.1", port);
    }

    public static String ask(String source, int port) throws IOException {
        try (LineClient client = new LineClient(source, port)) {
            return client.server();
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

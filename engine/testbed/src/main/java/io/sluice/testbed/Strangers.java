package io.sluice.testbed;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Clients of an HTTP port that hold connections and ask for nothing; who is thrown out comes again after a while. A
 * virtual thread each.
 */
public final class Strangers implements AutoCloseable {
    private static final long AGAIN_MS = 5_000;
    private static final long TRICKLE_MS = 1_000;
    private static final String BODY = """
            POST /api/v1/session HTTP/1.1\r
            Host: x\r
            Content-Type: application/json\r
            Content-Length: 4000\r
            \r
            {""";

    private final @Nullable SSLSocketFactory tls;
    private final int port;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger connected = new AtomicInteger();
    private final AtomicLong connects = new AtomicLong();
    private volatile boolean over;

    /** What one does once it is connected. */
    private interface Habit {
        void live(Socket socket) throws IOException, InterruptedException;
    }

    /** @param tls null: in clear text */
    public Strangers(@Nullable SSLSocketFactory tls, int port) {
        this.tls = tls;
        this.port = port;
    }

    /** They connect and say nothing, not even hello. */
    public Strangers silent(String source, int number) {
        return start(source, number, Strangers::awaitEnd);
    }

    /** They send a request a byte a second. */
    public Strangers trickling(String source, int number) {
        return start(source, number, socket -> {
            OutputStream out = encrypted(socket).getOutputStream();
            for (int i = 0; !over; i++) {
                out.write("GET /".charAt(Math.min(i, 4)));
                out.flush();
                Thread.sleep(TRICKLE_MS);
            }
        });
    }

    /** They begin a login and keep the rest to themselves. */
    public Strangers holdingBodies(String source, int number) {
        return start(source, number, socket -> {
            Socket channel = encrypted(socket);
            channel.getOutputStream().write(BODY.getBytes(StandardCharsets.US_ASCII));
            channel.getOutputStream().flush();
            awaitEnd(channel);
        });
    }

    private static void awaitEnd(Socket socket) throws IOException {
        byte[] rest = new byte[512];
        while (socket.getInputStream().read(rest) >= 0) {
            // an answer, for all they care
        }
    }

    private Socket encrypted(Socket socket) throws IOException {
        if (tls == null) {
            return socket;
        }
        SSLSocket encrypted = (SSLSocket) tls.createSocket(socket, "127.0.0.1", port, true);
        encrypted.startHandshake();
        return encrypted;
    }

    private Strangers start(String source, int number, Habit habit) {
        for (int i = 0; i < number; i++) {
            threads.add(Thread.ofVirtual().start(() -> stay(source, habit)));
        }
        return this;
    }

    private void stay(String source, Habit habit) {
        while (!over) {
            try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port, InetAddress.getByName(source),
                    0)) {
                connects.incrementAndGet();
                connected.incrementAndGet();
                try {
                    habit.live(socket);
                } finally {
                    connected.decrementAndGet();
                }
            } catch (IOException thrownOut) {
                // as expected of it
            } catch (InterruptedException end) {
                return;
            }
            try {
                Thread.sleep(AGAIN_MS);
            } catch (InterruptedException end) {
                return;
            }
        }
    }

    /** How many are connected now, for all they know. */
    public int connected() {
        return connected.get();
    }

    /** How many connections they have had. */
    public long connects() {
        return connects.get();
    }

    @Override
    public void close() {
        over = true;
        threads.forEach(Thread::interrupt); // of a virtual thread it closes the socket that it reads from
        threads.forEach(Threads::join);
    }
}

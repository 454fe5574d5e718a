package io.sluice.program.http;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client: a virtual thread serves its requests in turn; the port's threads read how long it may still take, and end
 * it.
 */
final class HttpConnection implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);
    /** For the handshake, and again for a head, or the body of a stranger, from its first byte to its last. */
    private static final long SHORT_NS = TimeUnit.SECONDS.toNanos(10);
    /** For the body of who is known, and for one write. */
    private static final long LONG_NS = TimeUnit.SECONDS.toNanos(120);
    private static final long WRITE_NS = TimeUnit.SECONDS.toNanos(30);
    private static final long BETWEEN_NS = TimeUnit.SECONDS.toNanos(60);
    /** After an answer to a request that was not read to its end: else the reset would overtake the answer. */
    private static final long LINGER_NS = TimeUnit.SECONDS.toNanos(5);
    private static final int LINGER_BYTES = 256 << 10;
    private static final int BUFFER_BYTES = 8 << 10;
    /** It waits for nothing from the other end. */
    private static final long NEVER = Long.MAX_VALUE;

    private final Socket socket;
    private final @Nullable SSLSocketFactory tls;
    private final HttpHandler handler;
    private final InetSocketAddress remote;
    private final long openedNs = System.nanoTime();
    private volatile long untilNs = openedNs + SHORT_NS;
    private volatile boolean trusted;
    private volatile boolean idle;
    private long bodyUntilNs;

    /** @param tls null: in clear text */
    HttpConnection(Socket socket, @Nullable SSLSocketFactory tls, HttpHandler handler) {
        this.socket = socket;
        this.tls = tls;
        this.handler = handler;
        remote = (InetSocketAddress) socket.getRemoteSocketAddress();
    }

    // ---- any thread ----

    InetSocketAddress remote() {
        return remote;
    }

    long openedNs() {
        return openedNs;
    }

    boolean isOverdue(long nowNs) {
        long until = untilNs;
        return until != NEVER && nowNs - until > 0;
    }

    /** Whether it is waited for something from somebody whom nobody knows. */
    boolean isStrangers() {
        return !trusted && untilNs != NEVER;
    }

    /** Whether nothing is under way. */
    boolean isIdle() {
        return idle;
    }

    /** Ends it at once, whatever its thread waits for: of TLS the socket below, whose close waits for no lock. */
    void abort() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            LOG.debug("closing {}", remote, e);
        }
    }

    // ---- its own thread ----

    void trust() {
        trusted = true;
    }

    void readsBody(boolean first) {
        long nowNs = System.nanoTime();
        if (first) {
            bodyUntilNs = nowNs + (trusted ? LONG_NS : SHORT_NS);
        }
        untilNs = bodyUntilNs;
    }

    void serves() {
        untilNs = NEVER;
    }

    @Override
    public void run() {
        try (socket; Socket channel = encrypted()) {
            try {
                serve(channel);
            } finally {
                untilNs = System.nanoTime() + SHORT_NS; // the close of TLS says goodbye
            }
        } catch (IOException gone) {
            LOG.debug("{}: gone: {}", remote, gone.toString());
        }
    }

    private void serve(Socket channel) throws IOException {
        InputStream in = new BufferedInputStream(channel.getInputStream());
        OutputStream out = new BufferedOutputStream(new Timed(channel.getOutputStream()), BUFFER_BYTES);
        while (serveOne(channel, in, out)) {
            idle = true;
            untilNs = System.nanoTime() + BETWEEN_NS;
            in.mark(1);
            if (in.read() < 0) {
                return;
            }
            in.reset();
            idle = false;
            untilNs = System.nanoTime() + SHORT_NS;
        }
    }

    private Socket encrypted() throws IOException {
        socket.setTcpNoDelay(true);
        if (tls == null) {
            return socket;
        }
        SSLSocket encrypted = (SSLSocket) tls.createSocket(socket, null, true);
        encrypted.setUseClientMode(false);
        encrypted.startHandshake();
        untilNs = System.nanoTime() + SHORT_NS;
        return encrypted;
    }

    private boolean serveOne(Socket channel, InputStream in, OutputStream out) throws IOException {
        RequestHead head;
        try {
            head = RequestHead.read(in);
        } catch (BadRequest bad) {
            byte[] text = (bad.text() + "\n").getBytes(StandardCharsets.UTF_8);
            out.write(("HTTP/1.1 " + bad.status() + " " + HttpExchange.reason(bad.status())
                    + "\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: "
                    + text.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(text);
            out.flush();
            linger(channel, in);
            return false;
        }
        if (head == null) {
            return false;
        }
        serves();
        HttpExchange exchange = new HttpExchange(this, head, new RequestBody(this, in, head.bodyBytes()), out);
        handler.serve(exchange);
        boolean more = exchange.end();
        if (exchange.hasUnreadBody()) {
            linger(channel, in);
        }
        return more;
    }

    /** Ends the sending half and takes in what is still under way. */
    private void linger(Socket channel, InputStream in) throws IOException {
        untilNs = System.nanoTime() + LINGER_NS;
        channel.shutdownOutput();
        byte[] rest = new byte[BUFFER_BYTES];
        for (int taken = 0; taken < LINGER_BYTES;) {
            int count = in.read(rest);
            if (count < 0) {
                return;
            }
            taken += count;
        }
    }

    /** Each write has its time. */
    private final class Timed extends OutputStream {
        private final OutputStream out;

        Timed(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[]{(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            untilNs = System.nanoTime() + WRITE_NS;
            try {
                out.write(from, offset, length);
            } catch (IOException gone) {
                throw new ClientGone(gone);
            } finally {
                serves();
            }
        }
    }
}

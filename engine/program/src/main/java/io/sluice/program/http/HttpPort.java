package io.sluice.program.http;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening port whose connections are bounded: at the bound the newcomer is taken, and one of the source that holds
 * most gives way, the oldest of a stranger first. So nobody can close the port to others by holding connections. One
 * thread accepts, one ends who takes too long, a virtual one serves each connection.
 */
public final class HttpPort implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpPort.class);
    private static final int BACKLOG = 128;
    private static final long LOOK_MS = 500;
    private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long TELL_FAILURE_NS = TimeUnit.MINUTES.toNanos(1);
    private static final long TELL_EVERY_NS = TimeUnit.MINUTES.toNanos(10);
    /** An IPv6 host has a /64 to itself. */
    private static final int SOURCE_BYTES = 8;

    private static final Set<HttpPort> OPEN = ConcurrentHashMap.newKeySet();

    private final String name;
    private final int most;
    private final ServerSocket listening;
    private final Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicLong gaveWay = new AtomicLong();
    private boolean toldOfBound;
    private long toldNs;
    private long failureToldNs = System.nanoTime() - TELL_FAILURE_NS;

    private HttpPort(String name, int most, ServerSocket listening) {
        this.name = name;
        this.most = most;
        this.listening = listening;
    }

    /**
     * Binds; who connects waits until {@link #start}.
     *
     * @param name what the log calls it
     * @param most connections at once
     */
    public static HttpPort open(String name, InetSocketAddress listen, int most) throws IOException {
        ServerSocket listening = new ServerSocket();
        try {
            listening.bind(listen, BACKLOG);
        } catch (IOException e) {
            listening.close();
            throw e;
        }
        HttpPort port = new HttpPort(name, most, listening);
        OPEN.add(port);
        return port;
    }

    /** @param context null: clear text */
    public void start(@Nullable SSLContext context, HttpHandler handler) {
        Thread.ofPlatform().name(name + "-accept").daemon().start(() -> accept(context, handler));
        Thread.ofVirtual().name(name + "-overdue").start(this::endOverdue);
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) listening.getLocalSocketAddress();
    }

    /** Those of this process. */
    public static List<HttpPort> all() {
        return List.copyOf(OPEN);
    }

    public String name() {
        return name;
    }

    /** Connections now. */
    public int connections() {
        return connections.size();
    }

    /** How many connections gave way to newcomers since the start. */
    public long gaveWay() {
        return gaveWay.get();
    }

    @Override
    public void close() {
        OPEN.remove(this);
        try {
            listening.close();
        } catch (IOException e) {
            LOG.debug("closing {}", listening, e);
        }
        connections.forEach(HttpConnection::abort);
    }

    // ---- the accepting thread ----

    private void accept(@Nullable SSLContext context, HttpHandler handler) {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                take(new HttpConnection(socket, context == null ? null : context.getSocketFactory(), handler));
            } catch (IOException e) {
                if (!listening.isClosed()) {
                    acceptFailed(e);
                }
            }
        }
    }

    private void take(HttpConnection connection) {
        if (connections.size() >= most) {
            HttpConnection leaving = leaving();
            tellOfBound(leaving);
            gaveWay.incrementAndGet();
            if (leaving == null) {
                connection.abort();
                return;
            }
            connections.remove(leaving);
            leaving.abort();
        }
        connections.add(connection);
        if (listening.isClosed()) {
            connection.abort();
        }
        Thread.ofVirtual().name(name + "-", connection.openedNs()).start(() -> {
            try {
                connection.run();
            } finally {
                connections.remove(connection);
            }
        });
    }

    /** Out of descriptors, most likely: who only holds one here gives it back, and what waits is taken then. */
    private void acceptFailed(IOException why) {
        if (System.nanoTime() - failureToldNs >= TELL_FAILURE_NS) {
            failureToldNs = System.nanoTime();
            LOG.warn("{}: nobody can be accepted: {}; connections that do nothing are ended, and it is tried again",
                    name, why.getMessage());
        }
        HttpConnection leaving = leaving();
        if (leaving != null) {
            gaveWay.incrementAndGet();
            leaving.abort();
        }
        LockSupport.parkNanos(RETRY_NS);
    }

    private void tellOfBound(@Nullable HttpConnection leaving) {
        long nowNs = System.nanoTime();
        if (toldOfBound && nowNs - toldNs < TELL_EVERY_NS) {
            return;
        }
        toldOfBound = true;
        toldNs = nowNs;
        LOG.warn("{}: {} connections, the most there may be: each further one takes the place of one that waits, of"
                + " the address that has most first ({})", name, most,
                leaving == null ? "all are known users'" : leaving.remote().getAddress().getHostAddress());
    }

    /** Null: everybody is known and busy. */
    private @Nullable HttpConnection leaving() {
        Map<String, Integer> bySource = new HashMap<>();
        connections.stream().filter(HttpConnection::isStrangers).forEach(one -> bySource.merge(source(one), 1,
                Integer::sum));
        Comparator<HttpConnection> oldest = Comparator.comparingLong(HttpConnection::openedNs);
        return connections.stream().filter(HttpConnection::isStrangers)
                .min(Comparator.<HttpConnection>comparingInt(one -> -bySource.getOrDefault(source(one), 0))
                        .thenComparing(oldest))
                .or(() -> connections.stream().filter(HttpConnection::isIdle).min(oldest)).orElse(null);
    }

    private static String source(HttpConnection connection) {
        InetAddress address = connection.remote().getAddress();
        return address instanceof Inet4Address
                ? address.getHostAddress()
                : Arrays.toString(Arrays.copyOf(address.getAddress(), SOURCE_BYTES));
    }

    // ---- the thread that looks at the clock ----

    private void endOverdue() {
        try {
            while (!listening.isClosed()) {
                Thread.sleep(LOOK_MS);
                long nowNs = System.nanoTime();
                connections.stream().filter(one -> one.isOverdue(nowNs)).forEach(HttpConnection::abort);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.sluice.dataplane.relay;

import io.sluice.dataplane.service.Client;
import io.sluice.dataplane.service.Encryption;
import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.Forwarding.ProxyHeader;
import io.sluice.dataplane.service.Forwarding.TcpProxy;
import io.sluice.dataplane.service.RealServer;
import io.sluice.dataplane.service.ServerColumn;
import io.sluice.dataplane.service.ServiceColumn;
import io.sluice.dataplane.service.ServiceSeat;
import io.sluice.dataplane.service.VirtualService;
import io.sluice.dataplane.worker.TimerWheel;
import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.SocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection from accept to its end, and the server's side of it; one worker's thread. It is its own timer:
 * for the PROXY header, the connect, then for idleness.
 */
final class Connection extends TimerWheel.Timer implements Client {
    /** What it takes of the heap until its end, with its endpoints, their watches and their places in Netty's tables. */
    static final int HEAP_BYTES = 1024;
    /** How long a client may take for its PROXY header, and again for its TLS handshake. */
    private static final long INTRODUCTION_TIMEOUT_NS = 5_000_000_000L;

    private enum State {
        READING_HEADER, CLIENT_HANDSHAKE, QUEUED, CONNECTING, SERVER_HANDSHAKE, ESTABLISHED, ENDED
    }

    final ServiceSeat<TcpProxy> seat;
    /** Its id in the flow table; 0 until it is established. */
    long id;
    final Endpoint client = new Endpoint(this);
    final Endpoint server = new Endpoint(this);
    /** The client as it is known: by its socket, or by the PROXY header it sent. */
    long clientHigh;
    long clientLow;
    int clientPort;
    /** Where the client connected to. */
    final Flows.Listening listening;
    final Tunnel exchange;
    final Account account;
    @Nullable
    RealServer target;
    /** Neighbours in the relay's list of connections. */
    @Nullable
    Connection previous;
    @Nullable
    Connection next;
    /** Whether the relay will publish this connection's byte counts at its next tick. */
    boolean toPublish;
    @Nullable
    Connection nextToPublish;
    private final Relay relay;
    private State state = State.CONNECTING;
    private long lastMoveNs;
    final Times times;
    final Attempts attempts = new Attempts();
    private boolean sourceCounted;
    private int heapBytes = HEAP_BYTES;

    Connection(Relay relay, ServiceSeat<TcpProxy> seat, int clientFd, SocketAddress peer, Flows.Listening listening) {
        this.relay = relay;
        this.seat = seat;
        this.listening = listening;
        client.fd = clientFd;
        clientHigh = peer.high();
        clientLow = peer.low();
        clientPort = peer.port();
        times = new Times(relay.worker);
        exchange = new Tunnel(client, server, relay);
        account = new Account(this, relay.flows);
    }

    /** Begins: with the PROXY header where one is expected, else with the choice of a server. */
    void start() {
        ProxyHeader header = seat.forwarding().proxyHeader();
        if (header.accept() && header.trusted().contains(clientHigh, clientLow)) {
            state = State.READING_HEADER;
            relay.worker.timers().set(this, relay.worker.nowNs() + INTRODUCTION_TIMEOUT_NS);
            client.watch(relay.worker);
        } else {
            admitAndConnect();
        }
    }

    /** Readiness of either side, or a turn that was put off. */
    void onReady(Endpoint endpoint) {
        if (state == State.ESTABLISHED) {
            run();
            return;
        }
        try {
            goOn(endpoint);
        } catch (OutOfMemoryError full) { // in a TLS handshake, most likely: it is a new client still
            relay.heap.failed(relay.worker.nowNs());
            end(EndReason.RESOURCES, true);
        }
    }

    private void goOn(Endpoint endpoint) {
        switch (state) {
            case READING_HEADER -> readHeader();
            case CLIENT_HANDSHAKE -> goOnWithHandshake();
            case CONNECTING -> {
                if (endpoint == server) {
                    checkConnect();
                }
            }
            case SERVER_HANDSHAKE -> {
                if (endpoint == server && !goOnWithServerHandshake()) {
                    connectToNext();
                }
            }
            case QUEUED, ESTABLISHED, ENDED -> {
                // nothing to do before it has a server, or any more
            }
        }
    }

    // ---- before the first byte ----

    private void readHeader() {
        int header = relay.headers.accept(this);
        if (header > 0) {
            admitAndConnect();
        } else if (header < 0 || client.peerFinished) {
            end(EndReason.PROXY_HEADER, true);
        }
    }

    private void admitAndConnect() {
        VirtualService service = seat.service();
        if (!service.access().admits(clientHigh, clientLow)) {
            end(EndReason.DENIED, true);
        } else if (!relay.sources.admit(service, clientHigh, clientLow, relay.worker.nowNs())) {
            end(EndReason.LIMITED, true);
        } else {
            sourceCounted = service.limits().maxConnectionsPerSource() > 0;
            Encryption tls = seat.forwarding().tls();
            if (tls == null) {
                connectToNext();
            } else {
                beginHandshake(tls);
            }
        }
    }

    private void beginHandshake(Encryption tls) {
        if (!takeHeap(HEAP_BYTES + TlsLayer.HEAP_BYTES)) {
            return;
        }
        state = State.CLIENT_HANDSHAKE;
        client.encrypt(new TlsLayer(tls.engine(), relay.tlsBuffers));
        relay.worker.timers().set(this, relay.worker.nowNs() + INTRODUCTION_TIMEOUT_NS);
        client.watch(relay.worker);
        goOnWithHandshake();
    }

    /** Takes more of the heap for TLS on one of its sides, once for each side; ends where there is none left. */
    private boolean takeHeap(int wantedBytes) {
        if (heapBytes < wantedBytes && !relay.heap.take(TlsLayer.HEAP_BYTES, relay.worker.nowNs())) {
            end(EndReason.RESOURCES, true);
            return false;
        }
        heapBytes = Math.max(heapBytes, wantedBytes);
        return true;
    }

    private void goOnWithHandshake() {
        int result = client.handshake();
        if (result == 0) {
            connectToNext();
        } else if (result != -Errno.EAGAIN) {
            end(EndReason.TLS, false); // in order, so that the alert arrives
        }
    }

    /** Chooses a server and connects to it; goes on to another while that fails at once and retries are left. */
    private void connectToNext() {
        state = State.CONNECTING;
        while (attempts.mayTry(seat.forwarding())) {
            int index = seat.take(this);
            if (index >= 0) {
                if (connectTo(index)) {
                    return;
                }
            } else if (seat.wasFull()) {
                waitInLine();
                return;
            } else {
                end(attempts.failure(), true);
                return;
            }
        }
        end(attempts.failure(), true);
    }

    /** Begins to connect to a server where it has a place; false where that failed at once: another may be tried. */
    private boolean connectTo(int index) {
        RealServer chosen = seat.service().servers().get(index);
        target = chosen;
        attempts.begin(index, seat.forwarding());
        times.connectStartNs = relay.worker.nowNs();
        int result = relay.connector.connect(this, chosen);
        if (result == 0) {
            return reached(chosen);
        }
        if (result == -Errno.EINPROGRESS) {
            relay.worker.timers().set(this, times.connectStartNs + seat.forwarding().timeouts().connectNs());
            server.watch(relay.worker);
        } else if (Acceptor.isLackOfResources(result)) {
            leaveTarget();
            end(EndReason.RESOURCES, true);
        } else {
            attemptFailed(result);
            return false;
        }
        return true;
    }

    /** Every server that would take it is at its maximum: it waits for a place, as long as it would for a connect. */
    private void waitInLine() {
        state = State.QUEUED;
        seat.count(ServiceColumn.QUEUED);
        relay.queue.add(this);
        relay.worker.timers().set(this, relay.worker.nowNs() + seat.forwarding().timeouts().connectNs());
    }

    /** There may be a place now: leaves the line for it; false when there is none. */
    boolean tryAgain() {
        int index = seat.take(this);
        if (index < 0 && seat.wasFull()) {
            return false;
        }
        relay.queue.remove(this);
        state = State.CONNECTING;
        if (index < 0 || !connectTo(index)) {
            connectToNext();
        }
        return true;
    }

    private void checkConnect() {
        int result = server.writable && !server.peerFinished ? 0 : relay.connector.check(this);
        if (result == -Errno.EALREADY) {
            return;
        }
        if (result != 0) {
            attemptFailed(result);
            connectToNext();
        } else if (!reached(Objects.requireNonNull(target))) {
            connectToNext();
        }
    }

    /** The server's socket is connected; where TLS is wanted on it, that is next. False where it failed at once. */
    private boolean reached(RealServer chosen) {
        Encryption tls = chosen.tls();
        if (tls == null) {
            connected();
            return true;
        }
        if (!takeHeap(HEAP_BYTES + (client.isEncrypted() ? 2 * TlsLayer.HEAP_BYTES : TlsLayer.HEAP_BYTES))) {
            return true;
        }
        state = State.SERVER_HANDSHAKE;
        TlsLayer layer = new TlsLayer(tls.engine(), relay.tlsBuffers);
        server.encrypt(layer);
        relay.headers.send(this, layer);
        relay.worker.timers().set(this, times.connectStartNs + seat.forwarding().timeouts().connectNs());
        server.watch(relay.worker);
        return goOnWithServerHandshake();
    }

    private boolean goOnWithServerHandshake() {
        int result = server.handshake();
        if (result == 0) {
            connected();
        } else if (result != -Errno.EAGAIN) {
            attemptFailed(result);
            return false;
        }
        return true;
    }

    private void attemptFailed(int error) {
        attempts.failed(error);
        RealServer failed = target;
        if (failed != null) {
            failed.counters().get(relay.worker.index()).increment(ServerColumn.CONNECT_FAILURES);
            relay.observer.connectFailed(seat.service(), failed, error);
        }
        leaveTarget();
        server.close(false);
        if (attempts.mayTry(seat.forwarding())) {
            seat.count(ServiceColumn.RETRIES);
        }
    }

    @Override
    public boolean hasTried(int index) {
        return attempts.tried(index);
    }

    // ---- established ----

    private void connected() {
        TcpProxy proxy = seat.forwarding();
        RealServer established = Objects.requireNonNull(target);
        long nowNs = relay.worker.nowNs();
        state = State.ESTABLISHED;
        lastMoveNs = nowNs;
        times.connectedNs = System.nanoTime(); // not the cycle's clock, in whose eyes a near server takes no time at all
        seat.countConnectTime((times.connectedNs - times.connectStartNs) / 1000);
        established.counters().get(relay.worker.index()).increment(ServerColumn.CONNECTIONS_TOTAL);
        id = account.open(established);
        if (proxy.proxyHeader().sendVersion() > 0 && !server.isEncrypted()) {
            exchange.up.prepend(relay.headers.send(this, proxy.proxyHeader().sendVersion()));
        }
        server.watch(relay.worker);
        client.watch(relay.worker);
        client.readable = true; // the request has often arrived already: ask once before waiting for readiness
        client.writable = true;
        server.readable |= server.isEncrypted(); // what it said first may have come with the end of its handshake
        server.writable = true;
        relay.worker.timers().set(this, nowNs + proxy.timeouts().idleNs());
        run();
    }

    private void run() {
        long before = exchange.bytes();
        boolean wasHalfClosed = exchange.isHalfClosed();
        Tunnel.Turn turn = exchange.pump();
        if (exchange.bytes() != before) {
            lastMoveNs = relay.worker.nowNs();
            relay.publishLater(this);
        }
        if (turn == Tunnel.Turn.OVER) {
            end(exchange.reason(), exchange.reason() != EndReason.CLOSED);
            return;
        }
        if (exchange.isHalfClosed() && !wasHalfClosed) {
            relay.worker.timers().set(this, relay.worker.nowNs() + seat.forwarding().timeouts().halfClosedNs());
        }
        if (turn == Tunnel.Turn.UNFINISHED) {
            relay.worker.defer(client);
        }
    }

    @Override
    protected void onTimeout(long nowNs) {
        switch (state) {
            case READING_HEADER -> end(EndReason.PROXY_HEADER, true);
            case QUEUED -> end(EndReason.NO_SERVER, true);
            case CLIENT_HANDSHAKE -> end(EndReason.TLS, true);
            case CONNECTING, SERVER_HANDSHAKE -> {
                attemptFailed(-Errno.ETIMEDOUT);
                connectToNext();
            }
            case ESTABLISHED -> {
                // the deadline is kept lazily: bytes only note the time, the timer looks at it when it fires
                TcpProxy.Timeouts timeouts = seat.forwarding().timeouts();
                boolean halfClosed = exchange.isHalfClosed();
                long deadline = lastMoveNs + (halfClosed ? timeouts.halfClosedNs() : timeouts.idleNs());
                if (deadline - nowNs > 0) {
                    relay.worker.timers().set(this, deadline);
                } else {
                    end(halfClosed ? EndReason.HALF_CLOSED_TIMEOUT : EndReason.IDLE_TIMEOUT, true);
                }
            }
            case ENDED -> {
                // its timer was cancelled
            }
        }
    }

    // ---- what others see ----

    /** Publishes byte counts to counters and flow table. */
    void publish(long nowMs) {
        toPublish = false;
        account.publish(target, nowMs);
    }

    // ---- the end ----

    /**
     * Ends the connection.
     *
     * @param reset whether something went wrong, so that both sides are reset rather than closed in order
     */
    void end(EndReason reason, boolean reset) {
        if (state == State.ENDED) {
            return;
        }
        boolean wasEstablished = state == State.ESTABLISHED;
        if (state == State.QUEUED) {
            relay.queue.remove(this);
        }
        state = State.ENDED;
        relay.worker.timers().cancel(this);
        // whatever throws on the way, nothing of it is left behind
        try {
            if (sourceCounted) {
                relay.sources.release(seat.service(), clientHigh, clientLow);
            }
            account.close(target, reason); // before the sockets close: who sees the close may rely on the counters
        } finally {
            relay.heap.give(heapBytes);
            relay.forget(this);
            exchange.close(reset, wasEstablished);
        }
        try {
            relay.observer.ended(relay.ended.of(this), reason);
        } finally {
            relay.queue.advance(seat);
        }
    }

    @Override
    public void onFault() {
        end(EndReason.INTERNAL, true);
    }

    // ---- what its record tells ----

    @Override
    public long clientHigh() {
        return clientHigh;
    }

    @Override
    public long clientLow() {
        return clientLow;
    }

    private void leaveTarget() {
        if (target != null) {
            ServiceSeat.leave(target);
            target = null;
        }
    }
}

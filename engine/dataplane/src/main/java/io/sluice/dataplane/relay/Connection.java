package io.sluice.dataplane.relay;

import io.sluice.conntrack.Protocol;
import io.sluice.dataplane.proxyprotocol.ReceivedHeader;
import io.sluice.dataplane.service.Encryption;
import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.Forwarding.ProxyHeader;
import io.sluice.dataplane.service.Forwarding.TcpProxy;
import io.sluice.dataplane.service.Listener;
import io.sluice.dataplane.service.RealServer;
import io.sluice.dataplane.service.ServedClient;
import io.sluice.dataplane.service.ServiceColumn;
import io.sluice.dataplane.service.ServiceEntry;
import io.sluice.dataplane.service.VirtualService;
import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.SocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One client's connection from accept to its end, and the server's side of it; one worker's thread. */
final class Connection extends ServedClient<TcpProxy, Connection> {
    /** What it takes of the heap until its end, with its endpoints, their watches, their places in Netty's tables. */
    static final int HEAP_BYTES = 1024;
    /** How long a client may take for its PROXY header, and again for its TLS handshake. */
    private static final long INTRODUCTION_TIMEOUT_NS = 5_000_000_000L;

    private enum State {
        READING_HEADER, CLIENT_HANDSHAKE, QUEUED, CONNECTING, SERVER_HANDSHAKE, ESTABLISHED, ENDED
    }

    final Endpoint client = new Endpoint(this);
    final Endpoint serverSide = new Endpoint(this);
    /** What its PROXY header said, where servers get one too. */
    @Nullable
    ReceivedHeader speaksFor;
    private final Relay relay;
    private final Established established;
    private final Times times;
    private final ConnectionTimer timer = new ConnectionTimer(this);
    private State state = State.CONNECTING;
    /** Null: it has not had to wait. */
    private @Nullable Waiter waiter;
    private int heapBytes = HEAP_BYTES;
    private boolean owesDescriptor = true;

    Connection(Relay relay, ServiceEntry<TcpProxy> entry, int clientFd, SocketAddress peer, Listener listener) {
        super(entry, listener.address(), peer.high(), peer.low(), peer.port());
        this.relay = relay;
        client.fd = clientFd;
        relay.descriptors.owe();
        times = new Times(relay.worker);
        established = new Established(this, relay);
    }

    /** It has a descriptor for its server's side, or needs none any more. */
    void settleDescriptor() {
        if (owesDescriptor) {
            owesDescriptor = false;
            relay.descriptors.settle();
        }
    }

    /** When it is to be looked at: see {@link #onTimeout}. */
    void setTimer(long deadlineNs) {
        relay.worker.timers().set(timer, deadlineNs);
    }

    private TcpProxy proxy() {
        return entry().forwarding();
    }

    /** Begins: with the PROXY header where one is expected, else with the choice of a server. */
    void start() {
        ProxyHeader header = proxy().proxyHeader();
        if (header.accept() && header.trusted().contains(clientHigh(), clientLow())) {
            state = State.READING_HEADER;
            setTimer(relay.worker.nowNs() + INTRODUCTION_TIMEOUT_NS);
            client.watch(relay.worker);
        } else {
            admitAndConnect();
        }
    }

    /** Readiness of either side, or a turn that was put off. */
    void onReady(Endpoint endpoint) {
        assert relay.worker.isOwner();
        if (state == State.ESTABLISHED) {
            established.run();
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
                if (endpoint == serverSide) {
                    checkConnect();
                }
            }
            case SERVER_HANDSHAKE -> {
                if (endpoint == serverSide && !goOnWithServerHandshake()) {
                    connectToNext();
                }
            }
            case QUEUED -> Objects.requireNonNull(waiter).look();
            case ESTABLISHED, ENDED -> {
                // nothing to do before it has a server, or any more
            }
        }
    }

    // ---- before the first byte ----

    private void readHeader() {
        int header = relay.headers.accept(this);
        ReceivedHeader kept = speaksFor;
        if (kept != null && !relay.heap.take(kept.extensionBytes(), relay.worker.nowNs())) {
            speaksFor = null;
            end(EndReason.RESOURCES, true);
        } else if (header > 0) {
            admitAndConnect();
        } else if (header < 0 || client.peerFinished) {
            end(EndReason.PROXY_HEADER, true);
        }
    }

    private void admitAndConnect() {
        VirtualService service = service();
        if (!service.access().admits(clientHigh(), clientLow())) {
            end(EndReason.DENIED, true);
        } else if (!relay.clients.admits(service, clientHigh(), clientLow(), relay.worker.nowNs())) {
            end(EndReason.LIMITED, true);
        } else {
            relay.clients.admitted(this);
            Encryption tls = proxy().tls();
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
        setTimer(relay.worker.nowNs() + INTRODUCTION_TIMEOUT_NS);
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
        while (attempts().mayTry(proxy().connecting().retries())) {
            int index = entry().selection().take(this);
            if (index >= 0) {
                if (connectTo(index)) {
                    return;
                }
            } else if (entry().selection().wasFull()) {
                waitInLine();
                return;
            } else {
                end(attempts().failure(), true);
                return;
            }
        }
        end(attempts().failure(), true);
    }

    /** Begins to connect to a server where it has a place; false where that failed at once: another may be tried. */
    private boolean connectTo(int index) {
        RealServer chosen = service().servers().get(index);
        relay.clients.assign(this, chosen);
        attempts().begin(index, proxy().connecting().retries());
        if (attempts().count() > 1) {
            entry().counters().count(ServiceColumn.RETRIES);
        }
        times.connectStartNs = relay.worker.nowNs();
        int result = relay.connector.connect(this, chosen);
        if (result == 0) {
            return reached(chosen);
        }
        if (result == -Errno.EINPROGRESS) {
            setTimer(times.connectStartNs + proxy().timeouts().connectNs());
            serverSide.watch(relay.worker);
        } else if (Acceptor.isLackOfResources(result)) {
            relay.clients.leaveServer(this, EndReason.RESOURCES);
            end(EndReason.RESOURCES, true);
        } else {
            attemptFailed(result);
            return false;
        }
        return true;
    }

    /** Every server that would take it is at its maximum, or others wait already: so does it, as far as it may. */
    private void waitInLine() {
        Waiter one = waiter == null ? new Waiter(this, relay) : waiter;
        waiter = one;
        if (!one.begin()) {
            end(one.failure(), true);
            return;
        }
        state = State.QUEUED;
        one.look();
        relay.queue.advance(entry()); // somebody may have left between the choice and here
    }

    private void leaveLine() {
        if (state == State.QUEUED) {
            relay.queue.remove(Objects.requireNonNull(waiter));
        }
    }

    /** There may be a place now: leaves the line for it; false when there is none. */
    boolean tryAgain() {
        int index = entry().selection().take(this);
        if (index < 0 && entry().selection().wasFull()) {
            return false;
        }
        leaveLine();
        state = State.CONNECTING;
        if (index < 0 || !connectTo(index)) {
            connectToNext();
        }
        return true;
    }

    /** Who has been connected to a server already came before those who wait now. */
    @Override
    public boolean givesWay() {
        return state != State.QUEUED && attempts().count() == 0 && entry().counters().anyoneWaits();
    }

    private void checkConnect() {
        int result = serverSide.writable && !serverSide.peerFinished ? 0 : relay.connector.check(this);
        if (result == -Errno.EALREADY) {
            return;
        }
        if (result != 0) {
            attemptFailed(result);
            connectToNext();
        } else if (!reached(Objects.requireNonNull(server()))) {
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
        serverSide.encrypt(layer);
        relay.headers.send(this, layer);
        setTimer(times.connectStartNs + proxy().timeouts().connectNs());
        serverSide.watch(relay.worker);
        return goOnWithServerHandshake();
    }

    private boolean goOnWithServerHandshake() {
        int result = serverSide.handshake();
        if (result == 0) {
            connected();
        } else if (result != -Errno.EAGAIN) {
            attemptFailed(result);
            return false;
        }
        return true;
    }

    private void attemptFailed(int error) {
        attempts().failed(error);
        relay.clients.connectFailed(this, error);
        relay.clients.leaveServer(this, EndReason.CONNECT_FAILED);
        serverSide.close(false);
    }

    // ---- established ----

    private void connected() {
        state = State.ESTABLISHED;
        // not the cycle's clock, in whose eyes a near server takes no time at all
        times.connectedNs = System.nanoTime();
        entry().counters().countConnectTime((times.connectedNs - times.connectStartNs) / 1000);
        established.begin(Objects.requireNonNull(server()));
    }

    /** Its service has another name: it goes on there, unless its server is none of that; then it stays where it is. */
    void follow(ServiceEntry<TcpProxy> to) {
        if (state == State.QUEUED) {
            Objects.requireNonNull(waiter).follow(to);
        } else if (relay.clients.follow(this, to, relay.worker.nowNs()) && state == State.ESTABLISHED) {
            relay.clients.established(this, relay.flows.newFlow(), Objects.requireNonNull(server()));
        }
    }

    void onTimeout(long nowNs) {
        switch (state) {
            case READING_HEADER -> end(EndReason.PROXY_HEADER, true);
            case QUEUED -> end(Objects.requireNonNull(waiter).failure(), true);
            case CLIENT_HANDSHAKE -> end(EndReason.TLS, true);
            case CONNECTING, SERVER_HANDSHAKE -> {
                attemptFailed(-Errno.ETIMEDOUT);
                connectToNext();
            }
            case ESTABLISHED -> established.onTimeout(nowNs);
            case ENDED -> {
                // its timer was cancelled
            }
        }
    }

    @Override
    protected void publish(long nowMs, int nth) {
        established.publish(nowMs, nth);
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
        leaveLine();
        state = State.ENDED;
        settleDescriptor();
        relay.worker.timers().cancel(timer);
        relay.clients.remove(this);
        try {
            relay.clients.countOut(this, reason); // before the sockets close: who sees that may rely on the counters
        } finally {
            relay.heap.give(heapBytes);
            forgetHeader();
            established.tunnel.close(reset, wasEstablished && reason != EndReason.RESOURCES,
                    proxy().timeouts().halfClosedNs());
        }
        try {
            relay.clients.tellEnded(this, reason);
        } finally {
            relay.queue.advance(entry());
        }
    }

    @Override
    public void onFault() {
        end(EndReason.INTERNAL, true);
    }

    @Override
    protected void end(EndReason reason) {
        end(reason, true);
    }

    /** Its PROXY header has been passed on. */
    void forgetHeader() {
        ReceivedHeader kept = speaksFor;
        if (kept != null) {
            relay.heap.give(kept.extensionBytes());
            speaksFor = null;
        }
    }

    // ---- what its record tells ----

    @Override
    public Protocol protocol() {
        return Protocol.TCP;
    }

    @Override
    public long durationNs() {
        return times.durationNs();
    }

    @Override
    public long waitNs() {
        return times.waitNs();
    }

    @Override
    public long connectNs() {
        return times.connectNs();
    }

    @Override
    public long bytesFromClient() {
        return established.tunnel.up.bytes;
    }

    @Override
    public long bytesFromServer() {
        return established.tunnel.down.bytes;
    }

    @Override
    public int retries() {
        return Math.max(0, attempts().count() - 1);
    }
}

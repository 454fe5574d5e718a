package io.sluice.dataplane.relay;

import io.sluice.conntrack.AffinityTable;
import io.sluice.conntrack.FlowShard;
import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.FaultKind;
import io.sluice.dataplane.service.Forwarding.TcpProxy;
import io.sluice.dataplane.service.Kick;
import io.sluice.dataplane.service.Listener;
import io.sluice.dataplane.service.RealServer;
import io.sluice.dataplane.service.Routes;
import io.sluice.dataplane.service.ServiceSeat;
import io.sluice.dataplane.service.SourceLimits;
import io.sluice.dataplane.service.VirtualService;
import io.sluice.dataplane.worker.DataPath;
import io.sluice.dataplane.worker.EachInTurn;
import io.sluice.dataplane.worker.HeapShare;
import io.sluice.dataplane.worker.Worker;
import io.sluice.ringbuffers.syscall.SocketAddress;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * TCP proxy mode on one worker: its services, its connections and the memory and pipes they share. Owned by that
 * worker's thread.
 */
public final class Relay implements DataPath {
    /** What a connection takes of the heap, by estimate; TLS takes more. */
    public static final int HEAP_BYTES_PER_CONNECTION = Connection.HEAP_BYTES;
    /** Round-trip times asked of the kernel per tick; the call costs most of a microsecond. */
    private static final int RTT_SAMPLES_PER_TICK = 64;

    final Worker worker;
    final RelaySettings settings;
    final AffinityTable affinity;
    final SourceLimits sources;
    final Flows flows;
    final RelayObserver observer;
    final CopyBuffers buffers;
    final PipePool pipes;
    final TlsBuffers tlsBuffers = new TlsBuffers();
    final Connector connector = new Connector();
    final ProxyHeaders headers;
    final Queue queue;
    final HeapShare heap;
    final EndedConnection ended = new EndedConnection();
    /** Where accept4 puts the client's address. */
    final SocketAddress peer = new SocketAddress();

    private final Long2ObjectHashMap<ServiceSeat<TcpProxy>> seats = new Long2ObjectHashMap<>();
    /** By identity: a listener is its sockets, and an equal one, made later, has others. */
    private final Map<Listener, List<Acceptor>> acceptors = new IdentityHashMap<>();
    /** Connections that have moved bytes since the last tick. */
    private @Nullable Connection firstToPublish;
    private @Nullable Connection first;
    private int connections;

    /**
     * Makes a worker's relay; {@link Worker#add} it before the worker starts.
     *
     * @param affinity the table all workers share
     * @param sources the limits all workers share
     * @param flows this worker's part of the flow table
     */
    public Relay(Worker worker, RelaySettings settings, AffinityTable affinity, SourceLimits sources, FlowShard flows,
            RelayObserver observer) {
        this.worker = worker;
        this.settings = settings;
        this.affinity = affinity;
        this.sources = sources;
        this.flows = new Flows(flows);
        this.observer = observer;
        buffers = new CopyBuffers(settings.copyBufferBytes());
        pipes = new PipePool(settings.pipeBytes());
        headers = new ProxyHeaders(buffers);
        queue = new Queue(worker.faults());
        heap = new HeapShare(worker.index(), "connections", settings.heapBytes());
    }

    // ---- what the control plane says ----

    @Override
    public void onRoutes(Routes routes) {
        EachInTurn all = new EachInTurn();
        Set<Long> named = new HashSet<>();
        Map<Listener, VirtualService> wanted = new IdentityHashMap<>();
        for (VirtualService service : routes.services()) {
            if (service.forwarding() instanceof TcpProxy proxy
                    && (routes.handedOver() || !proxy.listeners().isEmpty())) {
                named.add(service.id());
                proxy.listeners().forEach(listener -> wanted.put(listener, service));
                all.run(() -> seat(service, proxy));
            }
        }
        seats.keySet().removeIf(id -> !named.contains(id)); // the connections of those live on; they hold the seat
        listen(wanted, all);
        endSevered();
        all.finish();
    }

    private void seat(VirtualService service, TcpProxy proxy) {
        ServiceSeat<TcpProxy> seat = seats.get(service.id());
        if (seat == null) {
            seats.put(service.id(), new ServiceSeat<>(worker.index(), affinity, service, proxy));
        } else {
            seat.update(service, proxy);
        }
    }

    /** A listener that went to another service is not closed in between: its sockets refuse nobody. */
    private void listen(Map<Listener, VirtualService> wanted, EachInTurn all) {
        acceptors.entrySet().removeIf(entry -> {
            boolean vanished = !wanted.containsKey(entry.getKey());
            if (vanished) {
                entry.getValue().forEach(acceptor -> all.run(acceptor::close));
            }
            return vanished;
        });
        wanted.forEach((listener, service) -> all.run(() -> serve(listener, service)));
    }

    private void serve(Listener listener, VirtualService service) {
        ServiceSeat<TcpProxy> seat = seats.get(service.id());
        List<Acceptor> known = acceptors.get(listener);
        if (seat == null) {
            return; // it could not be made, which is known
        }
        if (known == null) {
            acceptors.put(listener, listener.ofWorker(worker.index()).stream()
                    .map(fd -> new Acceptor(this, seat, listener, fd)).toList());
        } else {
            known.forEach(acceptor -> acceptor.serve(seat));
        }
    }

    /** Ends connections whose server is halted, or down where the service says that they end with it. */
    private void endSevered() {
        forEach(FaultKind.ROUTES, connection -> {
            RealServer target = connection.target;
            RealServer now = target == null ? null : connection.seat.service().server(target.id());
            if (now != null && now.sever()) {
                connection.end(EndReason.SERVER_DOWN, true);
            }
        });
    }

    @Override
    public void onKick(Kick kick) {
        forEach(FaultKind.KICK, connection -> {
            if (kick.matches(connection.id, connection.seat.service().id(), connection.target,
                    connection.clientHigh, connection.clientLow)) {
                connection.end(EndReason.KICKED, true);
            }
        });
    }

    /** Visits every connection; the visitor may end the one it sees. A fault is that one's, the others are visited too. */
    private void forEach(FaultKind kind, Consumer<Connection> visitor) {
        for (Connection connection = first; connection != null;) {
            Connection next = connection.next;
            try {
                visitor.accept(connection);
            } catch (Throwable thrown) {
                worker.faults().contain(kind, thrown, connection);
            }
            connection = next;
        }
    }

    @Override
    public void onStop() {
        EachInTurn all = new EachInTurn();
        listen(Map.of(), all);
        while (first != null) {
            forEach(FaultKind.COMMAND, connection -> connection.end(EndReason.SHUTDOWN, true));
        }
        buffers.close();
        tlsBuffers.close();
        pipes.close();
        headers.close();
        connector.close();
        peer.close();
        all.finish();
    }

    // ---- the tick ----

    @Override
    public void onTick() {
        publish();
        queue.advanceAll();
    }

    private void publish() {
        if (firstToPublish == null) {
            return;
        }
        long nowMs = System.currentTimeMillis();
        int published = 0;
        for (Connection connection = firstToPublish; connection != null; connection = firstToPublish) {
            firstToPublish = connection.nextToPublish;
            connection.nextToPublish = null;
            try {
                connection.publish(nowMs);
                if (published++ < RTT_SAMPLES_PER_TICK) {
                    connection.account.publishRtt();
                }
            } catch (Throwable thrown) {
                worker.faults().contain(FaultKind.TICK, thrown, connection);
            }
        }
    }

    /** The connection moved bytes: the next tick publishes how many. */
    void publishLater(Connection connection) {
        if (!connection.toPublish) {
            connection.toPublish = true;
            connection.nextToPublish = firstToPublish;
            firstToPublish = connection;
        }
    }

    // ---- the connections ----

    void remember(Connection connection) {
        connection.next = first;
        if (first != null) {
            first.previous = connection;
        }
        first = connection;
        connections++;
    }

    void forget(Connection connection) {
        Connection before = connection.previous;
        Connection after = connection.next;
        if (before != null) {
            before.next = after;
        } else {
            first = after;
        }
        if (after != null) {
            after.previous = before;
        }
        connection.previous = null; // next stays: the end of another may have ended this one, on which a walk stands
        connections--;
    }

    @Override
    public int open() {
        return connections;
    }

    /** Pipes that exist, and blocks of held bytes in use: what a test counts before and after. */
    public int pipesOpen() {
        return pipes.openCount();
    }

    public int blocksHeld() {
        return buffers.heldCount() + tlsBuffers.takenCount();
    }
}

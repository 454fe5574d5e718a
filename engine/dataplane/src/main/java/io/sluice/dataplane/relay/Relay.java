package io.sluice.dataplane.relay;

import io.sluice.conntrack.AffinityTable;
import io.sluice.conntrack.FlowShard;
import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.Kick;
import io.sluice.dataplane.service.Listener;
import io.sluice.dataplane.service.RealServer;
import io.sluice.dataplane.service.Routes;
import io.sluice.dataplane.service.ServiceSeat;
import io.sluice.dataplane.service.SourceLimits;
import io.sluice.dataplane.service.VirtualService;
import io.sluice.dataplane.worker.DataPath;
import io.sluice.dataplane.worker.Worker;
import io.sluice.ringbuffers.syscall.SocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * TCP proxy mode on one worker: its services, its connections and the memory and pipes they share. Owned by that
 * worker's thread.
 */
public final class Relay implements DataPath {
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
    final Queue queue = new Queue();
    final EndedConnection ended = new EndedConnection();
    /** Where accept4 puts the client's address. */
    final SocketAddress peer = new SocketAddress();

    private final Long2ObjectHashMap<ServiceSeat> seats = new Long2ObjectHashMap<>();
    /** By identity: a listener is its sockets, and an equal one, made later, has others. */
    private final Map<Listener, List<Acceptor>> acceptors = new IdentityHashMap<>();
    private final List<Acceptor> waitingAcceptors = new ArrayList<>();
    private ArrayList<Connection> toPublish = new ArrayList<>();
    private ArrayList<Connection> publishing = new ArrayList<>();
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
    }

    // ---- what the control plane says ----

    @Override
    public void onRoutes(Routes routes) {
        Set<Long> named = new HashSet<>();
        Map<Listener, ServiceSeat> wanted = new IdentityHashMap<>();
        for (VirtualService service : routes.services()) {
            if (service.protocol() == VirtualService.Protocol.TCP
                    && (routes.handedOver() || !service.listeners().isEmpty())) {
                ServiceSeat seat = seatOf(service);
                named.add(service.id());
                service.listeners().forEach(listener -> wanted.put(listener, seat));
            }
        }
        seats.keySet().removeIf(id -> !named.contains(id)); // the connections of those live on; they hold the seat
        listen(wanted);
        endSevered();
    }

    private ServiceSeat seatOf(VirtualService service) {
        ServiceSeat seat = seats.get(service.id());
        if (seat == null) {
            seat = new ServiceSeat(worker.index(), affinity, service);
            seats.put(service.id(), seat);
        } else {
            seat.update(service);
        }
        return seat;
    }

    /** A listener that went to another service is not closed in between: its sockets refuse nobody. */
    private void listen(Map<Listener, ServiceSeat> wanted) {
        acceptors.entrySet().removeIf(entry -> {
            boolean vanished = !wanted.containsKey(entry.getKey());
            if (vanished) {
                entry.getValue().forEach(Acceptor::close);
            }
            return vanished;
        });
        wanted.forEach((listener, seat) -> {
            List<Acceptor> known = acceptors.get(listener);
            if (known == null) {
                acceptors.put(listener, listener.ofWorker(worker.index()).stream()
                        .map(fd -> new Acceptor(this, seat, listener, fd)).toList());
            } else {
                known.forEach(acceptor -> acceptor.serve(seat));
            }
        });
    }

    /** Ends connections whose server is halted, or down where the service says that they end with it. */
    private void endSevered() {
        for (Connection connection = first; connection != null;) {
            Connection next = connection.next;
            RealServer target = connection.target;
            RealServer now = target == null ? null : connection.seat.service().server(target.id());
            if (now != null && now.sever()) {
                connection.end(EndReason.SERVER_DOWN, true);
            }
            connection = next;
        }
    }

    @Override
    public void onKick(Kick kick) {
        for (Connection connection = first; connection != null;) {
            Connection next = connection.next;
            RealServer target = connection.target;
            if (kick.matches(connection.id, connection.seat.service().id(), target,
                    connection.clientHigh, connection.clientLow)) {
                connection.end(EndReason.KICKED, true);
            }
            connection = next;
        }
    }

    @Override
    public void onStop() {
        listen(Map.of());
        while (first != null) {
            first.end(EndReason.SHUTDOWN, true);
        }
        buffers.close();
        tlsBuffers.close();
        pipes.close();
        headers.close();
        connector.close();
        peer.close();
    }

    // ---- the tick ----

    @Override
    public void onTick() {
        publish();
        queue.advanceAll();
        if (!waitingAcceptors.isEmpty()) {
            List<Acceptor> again = List.copyOf(waitingAcceptors);
            waitingAcceptors.clear();
            again.forEach(acceptor -> acceptor.onReady(0));
        }
    }

    private void publish() {
        if (toPublish.isEmpty()) {
            return;
        }
        ArrayList<Connection> batch = toPublish;
        toPublish = publishing;
        publishing = batch;
        long nowMs = System.currentTimeMillis();
        for (int i = 0; i < batch.size(); i++) {
            Connection connection = batch.get(i);
            connection.publish(nowMs);
            if (i < RTT_SAMPLES_PER_TICK) {
                connection.account.publishRtt();
            }
        }
        batch.clear();
    }

    /** The connection moved bytes: the next tick publishes how many. */
    void publishLater(Connection connection) {
        if (!connection.toPublish) {
            connection.toPublish = true;
            toPublish.add(connection);
        }
    }

    /** The process lacks something for accepting: tries again at the next tick. */
    void acceptLater(Acceptor acceptor) {
        if (!waitingAcceptors.contains(acceptor)) {
            waitingAcceptors.add(acceptor);
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
        connection.previous = null;
        connection.next = null;
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

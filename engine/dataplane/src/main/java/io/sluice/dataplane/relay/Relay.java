package io.sluice.dataplane.relay;

import io.sluice.conntrack.AffinityTable;
import io.sluice.conntrack.FlowShard;
import io.sluice.dataplane.service.ClientObserver;
import io.sluice.dataplane.service.Clients;
import io.sluice.dataplane.service.EachInTurn;
import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.FaultKind;
import io.sluice.dataplane.service.Forwarding.TcpProxy;
import io.sluice.dataplane.service.Kick;
import io.sluice.dataplane.service.Listener;
import io.sluice.dataplane.service.Routes;
import io.sluice.dataplane.service.ServiceEntry;
import io.sluice.dataplane.service.ServiceTable;
import io.sluice.dataplane.service.SourceLimits;
import io.sluice.dataplane.service.WaitingLines;
import io.sluice.dataplane.worker.DataPath;
import io.sluice.dataplane.worker.DescriptorShare;
import io.sluice.dataplane.worker.HeapShare;
import io.sluice.dataplane.worker.Worker;
import io.sluice.ringbuffers.counters.CounterRow;
import io.sluice.ringbuffers.syscall.SocketAddress;

/**
 * TCP proxy mode on one worker: its services, its connections and the memory and pipes they share. Owned by that
 * worker's thread.
 */
public final class Relay implements DataPath {
    /** What a connection takes of the heap, by estimate; TLS takes more. */
    public static final int HEAP_BYTES_PER_CONNECTION = Connection.HEAP_BYTES;

    final Worker worker;
    final RelaySettings settings;
    final FlowShard flows;
    final CopyBuffers buffers;
    final PipePool pipes;
    final TlsBuffers tlsBuffers = new TlsBuffers();
    final Connector connector = new Connector();
    final ProxyHeaders headers;
    final Queue queue;
    final HeapShare heap;
    final Stalls stalls;
    final DescriptorShare descriptors;
    final LastBytes lastBytes = new LastBytes();
    /** Where accept4 puts the client's address. */
    final SocketAddress peer = new SocketAddress();

    final Clients<TcpProxy, Connection> clients;
    private final ServiceTable<TcpProxy, Acceptor> services;

    /**
     * Makes a worker's relay; {@link Worker#add} it before the worker starts.
     *
     * @param affinity the table all workers share
     * @param sources the limits all workers share
     * @param lines in which clients of full services wait, with all workers
     * @param flows this worker's part of the flow table
     * @param row the worker's own, of whose columns it writes {@code STALLED} and {@code STALLED_BYTES}
     */
    public Relay(Worker worker, RelaySettings settings, AffinityTable affinity, SourceLimits sources,
            WaitingLines lines, FlowShard flows, ClientObserver observer, CounterRow row) {
        this.worker = worker;
        this.settings = settings;
        this.flows = flows;
        buffers = new CopyBuffers(settings.copyBufferBytes());
        stalls = new Stalls(settings, row);
        descriptors = worker.descriptors();
        pipes = new PipePool(settings.pipeBytes(), descriptors);
        headers = new ProxyHeaders(buffers);
        queue = new Queue(worker, lines);
        heap = new HeapShare(worker.index(), "connections", settings.heapBytes());
        clients = new Clients<>(1, sources, flows, observer, worker.faults());
        services = new ServiceTable<>(TcpProxy.class, worker.index(), affinity, new Acceptors());
    }

    /** What it does with its listening sockets. */
    private final class Acceptors implements ServiceTable.Sockets<TcpProxy, Acceptor> {
        @Override
        public Acceptor opened(ServiceEntry<TcpProxy> entry, Listener listener, int fd) {
            return new Acceptor(Relay.this, entry, listener, fd);
        }

        /** Its connections go along. */
        @Override
        @SuppressWarnings("ReferenceEquality") // a listener is its socket
        public void moved(Acceptor acceptor, ServiceEntry<TcpProxy> entry) {
            acceptor.serve(entry);
            clients.forEach(FaultKind.ROUTES, connection -> {
                if (connection.listening() == acceptor.address() && connection.entry() != entry) {
                    connection.follow(entry);
                }
            });
        }

        @Override
        public void closed(Acceptor acceptor, EndReason reason) {
            acceptor.close();
        }
    }

    @Override
    public void onRoutes(Routes routes) {
        assert worker.isOwner();
        EachInTurn all = new EachInTurn();
        services.onRoutes(routes, all);
        clients.endSevered();
        all.finish();
    }

    @Override
    public void onKick(Kick kick) {
        assert worker.isOwner();
        clients.kick(kick);
    }

    @Override
    public void onTick() {
        assert worker.isOwner();
        clients.onTick(worker.nowNs());
        queue.advanceAll();
        lastBytes.onTick(worker.nowNs());
        stalls.onTick(worker.nowNs());
    }

    @Override
    public int open() {
        return clients.size() + lastBytes.size();
    }

    @Override
    public void onStop() {
        assert worker.isOwner();
        EachInTurn all = new EachInTurn();
        services.close(all);
        while (clients.size() > 0) {
            clients.endAll(FaultKind.COMMAND);
        }
        lastBytes.close();
        stalls.close();
        buffers.close();
        tlsBuffers.close();
        pipes.close();
        headers.close();
        connector.close();
        peer.close();
        all.finish();
    }

    /** Pipes that exist, and blocks of held bytes in use: what a test counts before and after. */
    public int pipesOpen() {
        return pipes.openCount();
    }

    public int blocksHeld() {
        return buffers.heldCount() + tlsBuffers.takenCount();
    }
}

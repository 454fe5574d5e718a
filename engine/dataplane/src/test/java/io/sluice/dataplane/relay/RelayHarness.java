package io.sluice.dataplane.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.conntrack.AffinityTable;
import io.sluice.conntrack.FlowTable;
import io.sluice.dataplane.service.AffinityRule;
import io.sluice.dataplane.service.ClientObserver;
import io.sluice.dataplane.service.ClientRecord;
import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.FaultKind;
import io.sluice.dataplane.service.Forwarding;
import io.sluice.dataplane.service.Forwarding.TcpProxy;
import io.sluice.dataplane.service.Listener;
import io.sluice.dataplane.service.PublishedRoutes;
import io.sluice.dataplane.service.RealServer;
import io.sluice.dataplane.service.Routes;
import io.sluice.dataplane.service.ServiceRows;
import io.sluice.dataplane.service.SourceLimits;
import io.sluice.dataplane.service.StableId;
import io.sluice.dataplane.service.VirtualService;
import io.sluice.dataplane.service.WaitingLines;
import io.sluice.dataplane.service.WorkerColumn;
import io.sluice.dataplane.worker.Faults;
import io.sluice.dataplane.worker.Transport;
import io.sluice.dataplane.worker.Worker;
import io.sluice.dataplane.worker.Workers;
import io.sluice.ringbuffers.counters.CounterRow;
import io.sluice.ringbuffers.counters.CountersFile;
import io.sluice.ringbuffers.counters.Kind;
import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.SocketAddress;
import io.sluice.ringbuffers.syscall.Sockets;
import io.sluice.scheduler.Candidates;
import io.sluice.scheduler.SchedulerKind;
import io.sluice.testbed.TemporaryDirectory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Real workers with a real relay between real sockets; what the conductor does is done by hand. */
final class RelayHarness implements AutoCloseable {
    final TemporaryDirectory directory = new TemporaryDirectory("relay");
    final CountersFile counters;
    final AffinityTable affinity;
    final FlowTable flows;
    final PublishedRoutes published = new PublishedRoutes();
    final List<Relay> relays = new ArrayList<>();
    final Workers workers;
    final List<EndReason> ends = new CopyOnWriteArrayList<>();
    final List<Worker> made = new ArrayList<>();
    /** Why workers could not go on. */
    final List<Throwable> lastResort = new CopyOnWriteArrayList<>();
    /** Does what it likes when the relay tells of an end, on its worker's thread. */
    volatile Consumer<ClientRecord> whenEnded = connection -> {
    };
    private long version;

    RelayHarness(Transport transport, RelaySettings.Kind kind, int workerCount) throws IOException {
        this(transport, kind, workerCount, Long.MAX_VALUE);
    }

    RelayHarness(Transport transport, RelaySettings.Kind kind, int workerCount, long heapBytes) throws IOException {
        this(transport, kind, workerCount, heapBytes, Long.MAX_VALUE);
    }

    RelayHarness(Transport transport, RelaySettings.Kind kind, int workerCount, long heapBytes, long allStalledBytes)
            throws IOException {
        counters = CountersFile.create(directory.path().resolve("counters"), 512);
        affinity = AffinityTable.open(directory.path().resolve("affinity"), 10_000);
        flows = FlowTable.open(directory.path(), workerCount, 10_000);
        var sources = new SourceLimits();
        var lines = new WaitingLines(workerCount);
        var observer = new ClientObserver() {
            @Override
            public void unreachable(VirtualService service, RealServer server, int errno) {
                // seen in the counters
            }

            @Override
            public void ended(ClientRecord connection, EndReason reason) {
                ends.add(reason);
                whenEnded.accept(connection);
            }
        };
        for (int i = 0; i < workerCount; i++) {
            CounterRow row = counters.allocate(Kind.WORKER, i, "");
            var faults = new Faults(i, row, (index, why) -> lastResort.add(why));
            var worker = new Worker(i, transport, published, -1, 0, faults);
            var settings = new RelaySettings(kind, 256 << 10, 1 << 20, 64 << 10, heapBytes, 6 << 20,
                    allStalledBytes);
            var relay = new Relay(worker, settings, affinity, sources, lines, flows.shard(i), observer, row);
            relays.add(relay);
            worker.add(relay);
            made.add(worker);
        }
        workers = new Workers(made, published);
        workers.start();
    }

    /** A service on a free port of 127.0.0.1 (or of the given address) in front of these servers; publishes it. */
    VirtualService serve(String name, InetAddress address, List<InetSocketAddress> servers,
            UnaryOperator<VirtualService> change) throws IOException {
        VirtualService service = change.apply(service(name, listen(new InetSocketAddress(address, 0)), servers));
        publish(List.of(service));
        return service;
    }

    VirtualService serve(InetSocketAddress... servers) throws IOException {
        return serve("web", InetAddress.getLoopbackAddress(), List.of(servers), UnaryOperator.identity());
    }

    void publish(List<VirtualService> services) {
        workers.publish(new Routes(++version, services));
        await().atMost(Duration.ofSeconds(60)).until(() -> workers.acknowledgedVersion() == version);
    }

    Listener listen(InetSocketAddress wanted) throws IOException {
        try (var address = new SocketAddress()) {
            address.set(wanted);
            List<Integer> descriptors = new ArrayList<>();
            for (int i = 0; i < workers.count(); i++) {
                int fd = Errno.check(Sockets.socket(address.family(),
                        Sockets.SOCK_STREAM | Sockets.SOCK_NONBLOCK | Sockets.SOCK_CLOEXEC, 0), "socket");
                Sockets.setsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_REUSEADDR, 1);
                Sockets.setsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_REUSEPORT, 1);
                Sockets.setsockopt(fd, Sockets.IPPROTO_TCP, Sockets.TCP_NODELAY, 1);
                Errno.check(Sockets.bind(fd, address), "bind");
                Errno.check(Sockets.listen(fd, 4096), "listen");
                Errno.check(Sockets.getsockname(fd, address), "getsockname");
                descriptors.add(fd);
            }
            return new Listener(address.endpoint(), descriptors);
        }
    }

    VirtualService service(String name, Listener listener, List<InetSocketAddress> addresses) {
        List<RealServer> servers = IntStream.range(0, addresses.size())
                .mapToObj(i -> server(name, "s" + i, addresses.get(i))).toList();
        int workerCount = workers.count();
        var forwarding = new TcpProxy(List.of(listener), new Forwarding.Connecting(2, List.of(), false),
                new TcpProxy.Timeouts(5_000_000_000L, 3_600_000_000_000L, 60_000_000_000L),
                new TcpProxy.Waiting(true, 0, 5_000_000_000L), Forwarding.ProxyHeader.NONE, null);
        return new VirtualService(StableId.of(name), name, servers, candidates(SchedulerKind.ROUND_ROBIN, servers),
                AffinityRule.NONE, VirtualService.AccessList.EVERYONE, VirtualService.Limits.NONE,
                new ServiceRows(counters.allocate(Kind.SERVICE, -1, name), rows(Kind.SERVICE, workerCount, name, ""),
                        rows(Kind.ENDS, workerCount, name, ""), rows(Kind.CONNECT_TIME, workerCount, name, "")),
                forwarding);
    }

    RealServer server(String service, String name, InetSocketAddress address) {
        return new RealServer(StableId.of(name), name, Ip.of(address.getAddress()).high(),
                Ip.of(address.getAddress()).low(), address.getPort(), null, 0, 0, 0, false,
                counters.allocate(Kind.SERVER, -1, service, name), rows(Kind.SERVER, workers.count(), service, name));
    }

    static Candidates candidates(SchedulerKind kind, List<RealServer> servers) {
        return Candidates.of(kind, servers.stream().mapToInt(RealServer::state).toArray(),
                servers.stream().mapToLong(RealServer::id).toArray(), servers.stream().mapToInt(any -> 100).toArray(),
                false, null);
    }

    /** The same where worse servers serve while better ones are full. */
    static Candidates overflowing(SchedulerKind kind, List<RealServer> servers) {
        return Candidates.of(kind, servers.stream().mapToInt(RealServer::state).toArray(),
                servers.stream().mapToLong(RealServer::id).toArray(), servers.stream().mapToInt(any -> 100).toArray(),
                true, null);
    }

    private List<CounterRow> rows(Kind kind, int workerCount, String service, String server) {
        return IntStream.range(0, workerCount).mapToObj(i -> counters.allocate(kind, i, service, server)).toList();
    }

    /** Waits until no connection is left, then counts what they should have given back. */
    void awaitQuiet() {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            for (int i = 0; i < relays.size(); i++) {
                Relay relay = relays.get(i);
                var left = new CompletableFuture<Integer>();
                // on its own thread, where a connection that is gone has told of its end
                made.get(i).execute(() -> left.complete(relay.open() + relay.blocksHeld()));
                assertThat(left.get(60, TimeUnit.SECONDS)).isZero();
            }
        });
    }

    long faults(FaultKind kind) {
        return made.stream().mapToLong(worker -> counters.allocate(Kind.WORKER, worker.index(), "")
                .get(WorkerColumn.FAULTS + kind.ordinal())).sum();
    }

    long ends(VirtualService service, EndReason reason) {
        return service.counters().ends().stream().mapToLong(row -> row.get(reason.ordinal())).sum();
    }

    static InetSocketAddress address(VirtualService service) {
        return service.forwarding().listeners().getFirst().address().toInetSocketAddress();
    }

    static long openDescriptors() throws IOException {
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }

    @Override
    public void close() throws IOException {
        workers.stop(5_000);
        flows.close();
        affinity.close();
        counters.close();
        directory.close();
    }
}

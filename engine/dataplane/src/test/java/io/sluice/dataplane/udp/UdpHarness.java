package io.sluice.dataplane.udp;

import static org.awaitility.Awaitility.await;

import io.sluice.conntrack.AffinityTable;
import io.sluice.conntrack.FlowTable;
import io.sluice.dataplane.service.AffinityRule;
import io.sluice.dataplane.service.ClientObserver;
import io.sluice.dataplane.service.ClientRecord;
import io.sluice.dataplane.service.EndReason;
import io.sluice.dataplane.service.FaultKind;
import io.sluice.dataplane.service.Forwarding;
import io.sluice.dataplane.service.Forwarding.UdpSessions;
import io.sluice.dataplane.service.Listener;
import io.sluice.dataplane.service.PublishedRoutes;
import io.sluice.dataplane.service.RealServer;
import io.sluice.dataplane.service.Routes;
import io.sluice.dataplane.service.ServiceRows;
import io.sluice.dataplane.service.SourceLimits;
import io.sluice.dataplane.service.StableId;
import io.sluice.dataplane.service.VirtualService;
import io.sluice.dataplane.service.WorkerColumn;
import io.sluice.dataplane.worker.Faults;
import io.sluice.dataplane.worker.Transport;
import io.sluice.dataplane.worker.Worker;
import io.sluice.ringbuffers.counters.CounterRow;
import io.sluice.ringbuffers.counters.CountersFile;
import io.sluice.ringbuffers.counters.Kind;
import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.SocketAddress;
import io.sluice.ringbuffers.syscall.Sockets;
import io.sluice.scheduler.Candidates;
import io.sluice.scheduler.SchedulerKind;
import io.sluice.scheduler.SchedulerPlan;
import io.sluice.testbed.TemporaryDirectory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A real worker with real UDP sessions between real sockets; what the conductor does is done by hand. */
final class UdpHarness implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    final Worker worker;
    final Udp udp;
    final List<Throwable> lastResort = new CopyOnWriteArrayList<>();
    /** Does what it likes when a session ends, or its server is unreachable, on the worker's thread. */
    volatile Runnable whenTold = () -> {
    };
    private final TemporaryDirectory directory = new TemporaryDirectory("udp");
    private final CountersFile counters;
    private final CounterRow row;
    private final AffinityTable affinity;
    private final FlowTable flows;
    private final PublishedRoutes published = new PublishedRoutes();
    private long version;

    UdpHarness(Transport transport, long heapBytes) throws IOException {
        counters = CountersFile.create(directory.path().resolve("counters"), 64);
        row = counters.allocate(Kind.WORKER, 0, "");
        affinity = AffinityTable.open(directory.path().resolve("affinity"), 1_000);
        flows = FlowTable.open(directory.path(), 1, 1_000);
        worker = new Worker(0, transport, published, -1, 0, new Faults(0, row, (index, why) -> lastResort.add(why)));
        udp = new Udp(worker, new UdpSettings(1_000, 1_000, heapBytes), affinity, new SourceLimits(), flows.shard(0),
                new ClientObserver() {
                    @Override
                    public void unreachable(VirtualService service, RealServer server, int errno) {
                        whenTold.run();
                    }

                    @Override
                    public void ended(ClientRecord session, EndReason reason) {
                        whenTold.run();
                    }
                });
        worker.add(udp);
        worker.start();
    }

    /** A service on a free port in front of this server, with this scheduler; published. */
    VirtualService serve(InetSocketAddress server, SchedulerPlan plan, Duration sessionTimeout) throws IOException {
        List<RealServer> servers = List.of(new RealServer(StableId.of("s"), "s",
                Ip.of(server.getAddress()).high(), Ip.of(server.getAddress()).low(), server.getPort(),
                null, 0, 0, 0, false,
                counters.allocate(Kind.SERVER, -1, "udp", "s"),
                List.of(counters.allocate(Kind.SERVER, 0, "udp", "s"))));
        var candidates = Candidates.of(SchedulerKind.ROUND_ROBIN, new int[1], new long[]{servers.getFirst().id()},
                new int[]{100}, false, null);
        var service = new VirtualService(StableId.of("udp"), "udp", servers, candidates.under(plan),
                AffinityRule.NONE, VirtualService.AccessList.EVERYONE, VirtualService.Limits.NONE,
                new ServiceRows(counters.allocate(Kind.SERVICE, -1, "udp"),
                        List.of(counters.allocate(Kind.SERVICE, 0, "udp")),
                        List.of(counters.allocate(Kind.ENDS, 0, "udp")),
                        List.of(counters.allocate(Kind.CONNECT_TIME, 0, "udp"))),
                new UdpSessions(List.of(listen()), new Forwarding.Connecting(0, List.of(), false),
                        sessionTimeout.toNanos(), UdpSessions.ANY_NUMBER, false));
        published.publish(new Routes(++version, List.of(service)));
        worker.wakeUp();
        await().atMost(PATIENCE).until(() -> worker.acknowledgedVersion() == version);
        return service;
    }

    private static Listener listen() throws IOException {
        try (var address = new SocketAddress()) {
            int fd = Errno.check(Sockets.socket(SocketAddress.AF_INET,
                    Sockets.SOCK_DGRAM | Sockets.SOCK_NONBLOCK | Sockets.SOCK_CLOEXEC, 0), "socket");
            address.set(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Errno.check(Sockets.bind(fd, address), "bind");
            Errno.check(Sockets.getsockname(fd, address), "getsockname");
            return new Listener(address.endpoint(), List.of(fd));
        }
    }

    long faults(FaultKind kind) {
        return row.get(WorkerColumn.FAULTS + kind.ordinal());
    }

    static long ends(VirtualService service, EndReason reason) {
        return service.counters().ends().getFirst().get(reason.ordinal());
    }

    int open() throws Exception {
        var open = new CompletableFuture<Integer>();
        worker.execute(() -> open.complete(udp.open()));
        return open.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() throws IOException {
        worker.stop(5_000);
        flows.close();
        affinity.close();
        counters.close();
        directory.close();
    }
}

package io.sluice.perftests.serve;

import io.sluice.perftests.net.Payload;
import io.sluice.perftests.net.Reactor;
import io.sluice.perftests.net.SocketFailure;
import io.sluice.ringbuffers.syscall.Epoll;
import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.Memory;
import io.sluice.ringbuffers.syscall.SocketAddress;
import io.sluice.ringbuffers.syscall.Sockets;
import io.sluice.ringbuffers.syscall.Threads;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** One thread that serves any number of targets. What its connections use (reactor, scratch memory) belongs to it. */
final class ServerLoop extends Thread {
    static final int SCRATCH_BYTES = 1 << 18;
    private static final int BACKLOG = 65_535;
    private static final int ACCEPTS_AT_ONCE = 64;

    final Reactor reactor = new Reactor();
    final Memory scratch = new Memory(SCRATCH_BYTES);
    final Payload payload = new Payload();
    final TargetServer.Options options;
    private final List<DatagramTarget> datagramTargets = new ArrayList<>();
    private final int cpu;
    private final SocketAddress peer = new SocketAddress();
    private volatile boolean stop;
    private volatile @Nullable Throwable fault;
    private final CountDownLatch stopped = new CountDownLatch(1);

    ServerLoop(TargetServer.Options options, int index) {
        super("serve-" + index);
        setDaemon(true);
        this.options = options;
        cpu = options.cpus().isEmpty() ? -1 : options.cpus().get(index % options.cpus().size());
    }

    /** Opens a target's socket; before the thread starts. Returns the address with the port it got. */
    InetSocketAddress open(Target target, InetSocketAddress listen, ServerStatistics statistics) {
        try (SocketAddress address = new SocketAddress().set(listen); SocketAddress bound = new SocketAddress()) {
            int type = (target.kind().datagram ? Sockets.SOCK_DGRAM : Sockets.SOCK_STREAM) | Sockets.SOCK_NONBLOCK
                    | Sockets.SOCK_CLOEXEC;
            int fd = check(Sockets.socket(address.family(), type, 0), "socket for " + listen);
            Sockets.setsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_REUSEADDR, 1);
            if (options.threads() > 1) {
                Sockets.setsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_REUSEPORT, 1);
            }
            check(Sockets.bind(fd, address), "listening on " + listen);
            if (target.kind().datagram) {
                Sockets.setsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_RCVBUF, 8 << 20);
                Sockets.setsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_SNDBUF, 8 << 20);
                DatagramTarget handler = new DatagramTarget(fd, target.kind(), statistics);
                datagramTargets.add(handler);
                reactor.add(fd, Epoll.EPOLLIN, handler);
            } else {
                check(Sockets.listen(fd, BACKLOG), "listening on " + listen);
                reactor.add(fd, Epoll.EPOLLIN, events -> accept(fd, target.kind(), statistics));
            }
            check(Sockets.getsockname(fd, bound), "the address of " + listen);
            return bound.toInetSocketAddress();
        }
    }

    private void accept(int listener, Target.Kind kind, ServerStatistics statistics) {
        for (int i = 0; i < ACCEPTS_AT_ONCE; i++) {
            int fd = Sockets.accept4(listener, peer, Sockets.SOCK_NONBLOCK | Sockets.SOCK_CLOEXEC);
            if (fd < 0) {
                return; // nothing more, or one that is gone already; a full descriptor table shows as refused clients
            }
            ServerStatistics.add(statistics.connections, 1);
            ServerStatistics.add(statistics.open, 1);
            switch (kind) {
                case SINK -> new Streaming(this, fd, statistics, false, true).open();
                case SOURCE -> new Streaming(this, fd, statistics, true, false).open();
                case DUPLEX -> new Streaming(this, fd, statistics, true, true).open();
                case ECHO -> new Echo(this, fd, statistics).open();
                case REQUEST_RESPONSE -> new Responder(this, fd, statistics, false).open();
                case CONNECT_REQUEST_CLOSE -> new Responder(this, fd, statistics, true).open();
                case UDP_ECHO, UDP_SINK -> throw new AssertionError(kind);
            }
        }
    }

    @Override
    public void run() {
        try {
            if (cpu >= 0) {
                Threads.pinToProcessor(cpu);
            }
            while (!stop) {
                reactor.poll(20_000_000);
            }
        } catch (Throwable e) {
            fault = e;
        } finally {
            reactor.close();
            datagramTargets.forEach(DatagramTarget::close);
            scratch.close();
            payload.close();
            stopped.countDown();
        }
    }

    void stopAndWait() {
        stop = true;
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What ended this thread before its time. */
    @Nullable
    Throwable fault() {
        return fault;
    }

    private static int check(int result, String what) {
        if (result < 0) {
            throw new SocketFailure(what, result);
        }
        return result;
    }

    static boolean wouldBlock(int result) {
        return result == -Errno.EAGAIN;
    }
}

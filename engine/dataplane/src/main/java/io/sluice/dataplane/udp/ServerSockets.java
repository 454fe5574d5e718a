package io.sluice.dataplane.udp;

import io.sluice.dataplane.service.Forwarding.Connecting;
import io.sluice.dataplane.service.RealServer;
import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.syscall.Datagrams;
import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.Files;
import io.sluice.ringbuffers.syscall.SocketAddress;
import io.sluice.ringbuffers.syscall.Sockets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One worker's sockets towards servers, by the local address that a service asks for. Sessions with different servers
 * share one, sessions with the same server never do; that worker's thread.
 */
final class ServerSockets {
    private static final long SWEEP_NS = 1_000_000_000;
    private static final long IDLE_NS = 30_000_000_000L;
    /** A client's own address is of no use to others. */
    private static final long IDLE_FOREIGN_NS = 1_000_000_000;

    private final Sessions sessions;
    private final int maxSockets;
    private final SocketAddress address = new SocketAddress();
    private final Map<Key, LocalAddress> locals = new HashMap<>();
    private final List<LocalAddress> all = new ArrayList<>();
    private int open;
    private int nextSource;
    private long nextSweepNs;

    private record Key(long high, long low, boolean foreign) {
    }

    ServerSockets(Sessions sessions, int maxSockets) {
        this.sessions = sessions;
        this.maxSockets = maxSockets;
        nextSweepNs = sessions.worker.nowNs() + SWEEP_NS;
    }

    /** Gives the session a socket and the path to this server on it; 0, or the negated errno. */
    int take(Session session, RealServer server) {
        Connecting connecting = session.entry().forwarding().connecting();
        if (connecting.transparent()) {
            return take(session, server, local(session.clientHigh(), session.clientLow(), true));
        }
        List<Ip> sources = connecting.sources();
        if (sources.isEmpty()) {
            boolean inet = Ip.isV4(server.addressHigh(), server.addressLow());
            return take(session, server, local(0, inet ? Ip.v4Low(0) : 0, false));
        }
        int result = 0;
        for (int i = 0; i < sources.size(); i++) {
            Ip source = sources.get(Math.floorMod(nextSource++, sources.size()));
            result = take(session, server, local(source.high(), source.low(), false));
            if (result >= 0) {
                break; // else this address may have no port left, and the next one has
            }
        }
        return result;
    }

    /**
     * Who has a place that this session could have at that server and was silent longest, of those that are confirmed
     * or of those that are not; null: nobody.
     */
    @Nullable
    Session oldest(Session session, RealServer server, boolean confirmed) {
        Connecting connecting = session.entry().forwarding().connecting();
        if (connecting.transparent()) {
            return null; // its address is its own
        }
        List<Ip> sources = connecting.sources();
        if (sources.isEmpty()) {
            boolean inet = Ip.isV4(server.addressHigh(), server.addressLow());
            return oldest(session, server, local(0, inet ? Ip.v4Low(0) : 0, false), confirmed);
        }
        Session oldest = null;
        for (int i = 0; i < sources.size(); i++) {
            Ip source = sources.get(i);
            Session one = oldest(session, server, local(source.high(), source.low(), false), confirmed);
            if (one != null && (oldest == null || one.lastNs - oldest.lastNs < 0)) {
                oldest = one;
            }
        }
        return oldest;
    }

    private static @Nullable Session oldest(Session session, RealServer server, LocalAddress local,
            boolean confirmed) {
        ServerPath path = local.path(server.addressHigh(), server.addressLow(),
                server.port() == 0 ? session.listener.port() : server.port());
        return path == null ? null : path.oldest(confirmed);
    }

    private LocalAddress local(long high, long low, boolean foreign) {
        return locals.computeIfAbsent(new Key(high, low, foreign), key -> {
            var made = new LocalAddress(high, low, foreign);
            all.add(made);
            return made;
        });
    }

    private int take(Session session, RealServer server, LocalAddress local) {
        long nowNs = sessions.worker.nowNs();
        int port = server.port() == 0 ? session.listener.port() : server.port();
        ServerPath path = local.path(server.addressHigh(), server.addressLow(), port);
        if (path == null) {
            path = local.pathTo(server.addressHigh(), server.addressLow(), port, nowNs);
            sessions.pathMtu.look(session, path, local.foreign);
        }
        int number = path.take(nowNs);
        SharedSocket socket = local.socket(number);
        if (socket == null) {
            int fd = open(local);
            if (fd >= 0) {
                socket = watched(path, local, number, fd);
            } else {
                path.putBack(number);
                number = path.takeEarly();
                socket = number == ServerPath.NONE ? null : local.socket(number);
                if (socket == null) {
                    return giveUp(path, number, fd);
                }
            }
        }
        socket.sessions++;
        path.occupy(number, session);
        session.socket = socket;
        session.path = path;
        if (path.narrowBytes != 0) {
            sessions.pathMtu.narrow(session, path.narrowBytes);
        }
        return 0;
    }

    private SharedSocket watched(ServerPath path, LocalAddress local, int number, int fd) {
        SharedSocket made = null;
        try {
            local.makeRoom(number);
            made = new SharedSocket(sessions, local, number, fd);
            local.add(made);
            return made;
        } finally {
            if (made == null) { // something was thrown
                Files.close(fd);
                closed(1);
                path.putBack(number);
            }
        }
    }

    private static int giveUp(ServerPath path, int number, int error) {
        if (number != ServerPath.NONE) {
            path.putBack(number);
        }
        return error;
    }

    private int open(LocalAddress local) {
        if (open >= maxSockets) {
            return -Errno.EMFILE;
        }
        if (!sessions.heap.take(SharedSocket.HEAP_BYTES, sessions.worker.nowNs())) {
            return -Errno.ENOMEM;
        }
        int fd = opened(local);
        if (fd >= 0) {
            open++;
        } else {
            sessions.heap.give(SharedSocket.HEAP_BYTES);
        }
        return fd;
    }

    private int opened(LocalAddress local) {
        boolean inet = Ip.isV4(local.high, local.low);
        int fd = Sockets.socket(inet ? SocketAddress.AF_INET : SocketAddress.AF_INET6,
                Sockets.SOCK_DGRAM | Sockets.SOCK_NONBLOCK | Sockets.SOCK_CLOEXEC, 0);
        if (fd < 0) {
            return fd;
        }
        if (!sessions.worker.descriptors().allowsUdp(fd)) {
            Files.close(fd);
            return -Errno.EMFILE;
        }
        int level = inet ? Sockets.IPPROTO_IP : Sockets.IPPROTO_IPV6;
        int result = local.foreign
                ? Sockets.setsockopt(fd, level, inet ? Sockets.IP_TRANSPARENT : Sockets.IPV6_TRANSPARENT, 1)
                : 0;
        if (result >= 0) {
            result = Sockets.bind(fd, address.set(local.high, local.low, 0));
        }
        if (result < 0) {
            Files.close(fd);
            return result;
        }
        Sockets.setsockopt(fd, level, inet ? Datagrams.IP_RECVERR : Datagrams.IPV6_RECVERR, 1);
        Sockets.setsockopt(fd, Datagrams.SOL_UDP, Datagrams.UDP_GRO, 1); // older kernels do without
        sessions.pathMtu.prepare(fd, inet);
        return fd;
    }

    private void closed(int sockets) {
        open -= sockets;
        sessions.heap.give((long) sockets * SharedSocket.HEAP_BYTES);
    }

    /** The session no longer uses its socket. */
    void release(Session session) {
        SharedSocket socket = session.socket;
        ServerPath path = session.path;
        if (socket != null && path != null) {
            long nowNs = sessions.worker.nowNs();
            path.release(socket.number, session, nowNs);
            socket.sessions--;
            socket.idleSinceNs = nowNs;
        }
        session.socket = null;
        session.path = null;
    }

    /** Closes sockets that a rush has left behind. */
    void sweep() {
        long nowNs = sessions.worker.nowNs();
        if (nowNs - nextSweepNs < 0) {
            return;
        }
        nextSweepNs = nowNs + SWEEP_NS;
        for (int i = all.size() - 1; i >= 0; i--) {
            LocalAddress local = all.get(i);
            closed(local.closeIdle(nowNs, local.foreign ? IDLE_FOREIGN_NS : IDLE_NS));
            if (local.isClosed()) {
                locals.remove(new Key(local.high, local.low, local.foreign));
                LocalAddress last = all.removeLast();
                if (i < all.size()) {
                    all.set(i, last);
                }
            }
        }
    }

    void close() {
        all.forEach(local -> local.closeIdle(sessions.worker.nowNs(), 0));
        address.close();
    }
}

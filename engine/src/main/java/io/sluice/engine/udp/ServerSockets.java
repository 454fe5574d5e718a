package io.sluice.engine.udp;

import io.sluice.engine.routes.RealServer;
import io.sluice.engine.routes.VirtualService.Connecting;
import io.sluice.engine.routes.VirtualService.SourceAddress;
import io.sluice.ringbuffers.syscall.Datagrams;
import io.sluice.ringbuffers.syscall.Files;
import io.sluice.ringbuffers.syscall.SocketAddress;
import io.sluice.ringbuffers.syscall.Sockets;

/** Opens the connected sockets of sessions, from the source address the service asks for; one worker's thread. */
final class ServerSockets {
    private final SocketAddress local = new SocketAddress();
    private final SocketAddress remote = new SocketAddress();
    private int nextSource;

    /** A socket connected to the session's server, or the negated errno. */
    int open(Session session, RealServer server) {
        remote.set(server.addressHigh(), server.addressLow(),
                server.port() == 0 ? session.listener.port() : server.port());
        int fd = Sockets.socket(remote.family(), Sockets.SOCK_DGRAM | Sockets.SOCK_NONBLOCK | Sockets.SOCK_CLOEXEC, 0);
        if (fd < 0) {
            return fd;
        }
        int result = bindSource(fd, session, session.seat().service().connecting());
        if (result >= 0) {
            result = Sockets.connect(fd, remote);
        }
        if (result < 0) {
            Files.close(fd);
            return result;
        }
        Sockets.setsockopt(fd, Datagrams.SOL_UDP, Datagrams.UDP_GRO, 1);
        return fd;
    }

    private int bindSource(int fd, Session session, Connecting connecting) {
        if (connecting.transparent()) {
            int level = remote.family() == SocketAddress.AF_INET ? Sockets.IPPROTO_IP : Sockets.IPPROTO_IPV6;
            int option = remote.family() == SocketAddress.AF_INET ? Sockets.IP_TRANSPARENT : Sockets.IPV6_TRANSPARENT;
            int result = Sockets.setsockopt(fd, level, option, 1);
            return result < 0 ? result : Sockets.bind(fd, local.set(session.clientHigh, session.clientLow, 0));
        }
        if (connecting.sources().isEmpty()) {
            return 0;
        }
        SourceAddress source = connecting.sources().get(Math.floorMod(nextSource++, connecting.sources().size()));
        return Sockets.bind(fd, local.set(source.high(), source.low(), 0));
    }

    void close() {
        local.close();
        remote.close();
    }
}

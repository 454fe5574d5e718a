package io.sluice.dataplane.relay;

import io.sluice.dataplane.service.Forwarding.Connecting;
import io.sluice.dataplane.service.RealServer;
import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.SocketAddress;
import io.sluice.ringbuffers.syscall.Sockets;

/** Opens connections to real servers, from the source address the service asks for; one worker's thread. */
final class Connector {
    private final SocketAddress local = new SocketAddress();
    private final SocketAddress remote = new SocketAddress();
    private int nextSource;

    /**
     * Begins to connect the connection's server side.
     *
     * @return 0 when connected already, {@code -EINPROGRESS}, or another negated errno with the socket still open
     */
    int connect(Connection connection, RealServer server) {
        remote.set(server.addressHigh(), server.addressLow(),
                server.port() == 0 ? connection.servicePort() : server.port());
        int fd = Sockets.socket(remote.family(), Sockets.SOCK_STREAM | Sockets.SOCK_NONBLOCK | Sockets.SOCK_CLOEXEC,
                Sockets.IPPROTO_TCP);
        if (fd < 0) {
            return fd;
        }
        connection.serverSide.fd = fd;
        connection.settleDescriptor();
        Sockets.setsockopt(fd, Sockets.IPPROTO_TCP, Sockets.TCP_NODELAY, 1);
        Sockets.setsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_OOBINLINE, 1);
        int bound = bindSource(fd, connection, connection.entry().forwarding().connecting());
        if (bound < 0) {
            return bound;
        }
        int result = Sockets.connect(fd, remote);
        if (result == -Errno.EINPROGRESS && server.isLoopback()) {
            result = again(fd); // on this host the handshake has ended by now: no need to wait for readiness
        }
        return result;
    }

    /** How a connect that was in progress stands: 0, {@code -EALREADY}, or why it failed. */
    int check(Connection connection) {
        int error = Sockets.getsockopt(connection.serverSide.fd, Sockets.SOL_SOCKET, Sockets.SO_ERROR);
        if (error != 0) {
            return error > 0 ? -error : error;
        }
        // a readiness may be stale: only the peer's name proves the connection
        return Sockets.getpeername(connection.serverSide.fd, remote) == 0 ? 0 : -Errno.EALREADY;
    }

    private int again(int fd) {
        int result = Sockets.connect(fd, remote);
        return result == -Errno.EALREADY ? -Errno.EINPROGRESS : result == -Errno.EISCONN ? 0 : result;
    }

    private int bindSource(int fd, Connection connection, Connecting connecting) {
        if (connecting.transparent()) {
            int level = remote.family() == SocketAddress.AF_INET ? Sockets.IPPROTO_IP : Sockets.IPPROTO_IPV6;
            int option = remote.family() == SocketAddress.AF_INET ? Sockets.IP_TRANSPARENT : Sockets.IPV6_TRANSPARENT;
            int result = Sockets.setsockopt(fd, level, option, 1);
            return result < 0 ? result : bind(fd, connection.clientHigh(), connection.clientLow());
        }
        if (connecting.sources().isEmpty()) {
            return 0;
        }
        Ip source = connecting.sources().get(Math.floorMod(nextSource++, connecting.sources().size()));
        return bind(fd, source.high(), source.low());
    }

    private int bind(int fd, long high, long low) {
        // the port is chosen at connect, when the server is known: 64 k ports per (source, server), not per source
        Sockets.setsockopt(fd, Sockets.IPPROTO_IP, Sockets.IP_BIND_ADDRESS_NO_PORT, 1);
        return Sockets.bind(fd, local.set(high, low, 0));
    }

    void close() {
        local.close();
        remote.close();
    }
}

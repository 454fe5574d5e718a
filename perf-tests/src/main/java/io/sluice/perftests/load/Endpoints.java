package io.sluice.perftests.load;

import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.Files;
import io.sluice.ringbuffers.syscall.SocketAddress;
import io.sluice.ringbuffers.syscall.Sockets;
import java.net.InetSocketAddress;
import java.util.List;

/** Makes client sockets, taking targets and source addresses in turn. Owned by one driver thread. */
final class Endpoints {
    private final SocketAddress[] targets;
    private final SocketAddress[] sources;
    private final int family;
    private final int type;
    private int next;

    Endpoints(List<InetSocketAddress> targets, List<Ip> sources, boolean datagram, int offset) {
        this.targets = targets.stream().map(target -> new SocketAddress().set(target)).toArray(SocketAddress[]::new);
        this.sources = sources.stream().map(source -> new SocketAddress().set(new Endpoint(source, 0)))
                .toArray(SocketAddress[]::new);
        family = this.targets[0].family();
        type = (datagram ? Sockets.SOCK_DGRAM : Sockets.SOCK_STREAM) | Sockets.SOCK_NONBLOCK | Sockets.SOCK_CLOEXEC;
        next = offset;
    }

    /**
     * A socket on its way to the next target (EINPROGRESS is no failure); the negated errno where it could not be made.
     */
    int connect() {
        int turn = next++ & Integer.MAX_VALUE;
        int fd = Sockets.socket(family, type, 0);
        if (fd < 0) {
            return fd;
        }
        int result = 0;
        if (sources.length > 0) {
            Sockets.setsockopt(fd, Sockets.IPPROTO_IP, Sockets.IP_BIND_ADDRESS_NO_PORT, 1);
            result = Sockets.bind(fd, sources[turn % sources.length]);
        }
        if (result >= 0) {
            result = Sockets.connect(fd, targets[turn % targets.length]);
        }
        if (result < 0 && result != -Errno.EINPROGRESS) {
            Files.close(fd);
            return result;
        }
        return fd;
    }

    /** The failure this error number (negated or not) stands for. */
    static Count failure(int errno) {
        return switch (Math.abs(errno)) {
            case Errno.ECONNREFUSED -> Count.REFUSED;
            case Errno.ECONNRESET, Errno.EPIPE, Errno.ECONNABORTED -> Count.RESET;
            case Errno.ETIMEDOUT -> Count.TIMED_OUT;
            case Errno.EMFILE, Errno.ENFILE, Errno.ENOMEM, Errno.ENOBUFS, Errno.EADDRNOTAVAIL, Errno.EAGAIN ->
                Count.NO_RESOURCES;
            default -> Count.UNREACHABLE;
        };
    }
}

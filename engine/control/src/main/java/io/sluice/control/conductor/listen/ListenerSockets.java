package io.sluice.control.conductor.listen;

import io.sluice.conntrack.Protocol;
import io.sluice.control.api.InheritedSockets;
import io.sluice.dataplane.service.Listener;
import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.Files;
import io.sluice.ringbuffers.syscall.SocketAddress;
import io.sluice.ringbuffers.syscall.Sockets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the sockets of a listening address: one per worker, SO_REUSEPORT (socket(7)), so that the kernel spreads
 * clients over the workers. Conductor's thread; the workers own the sockets once Routes name them.
 */
public final class ListenerSockets {
    private static final Logger LOG = LoggerFactory.getLogger(ListenerSockets.class);
    private static final int FLAGS = Sockets.SOCK_NONBLOCK | Sockets.SOCK_CLOEXEC;
    /** What listen(2) takes in 16 bits on older kernels, and far more than anyone waits for. */
    private static final int LONGEST_BACKLOG = 65_535;

    private final int perAddress;
    private final int backlog = backlog();
    private InheritedSockets inherited = new InheritedSockets();

    /** @param perAddress sockets for each address: one per worker */
    public ListenerSockets(int perAddress) {
        this.perAddress = perAddress;
    }

    /** Sockets that are open already and go before new ones. */
    public void inherit(InheritedSockets sockets) {
        inherited = sockets;
    }

    /** Closes those of them that no service wants: clients would wait in vain. */
    public void closeUntaken() {
        inherited.untaken().forEach(address -> LOG.warn(
                "an open socket for {} was handed to this process, but no service listens there: it is closed",
                address));
        inherited.close();
    }

    /** Descriptors of this process that are open already and wait for their listener. */
    public Set<Integer> waiting() {
        return inherited.descriptors();
    }

    /**
     * Opens an address, or nothing.
     *
     * @param freebind also where the host does not have the address yet, as the passive node of a pair
     * @param ours descriptors of listeners that this process has already
     * @throws IOException what could not be done, on what, why and what to do
     */
    public Listener open(Endpoint address, Protocol protocol, boolean freebind, Set<Integer> ours)
            throws IOException {
        List<Integer> open = inherited.take(protocol, address);
        if (!open.isEmpty()) {
            return adopt(address, protocol, freebind, open);
        }
        probe(address, protocol, freebind, ours);
        List<Integer> descriptors = new ArrayList<>(perAddress);
        try {
            for (int i = 0; i < perAddress; i++) {
                descriptors.add(socket(address, protocol, freebind));
            }
            return new Listener(bound(address, descriptors.getFirst()), descriptors);
        } catch (IOException | RuntimeException e) {
            descriptors.forEach(Files::close);
            throw e;
        }
    }

    /** Closes what never got into Routes. */
    public static void close(Listener listener) {
        listener.descriptors().stream().filter(fd -> fd != Listener.NONE).forEach(Files::close);
    }

    private Listener adopt(Endpoint address, Protocol protocol, boolean freebind, List<Integer> open)
            throws IOException {
        List<Integer> descriptors = new ArrayList<>(open);
        try {
            for (int fd : open) {
                check(Files.setNonBlocking(fd), address, protocol);
                if (protocol == Protocol.TCP) {
                    begin(fd, address); // systemd's have neither our options nor our backlog
                }
            }
            while (descriptors.size() < perAddress) {
                descriptors.add(another(address, protocol, freebind, open.getFirst()));
            }
            return new Listener(address, descriptors, perAddress);
        } catch (IOException | RuntimeException e) {
            descriptors.stream().filter(fd -> fd != Listener.NONE).forEach(Files::close);
            throw e;
        }
    }

    /**
     * A socket for a worker more. Where none can be bound beside the first, as systemd's belong to another user,
     * workers accept from the same one; datagrams of one client must not spread over workers, so UDP stays with one.
     */
    private int another(Endpoint address, Protocol protocol, boolean freebind, int first)
            throws IOException {
        if (Sockets.getsockopt(first, Sockets.SOL_SOCKET, Sockets.SO_REUSEPORT) == 1) {
            try {
                return socket(address, protocol, freebind);
            } catch (IOException anotherUsers) {
                LOG.debug("{} is shared: {}", address, anotherUsers.getMessage());
            }
        }
        return protocol == Protocol.TCP ? check(Files.duplicate(first), address, protocol) : Listener.NONE;
    }

    /**
     * Someone else of the same user who also listens with SO_REUSEPORT would silently take a share of the clients; so a
     * socket without that option tries the address first.
     */
    private static void probe(Endpoint address, Protocol protocol, boolean freebind, Set<Integer> ours)
            throws IOException {
        int probe = created(address, protocol);
        try (var name = new SocketAddress()) {
            if (protocol == Protocol.TCP) {
                set(probe, Sockets.SOL_SOCKET, Sockets.SO_REUSEADDR); // closing connections do not count
            }
            addressOptions(probe, address, freebind);
            int result = Sockets.bind(probe, name.set(address));
            if (result != -Errno.EADDRINUSE) {
                check(result, address, protocol);
                return;
            }
        } finally {
            Files.close(probe);
        }
        ForeignSockets.requireNone(address, protocol, ours);
    }

    private int socket(Endpoint address, Protocol protocol, boolean freebind) throws IOException {
        int fd = created(address, protocol);
        try (var name = new SocketAddress()) {
            set(fd, Sockets.SOL_SOCKET, Sockets.SO_REUSEADDR);
            set(fd, Sockets.SOL_SOCKET, Sockets.SO_REUSEPORT);
            addressOptions(fd, address, freebind);
            check(Sockets.bind(fd, name.set(address)), address, protocol);
            if (protocol == Protocol.TCP) {
                begin(fd, address);
            }
            return fd;
        } catch (IOException | RuntimeException e) {
            Files.close(fd);
            throw e;
        }
    }

    private void begin(int fd, Endpoint address) throws IOException {
        // accepted sockets inherit both
        set(fd, Sockets.IPPROTO_TCP, Sockets.TCP_NODELAY);
        set(fd, Sockets.SOL_SOCKET, Sockets.SO_KEEPALIVE);
        check(Sockets.listen(fd, backlog), address, Protocol.TCP);
    }

    private static int created(Endpoint address, Protocol protocol) throws IOException {
        boolean inet6 = !address.address().isV4();
        int type = protocol == Protocol.TCP ? Sockets.SOCK_STREAM : Sockets.SOCK_DGRAM;
        return check(Sockets.socket(inet6 ? SocketAddress.AF_INET6 : SocketAddress.AF_INET, type | FLAGS, 0), address,
                protocol);
    }

    private static void addressOptions(int fd, Endpoint address, boolean freebind) {
        if (!address.address().isV4()) {
            set(fd, Sockets.IPPROTO_IPV6, Sockets.IPV6_V6ONLY);
        }
        if (freebind) {
            set(fd, Sockets.IPPROTO_IP, Sockets.IP_FREEBIND); // serves both families (ipv6(7))
        }
    }

    /** An option that the kernel does not know is done without: all of them are improvements. */
    private static void set(int fd, int level, int option) {
        Sockets.setsockopt(fd, level, option, 1);
    }

    private static Endpoint bound(Endpoint wanted, int fd) throws IOException {
        if (wanted.port() != 0) {
            return wanted;
        }
        try (var name = new SocketAddress()) {
            Errno.check(Sockets.getsockname(fd, name), "getsockname");
            return name.endpoint();
        }
    }

    private static int check(int result, Endpoint address, Protocol protocol) throws IOException {
        if (result >= 0) {
            return result;
        }
        String remedy = switch (-result) {
            case Errno.EACCES -> address.port() < 1024
                    ? ": a port below 1024 needs CAP_NET_BIND_SERVICE, or sysctl net.ipv4.ip_unprivileged_port_start="
                            + address.port()
                    : "";
            case Errno.EADDRNOTAVAIL -> ": add it to an interface first (ip address add "
                    + address.address() + " dev ...)";
            case Errno.EMFILE -> ": raise the limit on open files (ulimit -n, LimitNOFILE=)";
            case Errno.EADDRINUSE -> ": stop who uses it, or choose another address or port";
            default -> "";
        };
        throw new IOException("cannot listen on " + protocol.word() + " "
                + address + ": " + Errno.describe(result) + remedy);
    }

    /** The longest accept queue the host allows (listen(2)). */
    private static int backlog() {
        try {
            // by lines: Files.readString asks for one byte first, and a sysctl file has nothing behind its first read
            String most = java.nio.file.Files.readAllLines(Path.of("/proc/sys/net/core/somaxconn")).getFirst().strip();
            return Math.clamp(Long.parseLong(most), 1, LONGEST_BACKLOG);
        } catch (IOException | NumberFormatException unknown) {
            return 4096; // the kernel's own default since 5.4
        }
    }
}

package io.sluice.dataplane.udp;

import io.sluice.dataplane.proxyprotocol.ProxyHeaderWriter;
import io.sluice.dataplane.service.ServiceColumn;
import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.syscall.Datagrams;
import io.sluice.ringbuffers.syscall.Files;
import io.sluice.ringbuffers.syscall.PacketTooBig;
import io.sluice.ringbuffers.syscall.SocketAddress;
import io.sluice.ringbuffers.syscall.Sockets;

/**
 * What becomes of a datagram that is longer than the path to its server. Who forbids fragments, by DF in IPv4, by
 * sending it whole in IPv6, is told by ICMP how long it may be, as by any router; who allows them has it sent in
 * fragments. Where CAP_NET_RAW is missing nobody can be told, and all goes in fragments. One worker's thread.
 */
final class PathMtu {
    /** What every IPv6 path carries (RFC 8200): a smaller one is not believed. */
    private static final int LEAST_INET6 = 1280;
    private static final int LEAST_INET = 68; // RFC 791
    /** Messages a second, as the kernel's own (net.ipv4.icmp_msgs_per_sec). */
    private static final int MOST_PER_SECOND = 1000;
    private static final long SECOND_NS = 1_000_000_000;

    private final Sessions sessions;
    private final PacketTooBig message = new PacketTooBig();
    private final DfMarks marks = new DfMarks();
    private final SocketAddress somewhere = new SocketAddress();
    /** What the kernel said of the path of the last send that was too long; 0: nothing. */
    private int localMtu;
    /** Whether sockets of that family refuse what is too long; others refuse only what no packet holds. */
    private boolean refusesInet;
    private boolean refusesInet6;
    private long secondNs;
    private int told;

    PathMtu(Sessions sessions) {
        this.sessions = sessions;
    }

    /** A new socket towards servers: it says where something is too long, unless the host does without discovery. */
    void prepare(int fd, boolean isInet) {
        int level = isInet ? Sockets.IPPROTO_IP : Sockets.IPPROTO_IPV6;
        int option = isInet ? Datagrams.IP_MTU_DISCOVER : Datagrams.IPV6_MTU_DISCOVER;
        if ((message.canTell(true) || message.canTell(false))
                && Sockets.getsockopt(fd, level, option) != Datagrams.IP_PMTUDISC_DONT) {
            boolean done = Sockets.setsockopt(fd, level, option, Datagrams.IP_PMTUDISC_DO) >= 0;
            if (isInet) {
                refusesInet = done;
            } else {
                refusesInet6 = done;
            }
        }
    }

    /** Sends in fragments what is too long, or does so no more. */
    void letFragment(SharedSocket socket, boolean fragments) {
        boolean isInet = Ip.isV4(socket.local.high, socket.local.low);
        Sockets.setsockopt(socket.fd, isInet ? Sockets.IPPROTO_IP : Sockets.IPPROTO_IPV6,
                isInet ? Datagrams.IP_MTU_DISCOVER : Datagrams.IPV6_MTU_DISCOVER,
                fragments ? Datagrams.IP_PMTUDISC_WANT : Datagrams.IP_PMTUDISC_DO);
    }

    private static boolean isInet(ServerPath path) {
        return Ip.isV4(path.serverHigh, path.serverLow);
    }

    /** The kernel's answer to a send that was too long. */
    void refused(int mtu) {
        localMtu = mtu;
    }

    /** A router says that what this session sent was too long for the path it has. */
    void refused(Session session, int mtu) {
        ServerPath path = session.path;
        if (path != null) {
            narrow(session, clientMtu(session, path, mtu, 0));
        }
    }

    /** A path to a server is new: may clients send, as this one may, longer packets than it carries? */
    void look(Session session, ServerPath path, boolean foreign) {
        message.open(); // not before there is somebody to tell
        if (foreign || !message.canTell(true)) { // with an address of its own every client has a path of its own
            return;
        }
        int toServer = mtu(path.serverHigh, path.serverLow);
        int toClient = mtu(session.clientHigh(), session.clientLow());
        boolean isInet = Ip.isV4(session.clientHigh(), session.clientLow());
        if (toServer > 0 && toServer - header(isInet(path)) < toClient - header(isInet)) {
            path.narrowBytes = toServer - header(isInet(path)) + PacketTooBig.HEADER_INET
                    - (session.entry().forwarding().proxyHeader() ? ProxyHeaderWriter.MAX_BYTES : 0);
        }
    }

    /** As the route says, in bytes of an IP packet; or the negated errno. */
    private int mtu(long high, long low) {
        boolean isInet = Ip.isV4(high, low);
        int fd = Sockets.socket(isInet ? SocketAddress.AF_INET : SocketAddress.AF_INET6,
                Sockets.SOCK_DGRAM | Sockets.SOCK_CLOEXEC, 0);
        if (fd < 0) {
            return fd;
        }
        int result = Sockets.connect(fd, somewhere.set(high, low, 9));
        if (result >= 0) {
            result = Sockets.getsockopt(fd, isInet ? Sockets.IPPROTO_IP : Sockets.IPPROTO_IPV6,
                    isInet ? Datagrams.IP_MTU : Datagrams.IPV6_MTU);
        }
        Files.close(fd);
        return result;
    }

    /** Clients of this session's port may send longer packets than this, and its path does not carry them. */
    void narrow(Session session, int clientMtu) {
        if (Ip.isV4(session.clientHigh(), session.clientLow()) && message.canTell(true)) {
            marks.narrow(session.servicePort(), clientMtu, sessions.worker.nowNs());
        }
    }

    /** How long a client's IP packet may be for its payload to fit into the server's. */
    private static int clientMtu(Session session, ServerPath path, int mtu, int prefixBytes) {
        int payload = mtu - header(isInet(path)) - prefixBytes;
        return payload + header(Ip.isV4(session.clientHigh(), session.clientLow()));
    }

    private static int header(boolean isInet) {
        return isInet ? PacketTooBig.HEADER_INET : PacketTooBig.HEADER_INET6;
    }

    /**
     * Decides about a datagram that was refused as too long.
     *
     * @param prefixBytes that we put in front of it
     * @param reassembled it came in fragments, where the family tells
     * @return whether it may go in fragments; else it is lost, and its client was told of the path's MTU if that is why
     */
    boolean allowsFragments(Session session, ServerPath path, SharedSocket socket, int prefixBytes,
            boolean reassembled, long address, int lengthBytes) {
        if (!(isInet(path) ? refusesInet : refusesInet6)) {
            return false;
        }
        boolean isInet = Ip.isV4(session.clientHigh(), session.clientLow());
        localMtu = 0;
        sessions.answers.receiveErrors(socket); // where the kernel has put the path's MTU (IP_RECVERR)
        if (localMtu == 0 || reassembled || !message.canTell(isInet)) {
            return true;
        }
        int mtu = clientMtu(session, path, localMtu, prefixBytes);
        if (mtu < (isInet ? LEAST_INET : LEAST_INET6)
                || lengthBytes + header(isInet) + PacketTooBig.HEADER_UDP <= mtu) {
            return true;
        }
        narrow(session, mtu);
        if (isInet && !marks.has(session.clientLow(), session.clientPort(), session.servicePort())) {
            return true;
        }
        tell(session, address, lengthBytes, mtu);
        return false;
    }

    private void tell(Session session, long address, int lengthBytes, int mtu) {
        session.entry().counters().count(ServiceColumn.DATAGRAMS_TOO_BIG);
        long nowNs = sessions.worker.nowNs();
        if (nowNs - secondNs >= SECOND_NS) {
            secondNs = nowNs;
            told = 0;
        }
        if (told++ < MOST_PER_SECOND) {
            message.about(session.clientHigh(), session.clientLow(), session.clientPort(), session.clientScope,
                    session.listening().address().high(), session.listening().address().low(), session.servicePort());
            message.tell(address, lengthBytes, mtu);
        }
    }

    void onTick() {
        marks.onTick(sessions.worker.nowNs());
    }

    void close() {
        marks.close();
        message.close();
        somewhere.close();
    }
}

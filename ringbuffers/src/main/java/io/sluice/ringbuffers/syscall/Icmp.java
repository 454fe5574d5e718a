package io.sluice.ringbuffers.syscall;

import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.ip.Ip;
import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * ICMP echo (RFC 792, RFC 4443) by a datagram socket, which needs no privilege (net.ipv4.ping_group_range), or by a raw
 * socket where only that is permitted. One thread: the memory for addresses and packets is reused from call to call.
 */
public final class Icmp implements AutoCloseable {
    private static final int ECHO_REQUEST = 8;
    private static final int ECHO_REPLY = 0;
    private static final int ECHO_REQUEST_INET6 = 128;
    private static final int ECHO_REPLY_INET6 = 129;

    private static final int CHECKSUM = 2;
    private static final int ID = 4;
    private static final int SEQUENCE = 6;
    private static final int NONCE = 8;
    /** As ping(8): 8 bytes of header, 56 of payload. */
    private static final int PACKET_BYTES = 64;

    private final SocketAddress address = new SocketAddress();
    private final Memory packet = new Memory(2048);

    /**
     * A socket that is connected to the one address it asks.
     *
     * @param raw the kernel neither chooses the id nor sorts replies; with IPv4 their IP header comes along
     * @param nonce payload by which a reply is told from those to other programs
     */
    public record Echo(int fd, boolean raw, boolean inet6, short id, long nonce) {
    }

    /** Neither kind of socket is permitted; the message names both remedies. */
    public static final class NotPermitted extends IOException {
        NotPermitted(int datagramError, int rawError) {
            super("ping is not permitted here: a datagram ICMP socket answers " + Errno.describe(datagramError)
                    + ", a raw one " + Errno.describe(rawError)
                    + ": either sysctl -w net.ipv4.ping_group_range=\"0 2147483647\", or give the daemon CAP_NET_RAW"
                    + " (systemd: AmbientCapabilities=CAP_NET_RAW)");
        }
    }

    /**
     * Opens a non-blocking socket; the caller closes its descriptor.
     *
     * @param source local address to ask from; null: the kernel's choice
     */
    public Echo open(Ip target, @Nullable Ip source) throws IOException {
        boolean inet6 = !target.isV4();
        int domain = inet6 ? SocketAddress.AF_INET6 : SocketAddress.AF_INET;
        int protocol = inet6 ? Sockets.IPPROTO_ICMPV6 : Sockets.IPPROTO_ICMP;
        int flags = Sockets.SOCK_NONBLOCK | Sockets.SOCK_CLOEXEC;
        boolean raw = false;
        int fd = Sockets.socket(domain, Sockets.SOCK_DGRAM | flags, protocol);
        // EPROTONOSUPPORT: a kernel or sandbox without ping sockets
        if (fd == -Errno.EACCES || fd == -Errno.EPERM || fd == -Errno.EPROTONOSUPPORT) {
            int datagramError = fd;
            raw = true;
            fd = Sockets.socket(domain, Sockets.SOCK_RAW | flags, protocol);
            if (fd == -Errno.EACCES || fd == -Errno.EPERM) {
                throw new NotPermitted(datagramError, fd);
            }
        }
        Errno.check(fd, "socket for ICMP");
        try {
            // so that "no route to host" ends the wait at once
            Sockets.setsockopt(fd, inet6 ? Sockets.IPPROTO_IPV6 : Sockets.IPPROTO_IP,
                    inet6 ? Datagrams.IPV6_RECVERR : Datagrams.IP_RECVERR,
                    1);
            if (source != null) {
                Errno.check(Sockets.bind(fd, address.set(new Endpoint(source, 0))),
                        "bind to " + source);
            }
            Errno.check(Sockets.connect(fd, address.set(new Endpoint(target, 0))),
                    "route to " + target);
        } catch (IOException failed) {
            Files.close(fd);
            throw failed;
        }
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new Echo(fd, raw, inet6, (short) random.nextInt(), random.nextLong());
    }

    /** Sends the echo request. */
    public int send(Echo echo) {
        packet.longAt(0, 0);
        packet.byteAt(0, (byte) (echo.inet6 ? ECHO_REQUEST_INET6 : ECHO_REQUEST));
        packet.shortBeAt(ID, echo.id);
        packet.shortBeAt(SEQUENCE, (short) 1);
        packet.longBeAt(NONCE, echo.nonce);
        for (int i = NONCE + 8; i < PACKET_BYTES; i++) {
            packet.byteAt(i, (byte) i);
        }
        if (!echo.inet6) { // ICMPv6's covers addresses too: the kernel fills it in
            packet.shortBeAt(CHECKSUM, checksum());
        }
        return Sockets.send(echo.fd, packet.address(), PACKET_BYTES, Sockets.MSG_NOSIGNAL);
    }

    private short checksum() {
        int sum = 0;
        for (int i = 0; i < PACKET_BYTES; i += 2) {
            sum += packet.shortBeAt(i) & 0xFFFF;
        }
        sum = (sum & 0xFFFF) + (sum >>> 16);
        return (short) ~(sum + (sum >>> 16));
    }

    /**
     * Reads until the reply to this echo or until nothing is left.
     *
     * @return 1 for the reply; -EAGAIN when it has not come; another negated errno when the network or the host
     *            answered
     * with an error
     */
    public int receive(Echo echo) {
        while (true) {
            int received = Sockets.recv(echo.fd, packet.address(), packet.lengthBytes(), 0);
            if (received < 0) {
                return received;
            }
            if (isReply(echo, received)) {
                return 1;
            }
        }
    }

    private boolean isReply(Echo echo, int lengthBytes) {
        int header = echo.raw && !echo.inet6 ? (packet.byteAt(0) & 0xF) * 4 : 0;
        return lengthBytes >= header + NONCE + 8
                && packet.byteAt(header) == (byte) (echo.inet6 ? ECHO_REPLY_INET6 : ECHO_REPLY)
                && (!echo.raw || packet.shortBeAt(header + ID) == echo.id)
                && packet.longBeAt(header + NONCE) == echo.nonce;
    }

    @Override
    public void close() {
        address.close();
        packet.close();
    }
}

package io.sluice.ringbuffers.netlink;

import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.Files;
import io.sluice.ringbuffers.syscall.Memory;
import io.sluice.ringbuffers.syscall.Sockets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A socket to the kernel (man 7 netlink) in the network namespace of the thread that opened it; one thread. */
public final class NetlinkSocket implements AutoCloseable {
    static final int NETLINK_GENERIC = 16;

    private static final int AF_NETLINK = 16;
    private static final int NETLINK_ROUTE = 0;
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int NLMSG_ERROR = 2;
    private static final int NLMSG_DONE = 3;
    private static final int NLM_F_REQUEST = 1;
    private static final int NLM_F_DUMP = 0x300;
    private static final int NLM_F_DUMP_INTR = 0x10;
    private static final int DUMP_TRIES = 10;

    private final int fd;
    private final Memory buffer = Memory.ofThisThread(BUFFER_BYTES);
    private int sequence;

    private NetlinkSocket(int protocol) throws IOException {
        fd = Errno.check(Sockets.socket(AF_NETLINK, Sockets.SOCK_RAW | Sockets.SOCK_CLOEXEC, protocol),
                "opening a netlink socket");
    }

    /** For interfaces, addresses, neighbours and routes. */
    public static NetlinkSocket route() throws IOException {
        return new NetlinkSocket(NETLINK_ROUTE);
    }

    static NetlinkSocket generic() throws IOException {
        return new NetlinkSocket(NETLINK_GENERIC);
    }

    /** Everything of a kind, as it was at one moment. */
    List<NetlinkMessage> dump(NetlinkRequest request) throws IOException {
        for (int i = 0; i < DUMP_TRIES; i++) {
            List<NetlinkMessage> all = new ArrayList<>();
            if (!exchange(request, NLM_F_DUMP, all)) {
                return all; // nothing changed meanwhile
            }
        }
        throw new IOException("netlink: the kernel's tables change faster than they can be read");
    }

    /** One answer. */
    NetlinkMessage ask(NetlinkRequest request) throws IOException {
        List<NetlinkMessage> all = new ArrayList<>();
        exchange(request, 0, all);
        return all.getFirst();
    }

    /** Sends and takes what comes until the end; answers whether the kernel's table has changed in between. */
    private boolean exchange(NetlinkRequest request, int flags, List<NetlinkMessage> into) throws IOException {
        byte[] bytes = request.bytes(++sequence, NLM_F_REQUEST | flags);
        buffer.put(0, bytes);
        Errno.check(Sockets.send(fd, buffer.address(), bytes.length, 0), "asking the kernel by netlink");
        boolean interrupted = false;
        while (true) {
            int length = Errno.check(Sockets.recv(fd, buffer.address(), BUFFER_BYTES, 0), "reading from netlink");
            ByteBuffer received = buffer.buffer();
            for (int at = 0; at + NetlinkMessage.HEADER_BYTES <= length;) {
                int lengthBytes = received.getInt(at);
                int type = received.getShort(at + 4);
                interrupted |= (received.getShort(at + 6) & NLM_F_DUMP_INTR) != 0;
                if (received.getInt(at + 8) == sequence) {
                    if (type == NLMSG_DONE) {
                        return interrupted;
                    }
                    if (type == NLMSG_ERROR) {
                        int errno = received.getInt(at + NetlinkMessage.HEADER_BYTES);
                        if (errno < 0) {
                            throw new NetlinkRefusal(request.what(), errno);
                        }
                        return interrupted;
                    }
                    into.add(NetlinkMessage.copy(received, at, lengthBytes));
                    if (flags == 0) {
                        return interrupted;
                    }
                }
                at += lengthBytes + 3 & ~3;
            }
        }
    }

    @Override
    public void close() {
        Files.close(fd);
        buffer.close();
    }
}

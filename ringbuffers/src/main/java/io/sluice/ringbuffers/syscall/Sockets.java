package io.sluice.ringbuffers.syscall;

import static io.sluice.ringbuffers.syscall.Libc.INT;
import static io.sluice.ringbuffers.syscall.Libc.LONG;
import static io.sluice.ringbuffers.syscall.Libc.downcall;
import static io.sluice.ringbuffers.syscall.Libc.returning;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Sockets: socket(2), bind(2), accept4(2), connect(2), recv(2), send(2), shutdown(2) and options; any thread. */
public final class Sockets {
    public static final int SOCK_STREAM = 1;
    public static final int SOCK_DGRAM = 2;
    public static final int SOCK_RAW = 3;
    public static final int SOCK_NONBLOCK = 0x800;
    public static final int SOCK_CLOEXEC = 0x80000;
    public static final int IPPROTO_IP = 0;
    public static final int IPPROTO_ICMP = 1;
    public static final int IPPROTO_TCP = 6;
    public static final int IPPROTO_UDP = 17;
    public static final int IPPROTO_IPV6 = 41;
    public static final int IPPROTO_ICMPV6 = 58;
    public static final int SOL_SOCKET = 1;
    public static final int SO_REUSEADDR = 2;
    public static final int SO_ERROR = 4;
    public static final int SO_SNDBUF = 7;
    public static final int SO_RCVBUF = 8;
    public static final int SO_KEEPALIVE = 9;
    public static final int SO_OOBINLINE = 10;
    public static final int SO_LINGER = 13;
    public static final int SO_REUSEPORT = 15;
    public static final int SO_RCVBUFFORCE = 33;
    public static final int SO_MARK = 36;
    public static final int SO_BUSY_POLL = 46;
    /** What of its buffers a socket has in use (linux/sock_diag.h). */
    public static final int SO_MEMINFO = 55;
    /** Which of its buffers the kernel may not resize (since Linux 5.14). */
    public static final int SO_BUF_LOCK = 72;
    public static final int IP_TRANSPARENT = 19;
    public static final int IP_FREEBIND = 15;
    public static final int IP_BIND_ADDRESS_NO_PORT = 24;
    public static final int IPV6_V6ONLY = 26;
    public static final int IPV6_TRANSPARENT = 75;
    public static final int TCP_NODELAY = 1;
    public static final int TCP_WINDOW_CLAMP = 10;
    public static final int TCP_INFO = 11;
    public static final int TCP_QUICKACK = 12;
    public static final int TCP_NOTSENT_LOWAT = 25;
    public static final int MSG_PEEK = 0x2;
    public static final int MSG_DONTWAIT = 0x40;
    public static final int MSG_NOSIGNAL = 0x4000;
    public static final int MSG_MORE = 0x8000;
    public static final int SHUT_RD = 0;
    public static final int SHUT_WR = 1;
    public static final int SHUT_RDWR = 2;

    private static final MethodHandle SOCKET = downcall("socket", returning(INT, INT, INT, INT));
    private static final MethodHandle BIND = downcall("bind", returning(INT, INT, LONG, INT));
    private static final MethodHandle LISTEN = downcall("listen", returning(INT, INT, INT));
    private static final MethodHandle ACCEPT4 = downcall("accept4", returning(INT, INT, LONG, LONG, INT));
    private static final MethodHandle CONNECT = downcall("connect", returning(INT, INT, LONG, INT));
    private static final MethodHandle SHUTDOWN = downcall("shutdown", returning(INT, INT, INT));
    private static final MethodHandle GETSOCKNAME = downcall("getsockname", returning(INT, INT, LONG, LONG));
    private static final MethodHandle GETPEERNAME = downcall("getpeername", returning(INT, INT, LONG, LONG));
    private static final MethodHandle RECV = downcall("recv", returning(LONG, INT, LONG, LONG, INT));
    private static final MethodHandle SEND = downcall("send", returning(LONG, INT, LONG, LONG, INT));
    private static final MethodHandle SENDTO = downcall("sendto", returning(LONG, INT, LONG, LONG, INT, LONG, INT));
    private static final MethodHandle SETSOCKOPT = downcall("setsockopt", returning(INT, INT, INT, INT, LONG, INT));
    private static final MethodHandle GETSOCKOPT = downcall("getsockopt", returning(INT, INT, INT, INT, LONG, LONG));

    /** Room for one option's value and its length, per thread. */
    private static final ThreadLocal<MemorySegment> OPTION = ThreadLocal
            .withInitial(() -> Arena.ofAuto().allocate(16, 8));

    private Sockets() {
    }

    public static int socket(int domain, int type, int protocol) {
        MemorySegment capture = Libc.capture();
        try {
            return Libc.answer((int) SOCKET.invokeExact(capture, domain, type, protocol), capture);
        } catch (Throwable fault) {
            throw Libc.broken(fault);
        }
    }

    public static int bind(int fd, SocketAddress address) {
        MemorySegment capture = Libc.capture();
        try {
            return Libc.answer((int) BIND.invokeExact(capture, fd, address.address(), address.lengthBytes()), capture);
        } catch (Throwable fault) {
            throw Libc.broken(fault);
        }
    }

    public static int listen(int fd, int backlog) {
        MemorySegment capture = Libc.capture();
        try {
            return Libc.answer((int) LISTEN.invokeExact(capture, fd, backlog), capture);
        } catch (Throwable fault) {
            throw Libc.broken(fault);
        }
    }

    /** Accepts one connection and fills in the peer's address. */
    public static int accept4(int fd, SocketAddress peer, int flags) {
        MemorySegment capture = Libc.capture();
        peer.clear();
        try {
            return Libc.answer((int) ACCEPT4.invokeExact(capture, fd, peer.address(), peer.lengthAddress(), flags),
                    capture);
        } catch (Throwable fault) {
            throw Libc.broken(fault);
        }
    }

    public static int connect(int fd, SocketAddress address) {
        MemorySegment capture = Libc.capture();
        try {
            return Libc.answer((int) CONNECT.invokeExact(capture, fd, address.address(), address.lengthBytes()),
                    capture);
        } catch (Throwable fault) {
            throw Libc.broken(fault);
        }
    }

    public static int shutdown(int fd, int how) {
        MemorySegment capture = Libc.capture();
        try {
            return Libc.answer((int) SHUTDOWN.invokeExact(capture, fd, how), capture);
        } catch (Throwable fault) {
            throw Libc.broken(fault);
        }
    }

    public static int getsockname(int fd, SocketAddress address) {
        MemorySegment capture = Libc.capture();
        address.clear();
        try {
            return Libc.answer((int) GETSOCKNAME.invokeExact(capture, fd, address.address(), address.lengthAddress()),
                    capture);
        } catch (Throwable fault) {
            throw Libc.broken(fault);
        }
    }

    public static int getpeername(int fd, SocketAddress address) {
        MemorySegment capture = Libc.capture();
        address.clear();
        try {
            return Libc.answer((int) GETPEERNAME.invokeExact(capture, fd, address.address(), address.lengthAddress()),
                    capture);
        } catch (Throwable fault) {
            throw Libc.broken(fault);
        }
    }

    /** Receives up to {@code lengthBytes} into memory; 0 means the peer has closed its half. */
    public static int recv(int fd, long address, long lengthBytes, int flags) {
        MemorySegment capture = Libc.capture();
        try {
            return (int) Libc.answer((long) RECV.invokeExact(capture, fd, address, lengthBytes, flags), capture);
        } catch (Throwable fault) {
            throw Libc.broken(fault);
        }
    }

    /** Sends up to {@code lengthBytes}; the answer says how many were taken. */
    public static int send(int fd, long address, long lengthBytes, int flags) {
        MemorySegment capture = Libc.capture();
        try {
            return (int) Libc.answer((long) SEND.invokeExact(capture, fd, address, lengthBytes, flags), capture);
        } catch (Throwable fault) {
            throw Libc.broken(fault);
        }
    }

    /** Sends one datagram to that address. */
    public static int sendto(int fd, long address, long lengthBytes, int flags, SocketAddress to) {
        MemorySegment capture = Libc.capture();
        try {
            return (int) Libc.answer((long) SENDTO.invokeExact(capture, fd, address, lengthBytes, flags, to.address(),
                    to.lengthBytes()), capture);
        } catch (Throwable fault) {
            throw Libc.broken(fault);
        }
    }

    /** Sets an integer option. */
    public static int setsockopt(int fd, int level, int option, int value) {
        MemorySegment room = OPTION.get();
        room.set(ValueLayout.JAVA_INT, 0, value);
        return setsockopt(fd, level, option, room.address(), 4);
    }

    /** Sets an option from memory. */
    public static int setsockopt(int fd, int level, int option, long address, int lengthBytes) {
        MemorySegment capture = Libc.capture();
        try {
            return Libc.answer((int) SETSOCKOPT.invokeExact(capture, fd, level, option, address, lengthBytes),
                    capture);
        } catch (Throwable fault) {
            throw Libc.broken(fault);
        }
    }

    /**
     * Reads an integer option.
     *
     * @return the value, or the negated errno where the call itself failed; options whose value may be negative need
     *         {@link #getsockopt(int, int, int, long, int)}
     */
    public static int getsockopt(int fd, int level, int option) {
        MemorySegment room = OPTION.get();
        int result = getsockopt(fd, level, option, room.address() + 8, 4);
        return result < 0 ? result : room.get(ValueLayout.JAVA_INT, 8);
    }

    /** Reads an option into memory; answers the bytes written. */
    public static int getsockopt(int fd, int level, int option, long address, int lengthBytes) {
        MemorySegment capture = Libc.capture();
        MemorySegment room = OPTION.get();
        room.set(ValueLayout.JAVA_INT, 0, lengthBytes);
        try {
            int result = Libc.answer((int) GETSOCKOPT.invokeExact(capture, fd, level, option, address, room.address()),
                    capture);
            return result < 0 ? result : room.get(ValueLayout.JAVA_INT, 0);
        } catch (Throwable fault) {
            throw Libc.broken(fault);
        }
    }

    /** SO_LINGER on with 0 seconds: the next close sends RST, not FIN, and drops what was not sent. */
    public static int resetOnClose(int fd) {
        MemorySegment room = OPTION.get();
        room.set(ValueLayout.JAVA_INT, 0, 1);
        room.set(ValueLayout.JAVA_INT, 4, 0);
        return setsockopt(fd, SOL_SOCKET, SO_LINGER, room.address(), 8);
    }
}

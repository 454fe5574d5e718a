package io.sluice.ringbuffers.syscall;

import static io.sluice.ringbuffers.syscall.Libc.INT;
import static io.sluice.ringbuffers.syscall.Libc.LONG;
import static io.sluice.ringbuffers.syscall.Libc.downcall;
import static io.sluice.ringbuffers.syscall.Libc.returning;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Many datagrams in one call: recvmmsg(2), sendmmsg(2) over an array of struct mmsghdr; any thread. */
public final class Datagrams {
    public static final int SOL_UDP = 17;
    /** Lets the kernel cut one long send into datagrams (linux/udp.h). */
    public static final int UDP_SEGMENT = 103;
    /** Lets the kernel hand over datagrams of one flow merged (linux/udp.h). */
    public static final int UDP_GRO = 104;
    public static final int IP_PKTINFO = 8;
    public static final int IPV6_RECVPKTINFO = 49;
    public static final int IPV6_PKTINFO = 50;
    /** Reports ICMP errors of what an unconnected socket has sent, with whom it was sent to (ip(7)). */
    public static final int IP_RECVERR = 11;
    public static final int IPV6_RECVERR = 25;
    /** Whether and how far a socket's datagrams keep to the path's MTU (ip(7), ipv6(7)). */
    public static final int IP_MTU_DISCOVER = 10;
    public static final int IPV6_MTU_DISCOVER = 23;
    /** The MTU of the path that a connected socket has, as far as it is known. */
    public static final int IP_MTU = 14;
    public static final int IPV6_MTU = 24;
    /** No DF, fragments on the way and here. */
    public static final int IP_PMTUDISC_DONT = 0;
    /** DF; what is longer leaves in fragments. */
    public static final int IP_PMTUDISC_WANT = 1;
    /** DF; what is longer is refused with EMSGSIZE. */
    public static final int IP_PMTUDISC_DO = 2;
    /** Tells of datagrams that came in fragments how long the longest of those was (linux/in6.h). */
    public static final int IPV6_RECVFRAGSIZE = 77;
    /** Reads the socket's queue of such errors. */
    public static final int MSG_ERRQUEUE = 0x2000;
    /** Most datagrams that one UDP_SEGMENT send is cut into (linux/udp.h, UDP_MAX_SEGMENTS of the older kernels). */
    public static final int UDP_MAX_SEGMENTS = 64;

    private static final MethodHandle RECVMMSG = downcall("recvmmsg", returning(INT, INT, LONG, INT, INT, LONG));
    private static final MethodHandle SENDMMSG = downcall("sendmmsg", returning(INT, INT, LONG, INT, INT));

    private Datagrams() {
    }

    /** @param headers address of {@code count} struct mmsghdr; answers how many were filled */
    public static int recvmmsg(int fd, long headers, int count, int flags) {
        MemorySegment capture = Libc.capture();
        try {
            return Libc.answer((int) RECVMMSG.invokeExact(capture, fd, headers, count, flags, 0L), capture);
        } catch (Throwable fault) {
            throw Libc.broken(fault);
        }
    }

    /** @param headers address of {@code count} struct mmsghdr; answers how many were sent */
    public static int sendmmsg(int fd, long headers, int count, int flags) {
        MemorySegment capture = Libc.capture();
        try {
            return Libc.answer((int) SENDMMSG.invokeExact(capture, fd, headers, count, flags), capture);
        } catch (Throwable fault) {
            throw Libc.broken(fault);
        }
    }
}

package io.sluice.ringbuffers.syscall;

import static io.sluice.ringbuffers.syscall.Libc.INT;
import static io.sluice.ringbuffers.syscall.Libc.LONG;
import static io.sluice.ringbuffers.syscall.Libc.downcall;
import static io.sluice.ringbuffers.syscall.Libc.returning;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Local sockets (unix(7)), for what the JDK's own channels cannot do: datagrams, names in the abstract namespace, which
 * begin with {@code @} here as in systemd's NOTIFY_SOCKET, and descriptors passed to another process (SCM_RIGHTS); any
 * thread. Descriptors come from {@link Sockets#socket} with {@link #AF_UNIX}.
 */
public final class UnixSockets {
    public static final int AF_UNIX = 1;
    /** Bytes of {@code sun_path}; a path in the file system needs one of them for its final zero. */
    public static final int PATH_BYTES = 108;

    /** Messages with boundaries over a connection. */
    public static final int SOCK_SEQPACKET = 5;
    /** SCM_MAX_FD (net/scm.h): descriptors that one message can carry. */
    public static final int MAX_DESCRIPTORS = 253;

    private static final int PATH = 2;
    private static final MethodHandle BIND = downcall("bind", returning(INT, INT, LONG, INT));
    private static final MethodHandle CONNECT = downcall("connect", returning(INT, INT, LONG, INT));

    private static final MethodHandle SENDMSG = downcall("sendmsg", returning(LONG, INT, LONG, INT));
    private static final MethodHandle RECVMSG = downcall("recvmsg", returning(LONG, INT, LONG, INT));
    private static final int SCM_RIGHTS = 1;
    private static final int MSG_CTRUNC = 0x8;
    private static final int MSG_CMSG_CLOEXEC = 0x4000_0000;

    /*
     * struct msghdr (sys/socket.h, 64 bits): name 0, its length 8, iov 16, their count 24, control 32, its length 40,
     * flags 48. Behind it one struct iovec (base, length), then one struct cmsghdr (length, level, type, data).
     */
    private static final int IOV = 16;
    private static final int IOV_COUNT = 24;
    private static final int CONTROL = 32;
    private static final int CONTROL_LENGTH = 40;
    private static final int FLAGS = 48;
    private static final int IOVEC = 56;
    private static final int CMSG = 72;
    private static final int CMSG_LEVEL = 8;
    private static final int CMSG_TYPE = 12;
    private static final int CMSG_DATA = 16;
    private static final int BYTES = CMSG + CMSG_DATA + MAX_DESCRIPTORS * Integer.BYTES + 4;

    private UnixSockets() {
    }

    /**
     * What came in one message.
     *
     * @param result bytes received, 0 at the end of the connection, or the negated errno
     * @param descriptors belong to the receiver now, closed on exec
     */
    public record Received(int result, byte[] bytes, List<Integer> descriptors) {
        public Received {
            descriptors = List.copyOf(descriptors);
        }
    }

    /**
     * Sends one message; the receiver gets descriptors of the same open files (SCM_RIGHTS).
     *
     * @param descriptors at most {@link #MAX_DESCRIPTORS}; they stay open here
     * @return bytes sent, or the negated errno
     */
    public static int send(int fd, byte[] bytes, List<Integer> descriptors) {
        if (bytes.length == 0 || descriptors.size() > MAX_DESCRIPTORS) {
            return -Errno.EINVAL; // a message without a byte carries no descriptor (unix(7))
        }
        try (Memory memory = Memory.ofThisThread(BYTES + (long) bytes.length)) {
            memory.put(BYTES, bytes);
            header(memory, bytes.length);
            if (!descriptors.isEmpty()) {
                int length = CMSG_DATA + descriptors.size() * Integer.BYTES;
                memory.longAt(CMSG, length);
                memory.intAt(CMSG + CMSG_LEVEL, Sockets.SOL_SOCKET);
                memory.intAt(CMSG + CMSG_TYPE, SCM_RIGHTS);
                for (int i = 0; i < descriptors.size(); i++) {
                    memory.intAt(CMSG + CMSG_DATA + i * 4L, descriptors.get(i));
                }
                memory.longAt(CONTROL, memory.address() + CMSG);
                memory.longAt(CONTROL_LENGTH, length);
            }
            MemorySegment capture = Libc.capture();
            try {
                return (int) Libc.answer((long) SENDMSG.invokeExact(capture, fd, memory.address(),
                        Sockets.MSG_NOSIGNAL), capture);
            } catch (Throwable fault) {
                throw Libc.broken(fault);
            }
        }
    }

    /** Receives one message and its descriptors; {@code -EMSGSIZE} where not all of them could be had. */
    public static Received receive(int fd, int maxBytes) {
        try (Memory memory = Memory.ofThisThread(BYTES + (long) maxBytes)) {
            header(memory, maxBytes);
            memory.longAt(CONTROL, memory.address() + CMSG);
            memory.longAt(CONTROL_LENGTH, BYTES - CMSG);
            int result;
            MemorySegment capture = Libc.capture();
            try {
                result = (int) Libc.answer((long) RECVMSG.invokeExact(capture, fd, memory.address(),
                        MSG_CMSG_CLOEXEC), capture);
            } catch (Throwable fault) {
                throw Libc.broken(fault);
            }
            if (result <= 0) {
                return new Received(result, new byte[0], List.of());
            }
            List<Integer> descriptors = descriptors(memory);
            if ((memory.intAt(FLAGS) & MSG_CTRUNC) != 0) { // out of descriptors, most likely
                descriptors.forEach(Files::close);
                return new Received(-Errno.EMSGSIZE, new byte[0], List.of());
            }
            byte[] bytes = new byte[result];
            memory.get(BYTES, bytes);
            return new Received(result, bytes, descriptors);
        }
    }

    private static void header(Memory memory, int lengthBytes) {
        memory.longAt(IOVEC, memory.address() + BYTES);
        memory.longAt(IOVEC + 8, lengthBytes);
        memory.longAt(IOV, memory.address() + IOVEC);
        memory.longAt(IOV_COUNT, 1);
    }

    private static List<Integer> descriptors(Memory memory) {
        List<Integer> descriptors = new ArrayList<>();
        boolean any = memory.longAt(CONTROL_LENGTH) >= CMSG_DATA && memory.intAt(CMSG + CMSG_TYPE) == SCM_RIGHTS
                && memory.intAt(CMSG + CMSG_LEVEL) == Sockets.SOL_SOCKET;
        for (long at = CMSG_DATA; any && at < memory.longAt(CMSG); at += Integer.BYTES) {
            descriptors.add(memory.intAt(CMSG + at));
        }
        return descriptors;
    }

    /** Answers {@code -EINVAL} for a path that is too long. */
    public static int bind(int fd, String path) {
        return with(fd, path, BIND);
    }

    /** Answers {@code -EINVAL} for a path that is too long. */
    public static int connect(int fd, String path) {
        return with(fd, path, CONNECT);
    }

    private static int with(int fd, String path, MethodHandle call) {
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        boolean isAbstract = path.startsWith("@");
        if (name.length == 0 || name.length + (isAbstract ? 0 : 1) > PATH_BYTES) {
            return -Errno.EINVAL;
        }
        if (isAbstract) {
            name[0] = 0;
        }
        try (Memory address = Memory.ofThisThread(PATH + PATH_BYTES)) {
            address.shortAt(0, (short) AF_UNIX);
            address.put(PATH, name);
            // an abstract name ends with the address's length, a path with its zero
            int lengthBytes = PATH + name.length + (isAbstract ? 0 : 1);
            MemorySegment capture = Libc.capture();
            try {
                return Libc.answer((int) call.invokeExact(capture, fd, address.address(), lengthBytes), capture);
            } catch (Throwable fault) {
                throw Libc.broken(fault);
            }
        }
    }
}

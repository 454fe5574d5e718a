package io.sluice.ringbuffers.syscall;

import static io.sluice.ringbuffers.syscall.Libc.INT;
import static io.sluice.ringbuffers.syscall.Libc.LONG;
import static io.sluice.ringbuffers.syscall.Libc.downcall;
import static io.sluice.ringbuffers.syscall.Libc.returning;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/**
 * Addresses of local sockets ({@code struct sockaddr_un}, unix(7)), for what the JDK's own channels cannot do:
 * datagrams and names in the abstract namespace, which begin with {@code @} here as in systemd's NOTIFY_SOCKET; any
 * thread. Descriptors come from {@link Sockets#socket} with {@link #AF_UNIX}.
 */
public final class UnixSockets {
    public static final int AF_UNIX = 1;
    /** Bytes of {@code sun_path}; a path in the file system needs one of them for its final zero. */
    public static final int PATH_BYTES = 108;

    private static final int PATH = 2;
    private static final MethodHandle BIND = downcall("bind", returning(INT, INT, LONG, INT));
    private static final MethodHandle CONNECT = downcall("connect", returning(INT, INT, LONG, INT));

    private UnixSockets() {
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

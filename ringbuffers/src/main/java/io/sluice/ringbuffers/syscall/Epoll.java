package io.sluice.ringbuffers.syscall;

import static io.sluice.ringbuffers.syscall.Libc.INT;
import static io.sluice.ringbuffers.syscall.Libc.LONG;
import static io.sluice.ringbuffers.syscall.Libc.downcall;
import static io.sluice.ringbuffers.syscall.Libc.returning;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** epoll(7): one instance, its list of ready events and its waiting; owned by one thread. */
public final class Epoll implements AutoCloseable {
    public static final int EPOLLIN = 0x1;
    public static final int EPOLLOUT = 0x4;
    public static final int EPOLLERR = 0x8;
    public static final int EPOLLHUP = 0x10;
    public static final int EPOLLRDHUP = 0x2000;
    public static final int EPOLLEXCLUSIVE = 1 << 28;
    public static final int EPOLLET = 1 << 31;

    private static final int EPOLL_CLOEXEC = 0x80000;
    private static final int EPOLL_CTL_ADD = 1;
    private static final int EPOLL_CTL_DEL = 2;
    private static final int EPOLL_CTL_MOD = 3;

    // struct epoll_event is packed on x86-64 only (linux/eventpoll.h, EPOLL_PACKED)
    private static final int DATA = System.getProperty("os.arch").equals("amd64") ? 4 : 8;
    private static final int EVENT_BYTES = DATA + 8;

    private static final MethodHandle EPOLL_CREATE1 = downcall("epoll_create1", returning(INT, INT));
    private static final MethodHandle EPOLL_CTL = downcall("epoll_ctl", returning(INT, INT, INT, INT, LONG));
    private static final MethodHandle EPOLL_PWAIT2 = downcall("epoll_pwait2",
            returning(INT, INT, LONG, INT, LONG, LONG));

    private final int fd;
    private final int capacity;
    private final Memory ready;
    private final Memory change = new Memory(16);
    private final Memory timeout = new Memory(16);

    /** @param capacity most events that one wait returns */
    public Epoll(int capacity) {
        this.capacity = capacity;
        ready = new Memory((long) capacity * EVENT_BYTES);
        fd = create();
        if (fd < 0) {
            throw new IllegalStateException("epoll_create1: " + Errno.describe(fd));
        }
    }

    private static int create() {
        MemorySegment capture = Libc.capture();
        try {
            return Libc.answer((int) EPOLL_CREATE1.invokeExact(capture, EPOLL_CLOEXEC), capture);
        } catch (Throwable fault) {
            throw Libc.broken(fault);
        }
    }

    /** Watches a descriptor; its events come back with {@code data}. */
    public int add(int watched, int events, long data) {
        return control(EPOLL_CTL_ADD, watched, events, data);
    }

    public int modify(int watched, int events, long data) {
        return control(EPOLL_CTL_MOD, watched, events, data);
    }

    public int remove(int watched) {
        return control(EPOLL_CTL_DEL, watched, 0, 0);
    }

    private int control(int operation, int watched, int events, long data) {
        change.intAt(0, events);
        change.longAt(DATA, data);
        MemorySegment capture = Libc.capture();
        try {
            return Libc.answer((int) EPOLL_CTL.invokeExact(capture, fd, operation, watched, change.address()), capture);
        } catch (Throwable fault) {
            throw Libc.broken(fault);
        }
    }

    /**
     * Waits for events.
     *
     * @param timeoutNs how long at most; 0 only looks, negative waits without end
     * @return how many events are ready, or the negated errno
     */
    public int await(long timeoutNs) {
        timeout.longAt(0, timeoutNs / 1_000_000_000);
        timeout.longAt(8, timeoutNs % 1_000_000_000);
        MemorySegment capture = Libc.capture();
        try {
            return Libc.answer((int) EPOLL_PWAIT2.invokeExact(capture, fd, ready.address(), capacity,
                    timeoutNs < 0 ? 0 : timeout.address(), 0L), capture);
        } catch (Throwable fault) {
            throw Libc.broken(fault);
        }
    }

    /** The events of the index-th ready descriptor of the last wait. */
    public int events(int index) {
        return ready.intAt((long) index * EVENT_BYTES);
    }

    /** What was given when the index-th ready descriptor was added. */
    public long data(int index) {
        return ready.longAt((long) index * EVENT_BYTES + DATA);
    }

    @Override
    public void close() {
        Files.close(fd);
        ready.close();
        change.close();
        timeout.close();
    }
}

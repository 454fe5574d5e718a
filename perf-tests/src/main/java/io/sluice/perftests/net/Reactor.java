package io.sluice.perftests.net;

import io.sluice.ringbuffers.syscall.Epoll;
import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.Files;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Readiness for many descriptors on one thread, which owns it. A descriptor is closed here so that its late events go
 * nowhere.
 */
public final class Reactor implements AutoCloseable {
    private static final int EVENTS_PER_POLL = 256;

    private final Epoll epoll = new Epoll(EVENTS_PER_POLL);
    private @Nullable Handler[] handlers = new Handler[1024];
    // A descriptor number is reused as soon as it is closed: events carry the generation they were meant for.
    private int[] generations = new int[1024];

    public void add(int fd, int events, Handler handler) {
        if (fd >= handlers.length) {
            int capacity = Math.max(fd + 1, handlers.length * 2);
            handlers = Arrays.copyOf(handlers, capacity);
            generations = Arrays.copyOf(generations, capacity);
        }
        handlers[fd] = handler;
        check(epoll.add(fd, events, data(fd)), fd);
    }

    public void modify(int fd, int events) {
        check(epoll.modify(fd, events, data(fd)), fd);
    }

    /** Closes the descriptor; epoll forgets it by itself. */
    public void closeDescriptor(int fd) {
        if (fd < handlers.length) {
            handlers[fd] = null;
            generations[fd]++;
        }
        Files.close(fd);
    }

    /** Waits for events, at most so long, and hands each to its handler. */
    public void poll(long timeoutNs) {
        int ready = epoll.await(timeoutNs);
        for (int i = 0; i < ready; i++) {
            long data = epoll.data(i);
            int fd = (int) data;
            Handler handler = handlers[fd];
            if (handler != null && generations[fd] == (int) (data >>> 32)) {
                handler.ready(epoll.events(i));
            }
        }
        if (ready < 0 && ready != -Errno.EINTR) {
            throw new IllegalStateException("epoll_pwait2: " + Errno.describe(ready));
        }
    }

    private long data(int fd) {
        return (long) generations[fd] << 32 | fd;
    }

    private static void check(int result, int fd) {
        if (result < 0) {
            throw new IllegalStateException("epoll_ctl on descriptor " + fd + ": " + Errno.describe(result));
        }
    }

    @Override
    public void close() {
        for (int fd = 0; fd < handlers.length; fd++) {
            if (handlers[fd] != null) {
                closeDescriptor(fd);
            }
        }
        epoll.close();
    }
}

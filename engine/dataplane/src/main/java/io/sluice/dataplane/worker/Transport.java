package io.sluice.dataplane.worker;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;

/** How a worker learns that its descriptors are ready: a kernel interface, probed once. */
public enum Transport {
    EPOLL("epoll"), IO_URING("io_uring");

    /** Submissions queued between two calls into the kernel; a burst of accepts fits. */
    private static final int RING_ENTRIES = 4096;

    private final String label;

    Transport(String label) {
        this.label = label;
    }

    /** The name in configuration and output. */
    public String label() {
        return label;
    }

    /** Whether this kernel and this process may use it. */
    public boolean isAvailable() {
        return this == EPOLL ? Epoll.isAvailable() : IoUring.isAvailable();
    }

    /** Why it cannot be used; meaningful where {@link #isAvailable()} is false. */
    public String unavailability() {
        Throwable cause = this == EPOLL ? Epoll.unavailabilityCause() : IoUring.unavailabilityCause();
        return cause == null ? "" : String.valueOf(cause.getMessage());
    }

    /**
     * The transport for {@code transport: auto}: epoll where it is available (docs/decisions, number 3).
     */
    public static Transport probe() {
        return EPOLL.isAvailable() ? EPOLL : IO_URING;
    }

    IoHandlerFactory newHandlerFactory() {
        return this == EPOLL
                ? EpollIoHandler.newFactory()
                : IoUringIoHandler
                        .newFactory(new IoUringIoHandlerConfig().setRingSize(RING_ENTRIES).setSingleIssuer(true));
    }
}

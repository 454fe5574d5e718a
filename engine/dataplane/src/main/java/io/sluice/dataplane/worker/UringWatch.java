package io.sluice.dataplane.worker;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.uring.IoUringIoEvent;
import io.netty.channel.uring.IoUringIoHandle;
import io.netty.channel.uring.IoUringIoOps;
import io.sluice.ringbuffers.syscall.Files;

/**
 * A descriptor polled by the worker's io_uring with one multishot IORING_OP_POLL_ADD, which posts a completion per
 * change like an edge-triggered epoll (io_uring_enter(2)); that worker's thread only.
 */
final class UringWatch implements Watch, IoUringIoHandle {
    private static final byte IORING_OP_POLL_ADD = 6;
    private static final byte IORING_OP_ASYNC_CANCEL = 14;
    private static final int IORING_POLL_ADD_MULTI = 1;
    private static final int IORING_CQE_F_MORE = 2;
    private static final int READ = Readiness.READ | Readiness.READ_HANGUP | Readiness.ERROR | Readiness.HANGUP;

    private final int fd;
    private final Worker worker;
    private final ReadinessListener target;
    private final int awaited;
    private final IoRegistration registration;
    private long polling;
    private boolean closed;

    UringWatch(Worker worker, int fd, ReadinessListener target, boolean writes) {
        this.worker = worker;
        this.fd = fd;
        this.target = target;
        awaited = writes ? READ | Readiness.WRITE | Readiness.PRIORITY : READ;
        registration = worker.register(this);
        poll();
    }

    private void poll() {
        polling = registration.submit(new IoUringIoOps(IORING_OP_POLL_ADD, (byte) 0, (short) 0, fd, 0, 0,
                IORING_POLL_ADD_MULTI, awaited, 0L, (short) 0, (short) 0, 0, 0));
    }

    @Override
    public void handle(IoRegistration source, IoEvent event) {
        IoUringIoEvent completion = (IoUringIoEvent) event;
        if (closed || completion.opcode() != IORING_OP_POLL_ADD) {
            return;
        }
        boolean ended = (completion.flags() & IORING_CQE_F_MORE) == 0;
        int result = completion.res();
        // the event object is Netty's and reused: nothing of it is read after the target has run
        worker.onReady(target,
                result >= 0 ? withoutCertainty(result) : Readiness.READ | Readiness.WRITE | Readiness.ERROR);
        if (ended && !closed) {
            poll();
        }
    }

    /**
     * A completion tells what the waker of the socket had in mind (io_poll_wake() in io_uring/poll.c), which for every
     * arrival is "data, urgent perhaps" (sock_def_readable() in net/core/sock.c).
     */
    private static int withoutCertainty(int readiness) {
        return (readiness & Readiness.PRIORITY) == 0
                ? readiness
                : (readiness ^ Readiness.PRIORITY) | Readiness.PERHAPS_PRIORITY;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        // the poll holds a reference to the socket, which the kernel really closes once the poll is cancelled
        registration.submit(new IoUringIoOps(IORING_OP_ASYNC_CANCEL, (byte) 0, (short) 0, -1, 0, polling, 0, 0, 0L,
                (short) 0, (short) 0, 0, 0));
        Files.close(fd);
        registration.cancel();
    }

    @Override
    public void closeShared() {
        close(); // the poll is cancelled in any case
    }
}

package io.sluice.dataplane.worker;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A descriptor in the worker's epoll set, edge-triggered; that worker's thread only. */
final class EpollWatch implements Watch, EpollIoHandle {
    private static final Logger LOG = LoggerFactory.getLogger(EpollWatch.class);
    private static final EpollIoOps READ = EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLRDHUP).with(EpollIoOps.EPOLLET);
    private static final EpollIoOps READ_AND_WRITE = READ.with(EpollIoOps.EPOLLOUT)
            .with(EpollIoOps.valueOf(Readiness.PRIORITY));

    private final FileDescriptor fd;
    private final Worker worker;
    private final ReadinessListener target;
    private final IoRegistration registration;

    EpollWatch(Worker worker, int fd, ReadinessListener target, boolean writes) {
        this.worker = worker;
        this.fd = new FileDescriptor(fd);
        this.target = target;
        registration = worker.register(this);
        registration.submit(writes ? READ_AND_WRITE : READ);
    }

    @Override
    public FileDescriptor fd() {
        return fd;
    }

    @Override
    public void handle(IoRegistration source, IoEvent event) {
        if (fd.isOpen()) {
            worker.onReady(target, ((EpollIoEvent) event).ops().value());
        }
    }

    @Override
    public void close() {
        // closed first: the kernel then takes it out of the epoll set by itself and Netty saves the EPOLL_CTL_DEL
        closeDescriptor();
        registration.cancel();
    }

    @Override
    public void closeShared() {
        registration.cancel();
        closeDescriptor();
    }

    private void closeDescriptor() {
        try {
            fd.close();
        } catch (IOException e) {
            LOG.warn("closing descriptor {}: {}", fd.intValue(), e.getMessage());
        }
    }
}

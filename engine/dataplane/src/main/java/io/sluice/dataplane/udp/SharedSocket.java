package io.sluice.dataplane.udp;

import io.sluice.dataplane.worker.ReadinessListener;
import io.sluice.dataplane.worker.Watch;

/**
 * An unconnected socket towards servers. It carries at most one session per server, so that the address an answer comes
 * from tells whose it is; one worker's thread.
 */
final class SharedSocket implements ReadinessListener {
    /** What it takes of the heap while it is open, with its watch and its places in tables. */
    static final int HEAP_BYTES = 384;
    final LocalAddress local;
    /** Its place among the sockets of that address. */
    final int number;
    final int fd;
    private final Sessions owner;
    private final Watch watch;
    int sessions;
    long idleSinceNs;
    private boolean closed;

    SharedSocket(Sessions owner, LocalAddress local, int number, int fd) {
        this.owner = owner;
        this.local = local;
        this.number = number;
        this.fd = fd;
        watch = owner.worker.watch(fd, this, false);
    }

    @Override
    public void onReady(int readiness) {
        assert owner.worker.isOwner();
        if (!closed) {
            owner.answers.receive(this, readiness);
        }
    }

    @Override
    public void onFault() {
        if (!closed) {
            owner.worker.deferToTick(this); // nobody tells again of what has come already
        }
    }

    void close() {
        closed = true;
        watch.close();
    }
}

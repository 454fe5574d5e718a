package io.sluice.engine.relay;

import io.sluice.engine.worker.Readiness;
import io.sluice.engine.worker.Watch;
import io.sluice.engine.worker.Watched;
import io.sluice.engine.worker.Worker;
import io.sluice.ringbuffers.syscall.Files;
import io.sluice.ringbuffers.syscall.Sockets;
import org.jspecify.annotations.Nullable;

/** One socket of a connection, the client's or the server's, and what is known of its readiness; one worker's thread. */
final class Endpoint implements Watched {
    final Connection connection;
    int fd = -1;
    /** Whether a read may bring something; cleared by EAGAIN and by a short read. */
    boolean readable;
    /** Whether a write may be taken; cleared by a short write. */
    boolean writable;
    /** The peer has announced its end: a short read no longer means that nothing is left. */
    boolean peerFinished;
    private @Nullable Watch watch;

    Endpoint(Connection connection) {
        this.connection = connection;
    }

    boolean isOpen() {
        return fd >= 0;
    }

    void watch(Worker worker) {
        watch = worker.watch(fd, this, true);
    }

    boolean isWatched() {
        return watch != null;
    }

    @Override
    public void onReady(int readiness) {
        if (fd < 0) {
            return;
        }
        if ((readiness & (Readiness.READ_HANGUP | Readiness.HANGUP | Readiness.ERROR)) != 0) {
            peerFinished = true;
            readable = true;
            writable = true;
        }
        if ((readiness & Readiness.READ) != 0) {
            readable = true;
        }
        if ((readiness & Readiness.WRITE) != 0) {
            writable = true;
        }
        connection.onReady(this);
    }

    /** Closes in order (FIN), or at once with a RST that tells the peer that something was lost. */
    void close(boolean reset) {
        if (fd < 0) {
            return;
        }
        if (reset) {
            Sockets.resetOnClose(fd);
        }
        if (watch != null) {
            watch.close();
            watch = null;
        } else {
            Files.close(fd);
        }
        fd = -1;
        readable = false;
        writable = false;
        peerFinished = false;
    }
}

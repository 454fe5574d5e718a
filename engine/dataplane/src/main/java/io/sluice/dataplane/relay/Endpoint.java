package io.sluice.dataplane.relay;

import io.sluice.dataplane.worker.Readiness;
import io.sluice.dataplane.worker.ReadinessListener;
import io.sluice.dataplane.worker.Watch;
import io.sluice.dataplane.worker.Worker;
import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.Files;
import io.sluice.ringbuffers.syscall.Memory;
import io.sluice.ringbuffers.syscall.Sockets;
import io.sluice.ringbuffers.syscall.TcpInfo;
import org.jspecify.annotations.Nullable;

/**
 * One socket of a connection, the client's or the server's, and what is known of its readiness; one worker's thread.
 */
final class Endpoint implements ReadinessListener {
    private static final int SEND_FLAGS = Sockets.MSG_NOSIGNAL | Sockets.MSG_DONTWAIT;

    final Connection connection;
    int fd = -1;
    /** Whether a read may bring something; cleared by EAGAIN and by a short read. */
    boolean readable;
    /** Whether a write may be taken; cleared by a short write. */
    boolean writable;
    /** The peer has announced its end: a short read no longer means that nothing is left. */
    boolean peerFinished;
    /** Urgent data stand in the stream: a read ends in front of them, so it may be short with more behind. */
    boolean urgent;
    private boolean perhapsUrgent;
    /** The socket has told of an error; whether a call has had that for an answer already, nobody knows. */
    private boolean troubled;
    private @Nullable Watch watch;
    private @Nullable TlsLayer tls;

    Endpoint(Connection connection) {
        this.connection = connection;
    }

    boolean isOpen() {
        return fd >= 0;
    }

    /** Has its readiness told from now on, if it is not told already. */
    void watch(Worker worker) {
        if (watch == null) {
            watch = worker.watch(fd, this, true);
        }
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
            troubled |= (readiness & Readiness.ERROR) != 0;
        }
        if ((readiness & Readiness.READ) != 0) {
            readable = true;
        }
        if ((readiness & Readiness.WRITE) != 0) {
            writable = true;
        }
        if ((readiness & Readiness.PRIORITY) != 0) {
            urgent = true;
        }
        if ((readiness & Readiness.PERHAPS_PRIORITY) != 0) {
            perhapsUrgent = true;
        }
        connection.onReady(this);
    }

    /** Where nobody can tell whether urgent data stand in the stream: true if that is to be tried, once each time. */
    boolean suspectUrgency() {
        if (!perhapsUrgent || fd < 0) {
            return false;
        }
        perhapsUrgent = false;
        urgent = true;
        readable = true;
        return true;
    }

    @Override
    public void onFault() {
        connection.onFault();
    }

    // ---- its bytes, plain whatever the socket carries ----

    /** From now on its bytes are encrypted. */
    void encrypt(TlsLayer layer) {
        tls = layer;
    }

    boolean isEncrypted() {
        return tls != null;
    }

    /** Goes on with the TLS handshake: 0 when it is done, {@code -EAGAIN}, or why it failed. */
    int handshake() {
        return tls == null ? 0 : tls.handshake(fd);
    }

    /** Whether the peer has reset the connection, whatever of it is still to be read. */
    boolean isReset() {
        return troubled && fd >= 0 && TcpInfo.state(fd) == TcpInfo.TCP_CLOSE;
    }

    /** Receives into the worker's shared buffer: as recv(2). */
    int receive(CopyBuffers buffers) {
        if (tls != null) {
            return tls.receive(fd, buffers.sharedBytes);
        }
        int capacity = (int) buffers.shared.lengthBytes();
        int received = Sockets.recv(fd, buffers.shared.address(), capacity, Sockets.MSG_DONTWAIT);
        if (received == -Errno.EAGAIN) {
            urgent = false;
        } else if (received > 0 && received < capacity && !peerFinished && !urgent) {
            readable = false; // epoll(7): with EPOLLET a short read means that the socket is empty
        }
        return received;
    }

    /**
     * What there is to read, without reading it: at least 1; {@code -EAGAIN}, nothing yet; 0, the peer has finished; or
     * why nothing can be read any more, most likely {@code -ECONNRESET}.
     */
    int peek(CopyBuffers buffers) {
        return Sockets.recv(fd, buffers.shared.address(), 1, Sockets.MSG_PEEK | Sockets.MSG_DONTWAIT);
    }

    /** Sends: as send(2). */
    int send(Memory from, int offset, int lengthBytes) {
        if (tls == null) {
            return Sockets.send(fd, from.address() + offset, lengthBytes, SEND_FLAGS);
        }
        return tls.send(fd, from.buffer().position(offset).limit(offset + lengthBytes));
    }

    /** Sends what TLS still holds back: 0 when nothing, {@code -EAGAIN}, or why it cannot be sent. */
    int flush() {
        return tls == null ? 0 : tls.flush(fd);
    }

    /** Says in TLS that nothing more comes: false while there is no room for that. */
    boolean sayGoodbye() {
        return tls == null || tls.finish(fd) != -Errno.EAGAIN; // a peer that is gone does not miss it
    }

    /** Whether its bytes have ended by a FIN without the goodbye that TLS demands: who did that, nobody knows. */
    boolean isCutOff() {
        return tls != null && tls.isCutOff();
    }

    /** Nothing more is said: what TLS holds is given back. */
    void forgetEncryption() {
        if (tls != null) {
            tls.release();
            tls = null;
        }
    }

    /** Closes in order (FIN), or at once with a RST that tells the peer that something was lost. */
    void close(boolean reset) {
        if (fd < 0) {
            return;
        }
        int closing = fd;
        Watch watching = watch;
        TlsLayer layer = tls;
        fd = -1; // at once: a descriptor is closed once, whatever throws below
        watch = null;
        tls = null;
        readable = false;
        writable = false;
        peerFinished = false;
        urgent = false;
        troubled = false;
        if (reset) {
            Sockets.resetOnClose(closing);
        }
        try {
            if (layer != null) {
                layer.release();
            }
        } finally {
            if (watching != null) {
                watching.close();
            } else {
                Files.close(closing);
            }
        }
    }
}

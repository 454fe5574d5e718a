package io.sluice.dataplane.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.Files;
import io.sluice.ringbuffers.syscall.Ioctl;
import io.sluice.ringbuffers.syscall.Memory;
import io.sluice.ringbuffers.syscall.SocketAddress;
import io.sluice.ringbuffers.syscall.Sockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/** One end of a connection below Java's sockets, for ends that those do not know; blocking. */
final class RawPeer implements AutoCloseable {
    private final int fd;
    private boolean closed;

    private RawPeer(int fd) {
        this.fd = fd;
    }

    /** A connection to there. */
    static RawPeer connect(InetSocketAddress to) throws IOException {
        try (var address = new SocketAddress()) {
            int fd = Errno.check(Sockets.socket(SocketAddress.AF_INET, Sockets.SOCK_STREAM | Sockets.SOCK_CLOEXEC, 0),
                    "socket");
            Errno.check(Sockets.connect(fd, address.set(to)), "connect");
            return new RawPeer(fd);
        }
    }

    /** Something that listens on loopback. */
    static RawPeer listen() throws IOException {
        try (var address = new SocketAddress()) {
            int fd = Errno.check(Sockets.socket(SocketAddress.AF_INET, Sockets.SOCK_STREAM | Sockets.SOCK_CLOEXEC, 0),
                    "socket");
            Errno.check(Sockets.bind(fd, address.set(new InetSocketAddress("127.0.0.1", 0))), "bind");
            Errno.check(Sockets.listen(fd, 64), "listen");
            return new RawPeer(fd);
        }
    }

    InetSocketAddress address() throws IOException {
        try (var address = new SocketAddress()) {
            Errno.check(Sockets.getsockname(fd, address), "getsockname");
            return address.toInetSocketAddress();
        }
    }

    RawPeer accept() throws IOException {
        try (var address = new SocketAddress()) {
            return new RawPeer(Errno.check(Sockets.accept4(fd, address, Sockets.SOCK_CLOEXEC), "accept"));
        }
    }

    /** At most so much of what it has not read fits into its kernel; before it is connected, or listens. */
    RawPeer receiveBuffer(int bytes) {
        Sockets.setsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_RCVBUF, bytes);
        return this;
    }

    /** Sends so many bytes, which say their places, and waits until the other kernel has them all. */
    void sendUntilAcknowledged(int count) {
        try (var memory = new Memory(count)) {
            for (int i = 0; i < count; i++) {
                memory.byteAt(i, valueAt(i));
            }
            for (int sent = 0; sent < count;) {
                sent += Math.toIntExact(positive(Sockets.send(fd, memory.address() + sent, count - sent, 0)));
            }
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> Ioctl.unsentBytes(fd) == 0);
    }

    void send(byte[] bytes) {
        try (var memory = new Memory(bytes.length)) {
            memory.put(0, bytes);
            assertThat(Sockets.send(fd, memory.address(), bytes.length, 0)).isEqualTo(bytes.length);
        }
    }

    private static int positive(int result) {
        assertThat(result).as(() -> Errno.describe(result)).isPositive();
        return result;
    }

    private static byte valueAt(int place) {
        return (byte) (place * 31 + place / 251);
    }

    /** Reads so many of those. */
    void receive(int count) {
        try (var memory = new Memory(64 << 10)) {
            for (int at = 0; at < count;) {
                int got = positive(Sockets.recv(fd, memory.address(), Math.min(memory.lengthBytes(), count - at), 0));
                for (int i = 0; i < got; i++) {
                    assertThat(memory.byteAt(i)).isEqualTo(valueAt(at + i));
                }
                at += got;
            }
        }
    }

    /** What recv(2) says once nothing is left: 0 for a FIN, a negated errno for a reset. */
    int end() {
        try (var memory = new Memory(64 << 10)) {
            int got = Sockets.recv(fd, memory.address(), memory.lengthBytes(), 0);
            assertThat(got).as("bytes before the end").isLessThanOrEqualTo(0);
            return got;
        }
    }

    void shutdownOutput() {
        Sockets.shutdown(fd, Sockets.SHUT_WR);
    }

    /** Ends by a reset. */
    void reset() {
        Sockets.resetOnClose(fd);
        close();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Files.close(fd);
        }
    }
}

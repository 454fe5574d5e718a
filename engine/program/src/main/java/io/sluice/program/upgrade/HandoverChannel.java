package io.sluice.program.upgrade;

import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.Files;
import io.sluice.ringbuffers.syscall.Poll;
import io.sluice.ringbuffers.syscall.Sockets;
import io.sluice.ringbuffers.syscall.UnixSockets;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * What the former and the next process say to each other: short texts with boundaries, and descriptors, over a local
 * socket (SOCK_SEQPACKET). It stays open as long as both live: its end tells each that the other has ended. One thread
 * at a time.
 */
final class HandoverChannel implements AutoCloseable {
    /** The environment variable in which the next process finds where to connect. */
    static final String VARIABLE = "SLUICE_HANDOVER";
    private static final int MAX_BYTES = 64 * 1024;
    private static final int POLL_MS = 1000;

    private final int fd;

    HandoverChannel(int fd) {
        this.fd = fd;
    }

    /** What was said. */
    record Message(String word, String text, List<Integer> descriptors) {
    }

    static HandoverChannel connect(String path) throws IOException {
        int fd = Errno.check(
                Sockets.socket(UnixSockets.AF_UNIX, UnixSockets.SOCK_SEQPACKET | Sockets.SOCK_CLOEXEC, 0), "socket");
        int result = UnixSockets.connect(fd, path);
        if (result < 0) {
            Files.close(fd);
            throw new IOException("cannot connect to " + path + ": " + Errno.describe(result));
        }
        return new HandoverChannel(fd);
    }

    void send(String word) throws IOException {
        send(word, "", List.of());
    }

    /** @throws IOException when the other process has ended */
    void send(String word, String text, List<Integer> descriptors) throws IOException {
        byte[] bytes = (word + "\n" + text).getBytes(StandardCharsets.UTF_8);
        byte[] bounded = bytes.length <= MAX_BYTES ? bytes : java.util.Arrays.copyOf(bytes, MAX_BYTES);
        Errno.check(UnixSockets.send(fd, bounded, descriptors), "sendmsg");
    }

    /**
     * The next message.
     *
     * @throws EOFException when the other process has ended
     * @throws IOException when nothing comes in time
     */
    Message receive(Duration patience) throws IOException {
        if (!await(patience)) {
            throw new IOException("no answer within " + patience.toSeconds() + " s");
        }
        UnixSockets.Received received = UnixSockets.receive(fd, MAX_BYTES);
        if (received.result() == -Errno.ECONNRESET) {
            // it ended without reading all; what it said stands behind that
            received = UnixSockets.receive(fd, MAX_BYTES);
        }
        if (received.result() == 0 || received.result() == -Errno.ECONNRESET) {
            throw new EOFException("the other process has ended");
        }
        Errno.check(received.result(), "recvmsg");
        String all = new String(received.bytes(), StandardCharsets.UTF_8);
        int end = all.indexOf('\n');
        return new Message(end < 0 ? all : all.substring(0, end), end < 0 ? "" : all.substring(end + 1),
                received.descriptors());
    }

    /** Whether the other process has ended. */
    boolean isOver() {
        try (Poll poll = new Poll(1)) {
            poll.watch(0, fd, 0); // POLLHUP and POLLERR are told unasked
            return poll.poll(1, 0) > 0 && (poll.happened(0) & (Poll.POLLHUP | Poll.POLLERR)) != 0;
        }
    }

    private boolean await(Duration patience) throws IOException {
        return await(fd, patience);
    }

    /** Whether there is something to read, or to accept, in time. */
    static boolean await(int descriptor, Duration patience) throws IOException {
        long deadlineNs = System.nanoTime() + patience.toNanos();
        try (Poll poll = new Poll(1)) {
            do {
                long leftMs = Math.max(0, (deadlineNs - System.nanoTime()) / 1_000_000);
                poll.watch(0, descriptor, Poll.POLLIN);
                int ready = poll.poll(1, (int) Math.min(POLL_MS, leftMs));
                if (ready > 0) {
                    return true;
                }
                if (ready < 0 && ready != -Errno.EINTR) {
                    Errno.check(ready, "poll");
                }
            } while (System.nanoTime() - deadlineNs < 0);
            return false;
        }
    }

    @Override
    public void close() {
        Files.close(fd);
    }
}

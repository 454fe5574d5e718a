package io.sluice.control.health;

import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.Files;
import io.sluice.ringbuffers.syscall.SocketAddress;
import io.sluice.ringbuffers.syscall.Sockets;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What a UDP service's check asks, and, from when clients' datagrams were refused, whether their port is open: a check
 * of something else (a ping, a page) passes while nobody listens there. The port is sent an empty datagram; it is
 * closed where an ICMP error comes back, or clients meet one in the same time, and open where nothing does. As errors
 * are told of about once a second (icmp_ratelimit), it is asked until it was open {@code rise} times in a row. Checks
 * run on the health checks' threads, one at a time; refusals are told by any worker's thread.
 */
final class RefusedPort implements Probe {
    private static final int LOOKS_EACH_MS = 10;

    private final Probe asked;
    private final Endpoint port;
    private final @Nullable Ip source;
    private final int rise;
    private final AtomicInteger refusals = new AtomicInteger();
    private volatile boolean suspected;
    /** In a row; one run at a time. */
    private int open;

    /** @param source local address to ask the port from; null: the kernel's choice */
    RefusedPort(Probe asked, Endpoint port, @Nullable Ip source, int rise) {
        this.asked = asked;
        this.port = port;
        this.source = source;
        this.rise = rise;
    }

    @Override
    public String subject() {
        return asked.subject();
    }

    @Override
    public void onRefusal() {
        refusals.incrementAndGet();
        suspected = true;
    }

    @Override
    public boolean isUrgent() {
        return suspected;
    }

    @Override
    public Outcome run(Attempt attempt) throws IOException, InterruptedException {
        boolean asksPort = suspected;
        int before = refusals.get();
        Outcome outcome = asked.run(attempt);
        if (!asksPort || outcome.kind() != Outcome.Kind.PASSED) {
            return outcome;
        }
        if (isClosed(attempt) || refusals.get() != before) {
            open = 0;
            return Outcome.failed(outcome.detail() + ", but UDP port " + port.port()
                    + " refuses what clients send: port unreachable (ICMP)");
        }
        if (++open >= rise) {
            open = 0;
            suspected = false;
        }
        return new Outcome(outcome.kind(),
                outcome.detail() + ", and UDP port " + port.port() + " does not refuse any more", outcome.said());
    }

    /** System calls, as java.net sends no empty datagram from a connected socket; and no other hears of the error. */
    private boolean isClosed(Attempt attempt) throws IOException, InterruptedException {
        boolean inet = port.address().isV4();
        int fd = Errno.check(Sockets.socket(inet ? SocketAddress.AF_INET : SocketAddress.AF_INET6,
                Sockets.SOCK_DGRAM | Sockets.SOCK_NONBLOCK | Sockets.SOCK_CLOEXEC, 0), "socket");
        try (SocketAddress address = new SocketAddress()) {
            if (source != null) {
                Errno.check(Sockets.bind(fd, address.set(new Endpoint(source, 0))), "bind to " + source);
            }
            Errno.check(Sockets.connect(fd, address.set(port)), "connect to " + port);
            Errno.check(Sockets.getsockname(fd, address), "getsockname");
            if (address.endpoint().equals(port)) {
                return true; // nobody has that port, and the kernel chose it as ours
            }
            int error = Math.max(0, -Sockets.send(fd, address.address(), 0, Sockets.MSG_DONTWAIT));
            while (error == 0 && attempt.deadlineNs() - System.nanoTime() > 0) {
                Thread.sleep(LOOKS_EACH_MS);
                error = Sockets.getsockopt(fd, Sockets.SOL_SOCKET, Sockets.SO_ERROR);
            }
            if (error != Errno.ECONNREFUSED) {
                Errno.check(-error, "UDP port " + port.port());
            }
            return error == Errno.ECONNREFUSED;
        } finally {
            Files.close(fd);
        }
    }
}

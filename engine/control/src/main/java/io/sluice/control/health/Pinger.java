package io.sluice.control.health;

import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.Files;
import io.sluice.ringbuffers.syscall.Icmp;
import io.sluice.ringbuffers.syscall.Memory;
import io.sluice.ringbuffers.syscall.Pipes;
import io.sluice.ringbuffers.syscall.Poll;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends all echo requests and waits for all replies. One platform thread, {@code health-ping}, owns every socket: a
 * virtual thread blocked in poll(2) would hold a carrier. It starts with the first ping.
 */
final class Pinger implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Pinger.class);
    private static final int IDLE_POLL_MS = 60_000;

    private final Queue<Ping> asked = new ConcurrentLinkedQueue<>();
    private final List<Ping> waiting = new ArrayList<>();
    private @Nullable Thread thread;
    private volatile boolean closed;
    /** The write end of the pipe that wakes the thread; -1 while there is none. */
    private volatile int wakeFd = -1;
    private final Object wakeLock = new Object();

    /** A request on its way through the thread. */
    private static final class Ping {
        final Ip to;
        final @Nullable Ip source;
        final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        Icmp.@Nullable Echo echo;

        Ping(Ip to, @Nullable Ip source) {
            this.to = to;
            this.source = source;
        }
    }

    /** Asks once and waits; from any thread but the pinger's own. */
    Outcome ping(Ip to, @Nullable Ip source, Attempt attempt)
            throws IOException, InterruptedException {
        var ping = new Ping(to, source);
        start();
        attempt.atDeadline(() -> {
            ping.outcome.complete(attempt.timedOut());
            wake();
        });
        asked.add(ping);
        wake();
        if (closed) {
            ping.outcome.complete(Outcome.unable("health checks are being closed"));
        }
        try {
            return ping.outcome.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IllegalStateException(failed.getCause());
        }
    }

    private synchronized void start() throws IOException {
        if (thread != null || closed) {
            return;
        }
        int readEnd;
        try (Memory ends = new Memory(8)) {
            Errno.check(Pipes.pipe2(ends.address(), Pipes.O_NONBLOCK | Pipes.O_CLOEXEC), "pipe to wake the pinger");
            readEnd = ends.intAt(0);
            wakeFd = ends.intAt(4);
        }
        thread = Thread.ofPlatform().name("health-ping").daemon().start(() -> run(readEnd));
    }

    /** A full pipe wakes as well as a fuller one. */
    private void wake() {
        synchronized (wakeLock) { // the descriptor must not be closed, and reused, in between
            if (wakeFd >= 0) {
                try (Memory one = new Memory(1)) {
                    Files.write(wakeFd, one.address(), 1);
                }
            }
        }
    }

    private void run(int wakeReadFd) {
        try (Icmp icmp = new Icmp(); Poll poll = new Poll(64); Memory drained = new Memory(4096)) {
            while (!closed) {
                for (Ping ping = asked.poll(); ping != null; ping = asked.poll()) {
                    send(icmp, ping);
                }
                poll.watch(0, wakeReadFd, Poll.POLLIN);
                for (int i = 0; i < waiting.size(); i++) {
                    poll.watch(i + 1, echoOf(waiting.get(i)).fd(), Poll.POLLIN);
                }
                int happened = poll.poll(waiting.size() + 1, IDLE_POLL_MS);
                if (happened < 0 && happened != -Errno.EINTR) {
                    throw new IllegalStateException("poll: " + Errno.describe(happened));
                }
                if (poll.happened(0) != 0) {
                    Files.read(wakeReadFd, drained.address(), drained.lengthBytes());
                }
                for (int i = 0; i < waiting.size(); i++) {
                    if (poll.happened(i + 1) != 0) {
                        receive(icmp, waiting.get(i));
                    }
                }
                waiting.removeIf(Pinger::finished);
            }
        } catch (RuntimeException | Error broken) {
            LOG.error("the pinger broke; the next ping starts it anew", broken);
        } finally {
            end(wakeReadFd);
        }
    }

    private void send(Icmp icmp, Ping ping) {
        if (ping.outcome.isDone()) {
            return;
        }
        try {
            Icmp.Echo echo = icmp.open(ping.to, ping.source);
            ping.echo = echo;
            waiting.add(ping);
            int sent = icmp.send(echo);
            if (sent < 0) {
                ping.outcome.complete(failed(sent));
            }
        } catch (Icmp.NotPermitted notPermitted) {
            ping.outcome.complete(Outcome.unable(String.valueOf(notPermitted.getMessage())));
        } catch (IOException failure) {
            ping.outcome.completeExceptionally(failure);
        }
    }

    private static void receive(Icmp icmp, Ping ping) {
        int result = icmp.receive(echoOf(ping));
        if (result == 1) {
            ping.outcome.complete(Outcome.passed("reply"));
        } else if (result != -Errno.EAGAIN) {
            ping.outcome.complete(failed(result));
        }
    }

    private static Outcome failed(int result) {
        return result == -Errno.ENOBUFS || result == -Errno.ENOMEM
                ? Outcome.unable("this host has no more resources: " + Errno.describe(result))
                : Outcome.failed(Errno.describe(result));
    }

    /** Closes the socket of what is answered or given up. */
    private static boolean finished(Ping ping) {
        if (ping.outcome.isDone()) {
            Files.close(echoOf(ping).fd());
            return true;
        }
        return false;
    }

    private static Icmp.Echo echoOf(Ping ping) {
        Icmp.Echo echo = ping.echo;
        if (echo == null) {
            throw new IllegalStateException("a waiting ping has a socket");
        }
        return echo;
    }

    private void end(int wakeReadFd) {
        synchronized (this) {
            thread = null;
        }
        synchronized (wakeLock) {
            Files.close(wakeFd);
            wakeFd = -1;
        }
        Files.close(wakeReadFd);
        Outcome over = Outcome.unable(closed ? "health checks are being closed" : "the pinger broke, see the log");
        for (Ping ping : waiting) {
            ping.outcome.complete(over);
            Files.close(echoOf(ping).fd());
        }
        waiting.clear();
        for (Ping ping = asked.poll(); ping != null; ping = asked.poll()) {
            ping.outcome.complete(over);
        }
    }

    @Override
    public void close() {
        closed = true;
        wake();
    }
}

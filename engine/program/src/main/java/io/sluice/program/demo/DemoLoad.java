package io.sluice.program.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** Clients of the demo: each connects, makes some requests, closes and begins again; a virtual thread per client. */
public final class DemoLoad {
    static final int REQUEST_BYTES = 64;
    static final int CLIENTS = 24;
    private static final int REQUESTS_PER_CONNECTION = 50;
    private static final int TIMEOUT_MS = 5_000;
    /** Latencies by powers of two in sixteen steps each: below 5 % error, and no allocation per request. */
    private static final int STEPS = 16;

    private final int port;
    private final AtomicLongArray latencies = new AtomicLongArray(64 * STEPS);
    private final LongAdder requests = new LongAdder();
    private final LongAdder connections = new LongAdder();
    /** When the requests that failed were begun. */
    private final Queue<Long> failures = new ConcurrentLinkedQueue<>();
    private final Thread[] clients = new Thread[CLIENTS];
    private volatile boolean running = true;

    public DemoLoad(int port) {
        this.port = port;
        Arrays.setAll(clients, i -> Thread.ofVirtual().unstarted(this::drive));
    }

    public void start() {
        Arrays.stream(clients).forEach(Thread::start);
    }

    public void stop() throws InterruptedException {
        running = false;
        for (Thread client : clients) {
            client.join();
        }
    }

    public long requests() {
        return requests.sum();
    }

    long connections() {
        return connections.sum();
    }

    /** Connections that failed or were cut. */
    int failures() {
        return failures.size();
    }

    /** The same, of those only that were begun after this time: a client may learn late of what happened long ago. */
    int failuresSince(long ns) {
        return (int) failures.stream().filter(begun -> begun - ns > 0).count();
    }

    private void drive() {
        byte[] request = new byte[REQUEST_BYTES];
        while (running) {
            long begun = System.nanoTime();
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(TIMEOUT_MS);
                connections.increment();
                for (int i = 0; i < REQUESTS_PER_CONNECTION && running; i++) {
                    begun = System.nanoTime();
                    socket.getOutputStream().write(request);
                    if (socket.getInputStream().readNBytes(request, 0, REQUEST_BYTES) < REQUEST_BYTES) {
                        throw new IOException("cut short");
                    }
                    record(System.nanoTime() - begun);
                }
            } catch (IOException cut) {
                failures.add(begun);
            }
        }
    }

    private void record(long ns) {
        requests.increment();
        int exponent = 63 - Long.numberOfLeadingZeros(Math.max(ns, STEPS));
        int step = (int) (ns >>> (exponent - 4)) & (STEPS - 1);
        latencies.incrementAndGet(exponent * STEPS + step);
    }

    /** The latency that this share of all requests stayed within, in microseconds. */
    double percentileMicros(double share) {
        long total = 0;
        for (int i = 0; i < latencies.length(); i++) {
            total += latencies.get(i);
        }
        long rank = (long) Math.ceil(total * share);
        for (int i = 0; i < latencies.length(); i++) {
            rank -= latencies.get(i);
            if (rank <= 0) {
                return Math.scalb(1.0 + (i % STEPS + 1.0) / STEPS, i / STEPS) / 1000;
            }
        }
        return 0;
    }
}

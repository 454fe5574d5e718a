package io.sluice.testbed;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients that connect without a pause, each waiting for one answer. */
public final class Crowd implements AutoCloseable {
    private static final int CLIENTS = 4;
    /** Each address has ports for half a minute of this. */
    private static final int SOURCES = 100;

    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final AtomicInteger served = new AtomicInteger();
    private final List<Thread> clients = new ArrayList<>();
    private volatile boolean over;

    public Crowd(int port) {
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(Thread.ofPlatform().start(() -> {
                while (!over) {
                    try {
                        LineClient.ask("127.0.1." + (1 + served.get() % SOURCES), port);
                        served.incrementAndGet();
                    } catch (IOException e) {
                        failures.add(e.toString());
                    }
                }
            }));
        }
    }

    /** Waits until so many more were served, or one was not. */
    public void awaitMore(int count) {
        int seen = served.get();
        await().atMost(Duration.ofSeconds(120)).until(() -> served.get() > seen + count || !failures.isEmpty());
    }

    public List<String> failures() {
        return failures;
    }

    @Override
    public void close() {
        over = true;
        clients.forEach(Threads::join);
    }
}

package io.sluice.dataplane.worker;

import static org.awaitility.Awaitility.await;

import io.sluice.dataplane.service.FaultKind;
import io.sluice.dataplane.service.Kick;
import io.sluice.dataplane.service.PublishedRoutes;
import io.sluice.dataplane.service.Routes;
import io.sluice.dataplane.service.WorkerColumn;
import io.sluice.ringbuffers.counters.CounterRow;
import io.sluice.ringbuffers.counters.CountersFile;
import io.sluice.ringbuffers.counters.Kind;
import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.Files;
import io.sluice.ringbuffers.syscall.Memory;
import io.sluice.ringbuffers.syscall.Pipes;
import io.sluice.testbed.TemporaryDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A real worker that drives nothing but what a test gives it: descriptors that become ready, things that throw. */
final class WorkerHarness implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    final Worker worker;
    final Sabotaged path = new Sabotaged();
    /** Beside it, to see that it is told as if nothing had happened. */
    final Sabotaged healthy = new Sabotaged();
    final List<Throwable> lastResort = new CopyOnWriteArrayList<>();
    private final TemporaryDirectory directory = new TemporaryDirectory("worker");
    private final CountersFile counters;
    private final CounterRow row;
    private final PublishedRoutes published = new PublishedRoutes();

    WorkerHarness(Transport transport) throws IOException {
        counters = CountersFile.create(directory.path().resolve("counters"), 16);
        row = counters.allocate(Kind.WORKER, 0, "");
        worker = new Worker(0, transport, published, -1, 0, new Faults(0, row, (index, why) -> lastResort.add(why)));
        worker.add(path);
        worker.add(healthy);
        worker.start();
        await().atMost(PATIENCE).until(() -> healthy.ticks.get() > 0);
    }

    long faults(FaultKind kind) {
        return row.get(WorkerColumn.FAULTS + kind.ordinal());
    }

    long allFaults() {
        long sum = 0;
        for (FaultKind kind : FaultKind.values()) {
            sum += faults(kind);
        }
        return sum;
    }

    void publish(long version) {
        published.publish(new Routes(version, List.of()));
        worker.wakeUp();
    }

    /** Runs on the worker's thread and waits. */
    void run(Runnable body) throws Exception {
        var done = new CompletableFuture<Void>();
        worker.execute(() -> {
            try {
                body.run();
                done.complete(null);
            } catch (Throwable failure) {
                done.completeExceptionally(failure);
                throw failure;
            }
        });
        done.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    Bell bell() throws Exception {
        var bell = new Bell();
        run(() -> bell.watch = worker.watch(bell.readEnd, bell, false));
        return bell;
    }

    @Override
    public void close() {
        worker.stop(5_000);
        counters.close();
        directory.close();
    }

    /** A pipe whose read end the worker watches: counts each ring, or throws what it is told to. */
    final class Bell implements ReadinessListener {
        final AtomicInteger heard = new AtomicInteger();
        final AtomicInteger faulted = new AtomicInteger();
        final AtomicReference<@Nullable Throwable> next = new AtomicReference<>();
        /** Whether it wants to be called again in the same cycle, or at the next tick, before it counts. */
        volatile @Nullable Runnable putOff;
        final int readEnd;
        private final int writeEnd;
        private final Memory memory = new Memory(8);
        @Nullable
        Watch watch;

        Bell() {
            try {
                Errno.check(Pipes.pipe2(memory.address(), Pipes.O_NONBLOCK | Pipes.O_CLOEXEC), "pipe2");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            readEnd = memory.intAt(0);
            writeEnd = memory.intAt(4);
        }

        void ring() {
            Files.write(writeEnd, memory.address(), 1);
        }

        @Override
        public void onReady(int readiness) {
            Files.read(readEnd, memory.address(), 8);
            Runnable later = putOff;
            if (later != null) {
                putOff = null;
                later.run();
                return;
            }
            throwNext(next);
            heard.incrementAndGet();
        }

        @Override
        public void onFault() {
            faulted.incrementAndGet();
        }
    }

    /** A data path that throws what it is told to. */
    static final class Sabotaged implements DataPath {
        final AtomicInteger ticks = new AtomicInteger();
        final AtomicInteger routes = new AtomicInteger();
        final AtomicInteger kicks = new AtomicInteger();
        final AtomicReference<@Nullable Throwable> nextTick = new AtomicReference<>();
        final AtomicReference<@Nullable Throwable> nextRoutes = new AtomicReference<>();
        final AtomicReference<@Nullable Throwable> nextKick = new AtomicReference<>();

        @Override
        public void onRoutes(Routes newest) {
            throwNext(nextRoutes);
            routes.incrementAndGet();
        }

        @Override
        public void onTick() {
            throwNext(nextTick);
            ticks.incrementAndGet();
        }

        @Override
        public void onKick(Kick kick) {
            throwNext(nextKick);
            kicks.incrementAndGet();
        }

        @Override
        public int open() {
            return 0;
        }

        @Override
        public void onStop() {
            // has nothing
        }
    }

    private static void throwNext(AtomicReference<@Nullable Throwable> next) {
        switch (next.getAndSet(null)) {
            case null -> {
                // all is well
            }
            case RuntimeException exception -> throw exception;
            case Error error -> throw error;
            case Throwable checked -> throw new AssertionError(checked);
        }
    }
}

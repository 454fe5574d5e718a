package io.sluice.program.admin.http;

import io.sluice.program.admin.http.LoginDelay.Standing;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A password costs a good part of a second of a core: one is checked at a time, on a thread of its own, as virtual
 * threads share as many as there are cores. Who is known comes first; of those who wait, the least trusted give way.
 * Any thread asks.
 */
final class PasswordChecks implements AutoCloseable {
    /** Some three seconds of work. */
    private static final int MOST_WAITING = 8;

    private final PriorityQueue<Check> waiting = new PriorityQueue<>(
            Comparator.comparing(Check::standing).thenComparingLong(Check::number));
    private long number;
    private boolean closed;

    private record Check(Standing standing, long number, FutureTask<Optional<Account>> task) {
    }

    PasswordChecks() {
        Thread.ofPlatform().name("admin-passwords").daemon().start(this::work);
    }

    /**
     * Waits for its turn and its result.
     *
     * @throws ApiError when too many wait who are trusted more, or as much and for longer
     */
    Optional<Account> check(Standing standing, Supplier<Optional<Account>> check) {
        FutureTask<Optional<Account>> task = new FutureTask<>(check::get);
        add(standing, task);
        try {
            return task.get();
        } catch (CancellationException gaveWay) {
            throw ApiError.busy("too many log in");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiError.busy("the daemon is stopping");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private synchronized void add(Standing standing, FutureTask<Optional<Account>> task) {
        waiting.add(new Check(standing, number++, task));
        if (closed || waiting.size() > MOST_WAITING) {
            Check last = waiting.stream().max(waiting.comparator()).orElseThrow();
            waiting.remove(last);
            last.task().cancel(false);
        }
        notifyAll();
    }

    private void work() {
        for (Check next = next(); next != null; next = next()) {
            next.task().run();
        }
    }

    private synchronized @Nullable Check next() {
        while (waiting.isEmpty() && !closed) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return null;
            }
        }
        return closed ? null : waiting.poll();
    }

    @Override
    public synchronized void close() {
        closed = true;
        waiting.forEach(one -> one.task().cancel(false));
        waiting.clear();
        notifyAll();
    }
}

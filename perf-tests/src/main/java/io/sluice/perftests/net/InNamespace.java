package io.sluice.perftests.net;

import io.sluice.ringbuffers.syscall.Threads;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs a task inside a network namespace, on a thread that entered it and ends with the task. Any thread may ask. */
public final class InNamespace {
    private InNamespace() {
    }

    /** @param namespace null: no namespace, on the caller's thread */
    public static <T extends @Nullable Object> T call(@Nullable String namespace, Supplier<T> task) {
        if (namespace == null) {
            return task.get();
        }
        FutureTask<T> future = new FutureTask<>(() -> {
            int result = Threads.enterNetworkNamespace(namespace);
            if (result < 0) {
                throw new SocketFailure("entering network namespace " + namespace, result);
            }
            return task.get();
        });
        Thread.ofPlatform().daemon().name("in-" + namespace).start(future);
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in network namespace " + namespace, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}

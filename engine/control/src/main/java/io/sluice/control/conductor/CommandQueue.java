package io.sluice.control.conductor;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import io.sluice.ringbuffers.mapped.LostPages;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The conductor's thread and its queue of commands; any thread may post. */
final class CommandQueue implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CommandQueue.class);

    private final LinkedBlockingQueue<Runnable> commands = new LinkedBlockingQueue<>();
    private final LongSupplier afterCommands;
    private final Thread thread;
    private volatile boolean closed;

    /** @param afterCommands run after each batch of commands; answers in how many nanoseconds it wants to run again */
    CommandQueue(LongSupplier afterCommands) {
        this.afterCommands = afterCommands;
        thread = Thread.ofPlatform().name("conductor").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Runs a command soon; it is dropped where the thread has ended. */
    void post(Runnable command) {
        commands.add(command);
    }

    /** Runs a question on the conductor's thread and waits for its answer; or gives the other one after the end. */
    <T> T ask(Supplier<T> question, Supplier<T> afterTheEnd) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        post(() -> {
            try {
                answer.complete(question.get());
            } catch (RuntimeException | Error fault) {
                answer.completeExceptionally(fault);
            }
        });
        return await(answer, afterTheEnd);
    }

    /** Waits for what a command will complete. */
    <T> T await(CompletableFuture<T> answer, Supplier<T> afterTheEnd) {
        while (!closed || thread.isAlive()) {
            try {
                return answer.get(100, TimeUnit.MILLISECONDS);
            } catch (java.util.concurrent.TimeoutException notYet) {
                // looks again whether there is someone to answer
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return afterTheEnd.get();
            } catch (java.util.concurrent.ExecutionException fault) {
                if (fault.getCause() instanceof RuntimeException refusal) {
                    throw refusal;
                }
                throw new IllegalStateException(fault.getCause());
            }
        }
        return answer.getNow(afterTheEnd.get());
    }

    /** Ends the thread after the commands that wait already. */
    @Override
    public void close() {
        post(() -> closed = true);
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        long waitNs = 0;
        while (!closed) {
            try {
                Runnable command = commands.poll(waitNs, TimeUnit.NANOSECONDS);
                while (command != null) {
                    command.run();
                    command = closed ? null : commands.poll();
                }
                waitNs = afterCommands.getAsLong();
            } catch (InterruptedException nobodyInterruptsThis) {
                return;
            } catch (RuntimeException | Error fault) {
                if (fault instanceof InternalError) {
                    LostPages.recover().told().forEach(told -> LOG.error("conductor: {}", told));
                }
                // one broken command must not end the thread that every other one depends on
                LOG.error("conductor: a command failed", fault);
                waitNs = TimeUnit.MILLISECONDS.toNanos(100);
            }
        }
    }
}

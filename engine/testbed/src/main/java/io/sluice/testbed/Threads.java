package io.sluice.testbed;

/** Waiting for threads where an interruption is a fault of the test. */
final class Threads {
    private Threads() {
    }

    static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + thread.getName(), e);
        }
    }
}

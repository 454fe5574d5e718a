package io.sluice.perftests.lab;

import io.sluice.ringbuffers.syscall.Threads;
import java.util.List;

/** Takes half of each of these processors from whoever else works there. Its own threads do the work. */
final class BusyNeighbour implements AutoCloseable {
    private final List<Thread> threads;
    private volatile boolean gone;

    BusyNeighbour(List<Integer> cpus) {
        threads = cpus.stream().map(cpu -> Thread.ofPlatform().daemon().name("neighbour-" + cpu).start(() -> {
            Threads.pinToProcessor(cpu);
            while (!gone) {
                Thread.onSpinWait();
            }
        })).toList();
    }

    @Override
    public void close() {
        gone = true;
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

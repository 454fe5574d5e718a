package io.sluice.perftests.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.ringbuffers.syscall.Threads;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class BusyNeighbourTest {
    @Test
    void whoever_works_beside_it_gets_half_a_processor_at_most() {
        try (var _ = new BusyNeighbour(List.of(0))) {
            double share = CompletableFuture.supplyAsync(BusyNeighbourTest::shareOfProcessor, BusyNeighbourTest::thread)
                    .join();
            assertThat(share).isBetween(0.01, 0.75);
        }
        assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName).doesNotContain("neighbour-0");
    }

    private static void thread(Runnable work) {
        Thread.ofPlatform().start(work);
    }

    private static double shareOfProcessor() {
        Threads.pinToProcessor(0);
        var threads = ManagementFactory.getThreadMXBean();
        long cpuNs = threads.getCurrentThreadCpuTime();
        long startNs = System.nanoTime();
        while (System.nanoTime() - startNs < 2_000_000_000) {
            Thread.onSpinWait();
        }
        return (threads.getCurrentThreadCpuTime() - cpuNs) / (double) (System.nanoTime() - startNs);
    }
}

package io.sluice.ringbuffers.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

class EventRingTest {
    @Test
    void events_of_many_threads_arrive_whole_and_in_each_threads_order() throws Exception {
        EventRing ring = new EventRing(1 << 14);
        int perThread = 10_000;
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            long thread = i;
            threads.add(Thread.ofPlatform().start(() -> {
                for (long n = 1; n <= perThread;) {
                    int at = ring.claim((int) thread + 1, 3);
                    if (at == EventRing.FULL) {
                        Thread.yield();
                        continue;
                    }
                    ring.put(at, 0, n);
                    ring.put(at, 1, n * 31);
                    ring.put(at, 2, -n);
                    ring.commit(at);
                    n++;
                }
            }));
        }
        long[] last = new long[4];
        while (last[1] + last[2] + last[3] < 3L * perThread) {
            ring.drain((type, longs) -> {
                assertThat(longs.get(0)).isEqualTo(last[type] + 1);
                assertThat(longs.get(1)).isEqualTo(longs.get(0) * 31);
                assertThat(longs.get(2)).isEqualTo(-longs.get(0));
                last[type] = longs.get(0);
            }, 100);
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Test
    void a_full_ring_drops_and_counts_and_takes_events_again_when_drained() {
        EventRing ring = new EventRing(1 << 10);
        int accepted = 0;
        for (int n = 0; n < 1000; n++) {
            int at = ring.claim(1, 6);
            if (at != EventRing.FULL) {
                ring.put(at, 0, n);
                ring.commit(at);
                accepted++;
            }
        }
        assertThat(accepted).isBetween(10, 20);
        assertThat(ring.dropped()).isEqualTo(1000 - accepted);
        assertThat(ring.drain((type, longs) -> {
        }, 1000)).isEqualTo(accepted);
        assertThat(ring.claim(1, 6)).isNotEqualTo(EventRing.FULL);
        assertThatThrownBy(() -> new EventRing(1000)).hasMessageContaining("power of two");
    }
}

package io.sluice.ringbuffers.counters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sluice.ringbuffers.child.ChildJvm;

class CountersFileTest {
    @TempDir
    Path directory;

    @Test
    void the_same_identity_always_gets_the_same_row() throws IOException {
        try (CountersFile file = create(8)) {
            CounterRow row = file.allocate(Kind.SERVER, 1, "web", "a");
            row.increment(0);
            assertThat(file.allocate(Kind.SERVER, 1, "web", "a")).isSameAs(row);
            assertThat(file.allocate(Kind.SERVER, 2, "web", "a")).isNotSameAs(row);
            assertThat(file.allocated()).isEqualTo(2);
        }
    }

    @Test
    void a_reader_sums_over_workers() throws IOException {
        try (CountersFile file = create(16); CountersReader reader = CountersReader.open(file.path())) {
            for (int worker = 0; worker < 3; worker++) {
                file.allocate(Kind.SERVER, worker, "web", "a").add(4, 10 + worker);
                file.allocate(Kind.SERVER, worker, "web", "b").increment(4);
                file.heartbeat(worker, 1000 + worker);
            }
            assertThat(reader.sum(Kind.SERVER, "web", "a", 4)).isEqualTo(33);
            assertThat(reader.sum(Kind.SERVER, "web", "b", 4)).isEqualTo(3);
            assertThat(reader.sum(Kind.SERVER, "web", "absent", 4)).isZero();
            assertThat(reader.heartbeatEpochMs(2)).isEqualTo(1002);
            assertThat(reader.pid()).isEqualTo(ProcessHandle.current().pid());
            assertThat(reader.processAlive()).isTrue();
        }
    }

    @Test
    void gauges_maxima_and_shared_columns() throws IOException {
        try (CountersFile file = create(4)) {
            CounterRow row = file.allocate(Kind.WORKER, 0, "");
            row.set(0, 7);
            row.add(0, -3);
            row.max(1, 5);
            row.max(1, 4);
            assertThat(row.atomicAdd(2, 9)).isEqualTo(9);
            assertThat(row.get(0)).isEqualTo(4);
            assertThat(row.get(1)).isEqualTo(5);
            assertThatThrownBy(() -> row.increment(32)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> row.increment(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void a_full_file_says_so_and_released_rows_start_again_at_zero() throws IOException {
        try (CountersFile file = create(2)) {
            CounterRow first = file.allocate(Kind.SERVICE, 0, "a");
            first.add(0, 5);
            file.allocate(Kind.SERVICE, 0, "b");
            assertThatThrownBy(() -> file.allocate(Kind.SERVICE, 0, "c")).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("all 2 rows").hasMessageContaining("counters.sluice");
            file.release(first);
            CounterRow reused = file.allocate(Kind.SERVICE, 0, "c");
            assertThat(reused.get(0)).isZero();
            file.release(first); // a second release of the same row changes nothing
            assertThat(file.allocated()).isEqualTo(2);
        }
    }

    @Test
    void long_labels_are_refused_and_long_enough_ones_come_back_whole() throws IOException {
        try (CountersFile file = create(4); CountersReader reader = CountersReader.open(file.path())) {
            String longest = "ä".repeat(64);
            file.allocate(Kind.SERVER, 0, longest, longest).add(31, 1);
            assertThat(reader.sum(Kind.SERVER, longest, longest, 31)).isEqualTo(1);
            assertThatThrownBy(() -> file.allocate(Kind.SERVICE, 0, longest + "x"))
                    .hasMessageContaining("longer than 128 bytes");
        }
    }

    @Test
    void many_threads_add_in_a_shared_column_and_none_is_lost() throws Exception {
        try (CountersFile file = create(4)) {
            CounterRow row = file.allocate(Kind.SERVER, 0, "web", "a");
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                threads.add(Thread.ofPlatform().start(() -> {
                    for (int n = 0; n < 50_000; n++) {
                        row.atomicAdd(0, 1);
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(row.get(0)).isEqualTo(200_000);
        }
    }

    @Test
    void rows_come_and_go_under_a_reader_without_mixing_labels_and_values() throws Exception {
        try (CountersFile file = create(8); CountersReader reader = CountersReader.open(file.path())) {
            AtomicBoolean stop = new AtomicBoolean();
            Thread owner = Thread.ofPlatform().start(() -> {
                Random random = new Random(7);
                CounterRow[] live = new CounterRow[8];
                while (!stop.get()) {
                    int slot = random.nextInt(live.length);
                    if (live[slot] != null) {
                        file.release(live[slot]);
                    }
                    int id = slot + live.length * random.nextInt(1, 100);
                    live[slot] = file.allocate(Kind.SERVICE, id, "service-" + id);
                }
            });
            try {
                int[] seen = new int[1];
                long deadlineNs = System.nanoTime() + Duration.ofSeconds(60).toNanos();
                while (seen[0] < 20_000) {
                    assertThat(System.nanoTime()).as("deadline").isLessThan(deadlineNs);
                    reader.forEach(row -> {
                        seen[0]++;
                        assertThat(row.key().service()).isEqualTo("service-" + row.key().worker());
                    });
                }
            } finally {
                stop.set(true);
                owner.join();
            }
        }
    }

    @Test
    void a_random_history_matches_a_map() throws IOException {
        try (CountersFile file = create(64); CountersReader reader = CountersReader.open(file.path())) {
            Random random = new Random(20_260_101);
            Map<RowKey, long[]> model = new HashMap<>();
            for (int step = 0; step < 20_000; step++) {
                RowKey key = new RowKey(Kind.SERVER, random.nextInt(4), "s" + random.nextInt(4),
                        "r" + random.nextInt(4));
                CounterRow row = file.allocate(key.kind(), key.worker(), key.service(), key.server());
                if (random.nextInt(10) == 0) {
                    file.release(row);
                    model.remove(key);
                } else {
                    int column = random.nextInt(CountersFile.COLUMNS);
                    row.add(column, step);
                    model.computeIfAbsent(key, absent -> new long[CountersFile.COLUMNS])[column] += step;
                }
            }
            Map<RowKey, long[]> read = new HashMap<>();
            reader.forEach(row -> read.put(row.key(), row.values()));
            assertThat(read).usingRecursiveComparison().isEqualTo(model);
        }
    }

    @Test
    void counters_are_read_from_another_process_and_after_it_was_killed() throws Exception {
        Path path = directory.resolve("counters.sluice");
        try (ChildJvm daemon = ChildJvm.start(CountingChild.class, path)) {
            assertThat(daemon.readLine()).isEqualTo("counting");
            try (CountersReader reader = CountersReader.open(path)) {
                assertThat(reader.pid()).isEqualTo(daemon.pid());
                long before = reader.sum(Kind.SERVICE, "web", "", 1);
                Awaitility.await().atMost(Duration.ofSeconds(60))
                        .until(() -> reader.sum(Kind.SERVICE, "web", "", 1) > before);
            }
            daemon.kill();
            try (CountersReader reader = CountersReader.open(path)) {
                assertThat(reader.processAlive()).isFalse();
                assertThat(reader.sum(Kind.SERVICE, "web", "", 0)).isEqualTo(1000);
                assertThat(reader.sum(Kind.SERVICE, "web", "", 1)).isPositive();
                assertThat(reader.superseded()).isFalse();

                try (CountersFile restarted = CountersFile.create(path, 64)) {
                    restarted.allocate(Kind.SERVICE, 0, "web");
                    assertThat(reader.sum(Kind.SERVICE, "web", "", 0)).as("the former file stays readable")
                            .isEqualTo(1000);
                    assertThat(reader.superseded()).isTrue();
                    try (CountersReader current = CountersReader.open(path)) {
                        assertThat(current.sum(Kind.SERVICE, "web", "", 0)).isZero();
                    }
                }
            }
        }
    }

    private CountersFile create(int rows) throws IOException {
        return CountersFile.create(directory.resolve("counters.sluice"), rows);
    }
}

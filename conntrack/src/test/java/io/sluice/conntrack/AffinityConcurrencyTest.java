package io.sluice.conntrack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sluice.conntrack.child.ChildJvm;
import io.sluice.ringbuffers.mapped.MappedRegion;

/** Servers are named client * 1000 + who chose it, so that an answer for another client would show. */
class AffinityConcurrencyTest {
    private static final long TIMEOUT_MS = 3_600_000;
    private static final long NOW_MS = 1_800_000_000_000L;
    private static final int THREADS = 4;

    @TempDir
    Path directory;

    @FunctionalInterface
    interface Work {
        void run(int thread) throws Exception;
    }

    @Test
    void simultaneous_first_connections_of_a_client_get_the_same_server() throws Exception {
        int clients = 50_000;
        try (AffinityTable table = AffinityTable.open(directory.resolve("affinity"), 100_000)) {
            long[][] answers = new long[THREADS][clients];
            CyclicBarrier together = new CyclicBarrier(THREADS);
            inParallel(thread -> {
                for (int client = 0; client < clients; client++) {
                    if (client % 1000 == 0) {
                        together.await();
                    }
                    answers[thread][client] = table.lookupOrClaim(1, 0, client, client * 1000L + thread + 1, TIMEOUT_MS,
                            NOW_MS);
                }
            });
            for (int client = 0; client < clients; client++) {
                long server = table.lookup(1, 0, client, NOW_MS);
                assertThat(server / 1000).isEqualTo(client);
                for (long[] ofThread : answers) {
                    assertThat(ofThread[client]).isEqualTo(server);
                }
            }
            assertThat(table.entries()).isEqualTo(clients);
            assertThat(keys(table)).hasSize(clients);
        }
    }

    @Test
    void no_client_is_ever_entered_twice_while_entries_come_and_go() throws Exception {
        try (AffinityTable table = AffinityTable.open(directory.resolve("affinity"), 20)) {
            Random seeds = new Random(1);
            for (int phase = 0; phase < 150; phase++) {
                long seed = seeds.nextLong();
                inParallel(thread -> {
                    Random random = new Random(seed + thread);
                    for (int step = 0; step < 400; step++) {
                        long client = random.nextInt(1, 20);
                        long mine = client * 1000 + thread;
                        long answer = switch (random.nextInt(6)) {
                            case 0, 1 -> table.lookupOrClaim(1, 0, client, mine, TIMEOUT_MS, NOW_MS);
                            case 2 -> table.lookup(1, 0, client, NOW_MS);
                            case 3 ->
                                table.replace(1, 0, client, client * 1000 + random.nextInt(THREADS), mine, NOW_MS);
                            default -> table.remove(1, 0, client) ? mine : 0;
                        };
                        if (answer != 0 && answer / 1000 != client) {
                            throw new AssertionError("client " + client + " got " + answer);
                        }
                    }
                });
                List<Long> clients = new ArrayList<>();
                table.forEach(entry -> {
                    assertThat(entry.serverId() / 1000).isEqualTo(entry.ipLo());
                    clients.add(entry.ipLo());
                });
                assertThat(clients).doesNotHaveDuplicates();
                assertThat(table.entries()).isEqualTo(clients.size());
            }
            assertThat(table.evictions()).isZero();
        }
    }

    @Test
    void a_table_far_too_small_still_answers_every_client_with_its_own_server() throws Exception {
        try (AffinityTable table = AffinityTable.open(directory.resolve("affinity"), 16)) {
            inParallel(thread -> {
                Random random = new Random(thread);
                for (int step = 0; step < 300_000; step++) {
                    long client = random.nextInt(1, 50); // for 32 slots: half are hits, half push somebody out
                    long answer = (step & 1) == 0
                            ? table.lookupOrClaim(1, 0, client, client * 1000 + thread, TIMEOUT_MS, NOW_MS + step)
                            : table.lookup(1, 0, client, NOW_MS);
                    if (answer != 0 && answer / 1000 != client) {
                        throw new AssertionError("client " + client + " got " + answer);
                    }
                }
            });
            assertThat(table.evictions()).isPositive();
            List<Long> clients = new ArrayList<>();
            table.forEach(entry -> clients.add(entry.ipLo()));
            assertThat(clients).doesNotHaveDuplicates();
            assertThat(table.entries()).isEqualTo(Math.min(16, clients.size()));
        }
    }

    @Test
    void two_processes_agree_on_every_client() throws Exception {
        Path file = directory.resolve("affinity");
        int clients = 100_000;
        try (AffinityTable table = AffinityTable.open(file, clients);
                AffinityReader reader = AffinityReader.open(file);
                ChildJvm other = ChildJvm.start(ClaimingChild.class, file, clients)) {
            assertThat(other.readLine()).isEqualTo("ready");
            table.lookupOrClaim(1, 0, 0, 1, TIMEOUT_MS, NOW_MS);
            other.writeLine("go");
            Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(1))
                    .until(() -> table.lookup(1, 0, clients - 1, NOW_MS) != AffinityTable.NONE);
            long[] answers = new long[clients];
            for (int client = 0; client < clients; client++) {
                answers[client] = table.lookupOrClaim(1, 0, client, client * 1000L + 1, TIMEOUT_MS, NOW_MS);
            }
            assertThat(other.readLine()).isEqualTo("disagreements 0");
            Set<Long> winners = new HashSet<>();
            for (int client = 0; client < clients; client++) {
                long server = table.lookup(1, 0, client, NOW_MS);
                assertThat(server).isEqualTo(answers[client]);
                winners.add(server % 1000);
                AffinityEntry entry = reader.find(1, 0, client);
                assertThat(entry == null ? 0 : entry.serverId()).isEqualTo(server);
            }
            assertThat(winners).as("both processes were at work at the same time").containsExactlyInAnyOrder(1L, 2L);
            assertThat(table.entries()).isEqualTo(clients);
            assertThat(keys(table)).hasSize(clients);
        }
    }

    @Test
    void slots_left_half_way_by_a_killed_process_hinder_nobody_and_are_freed() throws Exception {
        Path file = directory.resolve("affinity");
        try (AffinityTable table = AffinityTable.open(file, 16)) {
            table.lookupOrClaim(1, 0, 5, 5000, TIMEOUT_MS, NOW_MS);
            table.lookupOrClaim(1, 0, 6, 6000, TIMEOUT_MS, NOW_MS);
            try (MappedRegion region = MappedRegion
                    .openOrCreate(file, AffinityLayout.LAYOUT, AffinityLayout.geometry(16)).region()) {
                AffinitySlots slots = new AffinitySlots(region);
                long busy = slots.find(AffinityLayout.hash(1, 0, 5), 1, 0, 5, AffinityLayout.LIVE);
                region.writeLong(busy, AffinityLayout.next(region.readLong(busy), AffinityLayout.BUSY));
                long tentative = slots.find(AffinityLayout.hash(1, 0, 6), 1, 0, 6, AffinityLayout.LIVE);
                region.writeLong(tentative, AffinityLayout.next(region.readLong(tentative), AffinityLayout.TENTATIVE));
            }
            assertThat(table.lookup(1, 0, 6, NOW_MS)).isEqualTo(AffinityTable.NONE);
            assertThat(table.lookupOrClaim(1, 0, 5, 5001, TIMEOUT_MS, NOW_MS)).isEqualTo(5001);
            assertThat(table.lookupOrClaim(1, 0, 6, 6001, TIMEOUT_MS, NOW_MS)).isEqualTo(6001);
            table.expire(NOW_MS, Long.MAX_VALUE);
            table.expire(NOW_MS + 9_000, Long.MAX_VALUE);
            long before = table.dropped();
            table.expire(NOW_MS + 11_000, Long.MAX_VALUE);
            assertThat(table.dropped() - before).as("the busy slot; the tentative one gave way at once").isEqualTo(1);
            assertThat(keys(table)).containsExactlyInAnyOrder(5L, 6L);
        }
    }

    private static Set<Long> keys(AffinityTable table) {
        Set<Long> keys = new HashSet<>();
        table.forEach(entry -> assertThat(keys.add(entry.ipLo())).as("client %d twice", entry.ipLo()).isTrue());
        return keys;
    }

    private static void inParallel(Work work) throws Exception {
        List<Thread> threads = new ArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int thread = i;
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    work.run(thread);
                } catch (Exception | AssertionError e) {
                    synchronized (failures) {
                        failures.add(e);
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
    }

    /** Another process that claims the same clients in the opposite order. */
    static final class ClaimingChild {
        private ClaimingChild() {
        }

        static void main(String[] arguments) throws Exception {
            int clients = Integer.parseInt(arguments[1]);
            AffinityTable table = AffinityTable.open(Path.of(arguments[0]), clients);
            for (int n = 0; n < 20_000; n++) { // let it be compiled, in another group
                table.lookupOrClaim(2, 0, n, 1, TIMEOUT_MS, NOW_MS);
                table.remove(2, 0, n);
            }
            System.out.println("ready");
            System.in.read();
            long[] answers = new long[clients];
            for (int client = clients - 1; client >= 0; client--) {
                answers[client] = table.lookupOrClaim(1, 0, client, client * 1000L + 2, TIMEOUT_MS, NOW_MS);
            }
            int disagreements = 0;
            for (int client = 0; client < clients; client++) {
                disagreements += table.lookup(1, 0, client, NOW_MS) == answers[client] ? 0 : 1;
            }
            System.out.println("disagreements " + disagreements);
            Thread.sleep(Long.MAX_VALUE);
        }
    }

}

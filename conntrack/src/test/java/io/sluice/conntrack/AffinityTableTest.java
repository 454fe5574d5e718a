package io.sluice.conntrack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.ringbuffers.ip.Ip;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.sun.management.ThreadMXBean;

class AffinityTableTest {
    private static final long GROUP = 0x64012;
    private static final long TIMEOUT_MS = 360_000;
    private static final long NOW_MS = 1_800_000_000_000L;

    @TempDir
    Path directory;

    private record Key(long group, long ipHi, long ipLo) {
    }

    private record Pin(long serverId, long lastSeenMs, long timeoutMs) {
        boolean expired(long nowMs) {
            return nowMs - lastSeenMs > timeoutMs;
        }
    }

    @Test
    void the_first_claim_of_a_client_wins_and_later_ones_get_its_answer() throws IOException {
        try (AffinityTable table = open(1000)) {
            long client = Ip.v4Low(0x0A000001);
            assertThat(table.lookup(GROUP, 0, client, NOW_MS)).isEqualTo(AffinityTable.NONE);
            assertThat(table.lookupOrClaim(GROUP, 0, client, 7, TIMEOUT_MS, NOW_MS)).isEqualTo(7);
            assertThat(table.lookupOrClaim(GROUP, 0, client, 8, TIMEOUT_MS, NOW_MS)).isEqualTo(7);
            assertThat(table.lookup(GROUP, 0, client, NOW_MS)).isEqualTo(7);
            assertThat(table.lookup(GROUP + 1, 0, client, NOW_MS)).as("another service").isEqualTo(AffinityTable.NONE);
            assertThat(table.entries()).isEqualTo(1);
        }
    }

    @Test
    void a_client_of_a_dead_server_is_moved_once() throws IOException {
        try (AffinityTable table = open(1000)) {
            table.lookupOrClaim(GROUP, 0, 1, 7, TIMEOUT_MS, NOW_MS);
            assertThat(table.replace(GROUP, 0, 1, 7, 8, NOW_MS)).isEqualTo(8);
            assertThat(table.replace(GROUP, 0, 1, 7, 9, NOW_MS)).as("another worker was quicker").isEqualTo(8);
            assertThat(table.lookup(GROUP, 0, 1, NOW_MS)).isEqualTo(8);
            assertThat(table.replace(GROUP, 0, 2, 7, 9, NOW_MS)).as("unknown client").isEqualTo(AffinityTable.NONE);
        }
    }

    @Test
    void an_entry_lives_as_long_as_its_client_is_seen_within_the_timeout() throws IOException {
        try (AffinityTable table = open(1000)) {
            table.lookupOrClaim(GROUP, 0, 1, 7, TIMEOUT_MS, NOW_MS);
            assertThat(table.refresh(GROUP, 0, 1, TIMEOUT_MS, NOW_MS + TIMEOUT_MS)).isEqualTo(7);
            assertThat(table.lookup(GROUP, 0, 1, NOW_MS + 2 * TIMEOUT_MS)).isEqualTo(7);
            assertThat(table.lookup(GROUP, 0, 1, NOW_MS + 2 * TIMEOUT_MS + 1)).isEqualTo(AffinityTable.NONE);
            assertThat(table.entries()).isZero();
            assertThat(table.expirations()).isEqualTo(1);
            assertThat(table.lookupOrClaim(GROUP, 0, 1, 9, TIMEOUT_MS, NOW_MS + 3 * TIMEOUT_MS)).isEqualTo(9);
        }
    }

    @Test
    void a_changed_timeout_holds_from_the_next_contact() throws IOException {
        try (AffinityTable table = open(1000)) {
            table.lookupOrClaim(GROUP, 0, 1, 7, TIMEOUT_MS, NOW_MS);
            table.refresh(GROUP, 0, 1, 2 * TIMEOUT_MS, NOW_MS);
            assertThat(table.lookup(GROUP, 0, 1, NOW_MS + 2 * TIMEOUT_MS)).isEqualTo(7);
        }
    }

    @Test
    void a_clock_that_goes_back_expires_nothing_and_one_that_was_ahead_keeps_nothing_for_ever() throws IOException {
        try (AffinityTable table = open(1000)) {
            table.lookupOrClaim(GROUP, 0, 1, 7, TIMEOUT_MS, NOW_MS + 1_000_000_000L);
            assertThat(table.lookup(GROUP, 0, 1, NOW_MS)).isEqualTo(7);
            table.expire(NOW_MS, Long.MAX_VALUE);
            assertThat(table.lookup(GROUP, 0, 1, NOW_MS + TIMEOUT_MS + 1)).isEqualTo(AffinityTable.NONE);
        }
    }

    @Test
    void the_sweep_frees_expired_entries_a_stretch_at_a_time() throws IOException {
        try (AffinityTable table = open(10_000)) {
            for (int client = 0; client < 5000; client++) {
                table.lookupOrClaim(GROUP, 0, client, 7, client < 2500 ? 1000 : TIMEOUT_MS, NOW_MS);
            }
            int freed = 0;
            for (int stretch = 0; stretch < 400; stretch++) {
                int now = table.expire(NOW_MS + 2000, 64);
                assertThat(now).isLessThanOrEqualTo(64);
                freed += now;
            }
            assertThat(freed).isEqualTo(2500);
            assertThat(table.entries()).isEqualTo(2500);
        }
    }

    @Test
    void entries_survive_closing_and_reopening() throws IOException {
        try (AffinityTable table = open(1000)) {
            assertThat(table.adopted()).isFalse();
            table.lookupOrClaim(GROUP, 1, 2, 7, TIMEOUT_MS, NOW_MS);
        }
        try (AffinityTable table = open(1000)) {
            assertThat(table.adopted()).isTrue();
            assertThat(table.lookup(GROUP, 1, 2, NOW_MS)).isEqualTo(7);
            assertThat(table.entries()).isEqualTo(1);
        }
    }

    @Test
    void a_changed_capacity_takes_the_entries_over() throws IOException {
        long nowMs = System.currentTimeMillis();
        try (AffinityTable table = open(1000)) {
            for (int client = 0; client < 1000; client++) {
                table.lookupOrClaim(GROUP, 0, client, 7, client < 900 ? TIMEOUT_MS : 1, nowMs - 1000);
            }
        }
        try (AffinityTable table = open(2000)) {
            assertThat(table.opening()).contains("put aside", "took over 900 entries");
            assertThat(table.entries()).isEqualTo(900);
            assertThat(table.lookup(GROUP, 0, 3, nowMs)).isEqualTo(7);
        }
    }

    @Test
    void damaged_entries_are_never_answered_and_are_dropped_by_the_sweep() throws IOException {
        Path file = directory.resolve("affinity.sluice");
        try (AffinityTable table = open(100)) {
            for (int client = 0; client < 50; client++) {
                table.lookupOrClaim(GROUP, 0, client, 7, TIMEOUT_MS, NOW_MS);
            }
            AffinityLayout layout = new AffinityLayout(100);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                for (long slot = 0; slot < layout.slots; slot++) {
                    channel.write(ByteBuffer.wrap(new byte[]{0x55}), layout.offset(slot) + AffinityLayout.GROUP + 3);
                }
            }
            table.forEach(entry -> {
                throw new AssertionError("damaged entry shown: " + entry);
            });
            for (int client = 0; client < 50; client++) {
                assertThat(table.lookup(GROUP, 0, client, NOW_MS)).isEqualTo(AffinityTable.NONE);
            }
            assertThat(table.expire(NOW_MS, Long.MAX_VALUE)).isEqualTo(50);
            assertThat(table.dropped()).isEqualTo(50);
            assertThat(table.entries()).isZero();
        }
    }

    @Test
    void a_full_table_lets_the_longest_idle_client_go_and_still_serves() throws IOException {
        try (AffinityTable table = open(16)) { // 32 slots, every key may take any
            for (int client = 0; client < 200; client++) {
                assertThat(table.lookupOrClaim(GROUP, 0, client, 7 + client, TIMEOUT_MS, NOW_MS + client * 1000L))
                        .isEqualTo(7 + client);
            }
            assertThat(table.evictions()).isEqualTo(200 - table.entries());
            assertThat(table.entries()).isBetween(16L, 32L);
            List<Long> kept = new ArrayList<>();
            table.forEach(entry -> kept.add(entry.ipLo()));
            assertThat(kept).contains(199L, 198L, 197L).doesNotContain(0L, 1L, 2L).doesNotHaveDuplicates();
        }
    }

    @Test
    void a_random_history_matches_a_map() throws IOException {
        for (long seed = 1; seed <= 5; seed++) {
            Random random = new Random(seed);
            Map<Key, Pin> model = new HashMap<>();
            long nowMs = NOW_MS;
            AffinityTable table = AffinityTable.open(directory.resolve("model" + seed), 4000);
            for (int step = 0; step < 60_000; step++) {
                nowMs += random.nextInt(40);
                boolean v6 = random.nextBoolean();
                Key key = new Key(random.nextInt(3), v6 ? 0x2001_0db8_0000_0000L : 0,
                        v6 ? random.nextInt(300) : Ip.v4Low(random.nextInt(300)));
                Pin pin = model.get(key);
                if (pin != null && pin.expired(nowMs)) {
                    model.remove(key);
                    pin = null;
                }
                long current = pin == null ? 0 : pin.serverId();
                long server = random.nextInt(1, 50);
                switch (random.nextInt(12)) {
                    case 0, 1, 2, 3 ->
                        assertThat(table.lookup(key.group(), key.ipHi(), key.ipLo(), nowMs)).isEqualTo(current);
                    case 4, 5, 6 -> {
                        long expected = pin == null ? server : current;
                        assertThat(table.lookupOrClaim(key.group(), key.ipHi(), key.ipLo(), server, 16_000, nowMs))
                                .isEqualTo(expected);
                        model.put(key, seen(pin, expected, nowMs));
                    }
                    case 7 -> {
                        assertThat(table.refresh(key.group(), key.ipHi(), key.ipLo(), 16_000, nowMs))
                                .isEqualTo(current);
                        if (pin != null) {
                            model.put(key, seen(pin, current, nowMs));
                        }
                    }
                    case 8, 9 -> {
                        long expectedServer = random.nextBoolean() ? current : server;
                        if (pin != null) { // an expired entry may still be moved; the model forgets it at once
                            long expected = expectedServer == current ? server : current;
                            assertThat(
                                    table.replace(key.group(), key.ipHi(), key.ipLo(), expectedServer, server, nowMs))
                                    .isEqualTo(expected);
                            model.put(key, expectedServer == current ? seen(pin, server, nowMs) : pin);
                        }
                    }
                    case 10 -> {
                        boolean removed = table.remove(key.group(), key.ipHi(), key.ipLo());
                        assertThat(removed || pin == null).isTrue();
                        model.remove(key);
                    }
                    default -> table.expire(nowMs, random.nextInt(2000));
                }
                if (step == 30_000) {
                    table.close();
                    table = AffinityTable.open(directory.resolve("model" + seed), 4000);
                }
            }
            long endMs = nowMs;
            table.expire(endMs, Long.MAX_VALUE);
            model.values().removeIf(pin -> pin.expired(endMs));
            Map<Key, Long> read = new HashMap<>();
            table.forEach(entry -> read.put(new Key(entry.group(), entry.ipHi(), entry.ipLo()), entry.serverId()));
            Map<Key, Long> expected = new HashMap<>();
            model.forEach((key, pin) -> expected.put(key, pin.serverId()));
            assertThat(read.equals(expected)).as("same content, %d and %d entries", read.size(), expected.size())
                    .isTrue();
            assertThat(table.entries()).isEqualTo(expected.size());
            assertThat(table.evictions()).isZero();
            table.close();
        }
    }

    /** The table does not note a contact that follows another within a second (here: timeout / 16). */
    private static Pin seen(Pin pin, long serverId, long nowMs) {
        boolean fresh = pin != null && nowMs - pin.lastSeenMs() < 1000;
        return new Pin(serverId, fresh ? pin.lastSeenMs() : nowMs, 16_000);
    }

    @Test
    void a_million_clients_fit_without_eviction_and_without_allocation() throws IOException {
        ThreadMXBean threads = (ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        int clients = 1_000_000;
        try (AffinityTable table = open(clients)) {
            for (int client = 0; client < 20_000; client++) { // let it be compiled
                table.lookupOrClaim(GROUP + 1, 0, client, 5, 1, NOW_MS - 10);
                table.lookup(GROUP + 1, 0, client, NOW_MS);
            }
            long allocatedBefore = threads.getCurrentThreadAllocatedBytes();
            for (int client = 0; client < clients; client++) {
                table.lookupOrClaim(GROUP, 0, Ip.v4Low(client), 1 + (client & 7), TIMEOUT_MS, NOW_MS);
            }
            int wrong = 0;
            for (int client = 0; client < clients; client++) {
                wrong += table.lookup(GROUP, 0, Ip.v4Low(client), NOW_MS) == 1 + (client & 7) ? 0 : 1;
            }
            long allocated = threads.getCurrentThreadAllocatedBytes() - allocatedBefore;
            assertThat(wrong).isZero();
            assertThat(table.evictions()).isZero();
            assertThat(table.entries()).isEqualTo(clients);
            assertThat(allocated).as("bytes allocated by 2,000,000 operations").isLessThan(100_000);
        }
    }

    @Test
    void few_clients_touch_few_pages_of_a_large_table() throws IOException {
        try (AffinityTable table = open(1_000_000)) {
            for (int client = 0; client < 10_000; client++) {
                table.lookupOrClaim(GROUP, 0, Ip.v4Low(client), 1, TIMEOUT_MS, NOW_MS);
                table.lookup(GROUP, 0, Ip.v4Low(-client), NOW_MS);
            }
            table.expire(NOW_MS, Long.MAX_VALUE);
            long residentKib = Smaps.residentKib(directory.resolve("affinity.sluice"));
            assertThat(residentKib * 1024 / 10_000).as("resident bytes per client").isLessThan(512);
        }
    }

    @Test
    void server_id_zero_is_refused() throws IOException {
        try (AffinityTable table = open(10)) {
            assertThatThrownBy(() -> table.lookupOrClaim(GROUP, 0, 1, 0, 1, 1))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void there_are_never_more_entries_than_it_is_made_for_and_the_longest_idle_gives_way() throws IOException {
        try (AffinityTable table = AffinityTable.open(directory.resolve("affinity"), 64)) {
            for (int client = 0; client < 1000; client++) {
                table.lookupOrClaim(1, 0, client, 7, 60_000, 1_000_000 + client);
                assertThat(table.entries()).isBetween(1L, 64L);
            }
            List<AffinityEntry> entries = new ArrayList<>();
            table.forEach(entries::add);
            assertThat(entries).hasSizeLessThanOrEqualTo(66);
            assertThat(table.lookup(1, 0, 999, 1_000_999)).isEqualTo(7);
        }
    }

    @Test
    void a_number_of_entries_that_is_wrong_is_counted_anew_and_never_negative() throws IOException {
        Path file = directory.resolve("affinity");
        try (AffinityTable table = AffinityTable.open(file, 1000)) {
            for (int client = 0; client < 50; client++) {
                table.lookupOrClaim(1, 0, client, 7, 60_000, 1_000_000);
            }
        }
        for (long wrong : new long[]{-44, 1_000_000, 3}) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putLong(0, wrong), 64);
            }
            try (AffinityReader reader = AffinityReader.open(file)) {
                assertThat(reader.entries()).isBetween(0L, 1000L);
            }
            try (AffinityTable table = AffinityTable.open(file, 1000)) {
                assertThat(table.entries()).isEqualTo(50);
            }
        }
        try (AffinityTable table = AffinityTable.open(file, 1000)) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.allocate(8), 64);
            }
            table.remove(1, 0, 5);
            assertThat(table.entries()).isZero();
        }
    }

    private AffinityTable open(long capacity) throws IOException {
        return AffinityTable.open(directory.resolve("affinity.sluice"), capacity);
    }
}

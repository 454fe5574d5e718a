package io.sluice.conntrack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.sun.management.ThreadMXBean;

class FlowTableTest {
    private static final long NOW_MS = 1_800_000_000_000L;
    private static final long SERVICE = 0x5E41CE;
    private static final long SERVER = 0x5E41E4;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final long V6 = 0x2001_0db8_0000_0000L;

    @TempDir
    Path directory;

    @Test
    void a_reader_sees_a_connection_and_what_its_worker_notes() throws IOException {
        try (FlowTable table = FlowTable.open(directory, 2, 1000)) {
            FlowShard shard = table.shard(1);
            long flow = shard.insert(
                    shard.newFlow().service(SERVICE).state(FlowState.CONNECTING).client(0, Ip.v4Lo(0x0A000001), 40000)
                            .listen(V6, 5, 443),
                    NOW_MS);
            assertThat(only().state()).isEqualTo(FlowState.CONNECTING);
            shard.server(flow, SERVER, 0, Ip.v4Lo(0x0A000002), 8443, 0, Ip.v4Lo(0x0A000003), 50000);
            shard.state(flow, FlowState.ESTABLISHED);
            shard.bytes(flow, 10, 20, NOW_MS + 5);
            shard.bytes(flow, 1, 2, NOW_MS + 9);
            shard.rtt(flow, 123);
            shard.relayKind(flow, Relay.COPY, Relay.SPLICE);

            Flow read = only();
            assertThat(read.client()).hasToString("10.0.0.1:40000");
            assertThat(read.listen()).hasToString("[2001:db8::5]:443");
            assertThat(read.server()).hasToString("10.0.0.2:8443");
            assertThat(read.source()).hasToString("10.0.0.3:50000");
            assertThat(List.of(read.serviceId(), read.serverId(), read.bytesIn(), read.bytesOut(), read.createdMs(),
                    read.lastSeenMs()))
                    .containsExactly(SERVICE, SERVER, 11L, 22L, NOW_MS, NOW_MS + 9);
            assertThat(List.of(read.worker(), read.rttMicros(), read.protocol())).containsExactly(1, 123, TCP);
            assertThat(List.of(read.relayIn(), read.relayOut())).containsExactly(Relay.COPY, Relay.SPLICE);
            assertThat(List.of(read.mode(), read.state())).containsExactly(FlowMode.PROXY, FlowState.ESTABLISHED);
            assertThat(read.id()).isEqualTo(shard.id(flow));
            assertThat(read.pid()).isEqualTo(ProcessHandle.current().pid());

            shard.remove(flow);
            assertThat(all()).isEmpty();
            assertThat(table.flows()).isZero();
        }
    }

    @Test
    void a_stale_handle_does_nothing() throws IOException {
        try (FlowTable table = FlowTable.open(directory, 1, 1000)) {
            FlowShard shard = table.shard(0);
            long former = insert(shard, 1);
            shard.remove(former);
            long current = insert(shard, 2);
            assertThat(shard.index(current)).as("the slot is used again").isEqualTo(shard.index(former));
            shard.bytes(former, 1, 1, NOW_MS);
            shard.rtt(former, 1);
            shard.server(former, 1, 2, 3, 4, 5, 6, 7);
            shard.remove(former);
            shard.end(FlowShard.NONE, 1);
            assertThat(shard.live(former)).isFalse();
            assertThat(shard.live(current)).isTrue();
            assertThat(shard.clientPort(former)).isZero();
            assertThat(only().bytesIn()).isZero();
            assertThat(shard.id(current)).isNotEqualTo(shard.id(former));
        }
    }

    @Test
    void a_full_shard_lets_the_longest_idle_flow_go_and_still_takes_new_ones() throws IOException {
        try (FlowTable table = FlowTable.open(directory, 1, 16)) {
            FlowShard shard = table.shard(0);
            List<Integer> evicted = new ArrayList<>();
            shard.onEviction(handle -> evicted.add(shard.clientPort(handle)));
            for (int port = 1; port <= 40; port++) {
                shard.insertIndexed(shard.newFlow().protocol(UDP).client(0, 1, port).listen(0, 2, 53), NOW_MS + port);
            }
            assertThat(evicted).containsExactly(Stream.iterate(1, port -> port + 1).limit(24).toArray(Integer[]::new));
            assertThat(table.evictions()).isEqualTo(24);
            assertThat(table.flows()).isEqualTo(16);
            assertThat(shard.find(UDP, 0, 1, 24, 0, 2, 53)).isEqualTo(FlowShard.NONE);
            assertThat(shard.find(UDP, 0, 1, 25, 0, 2, 53)).isNotEqualTo(FlowShard.NONE);
        }
    }

    @Test
    void sessions_are_found_by_both_ends_and_end_after_their_own_timeout() throws IOException {
        try (FlowTable table = FlowTable.open(directory, 1, 1000)) {
            FlowShard shard = table.shard(0);
            long start = System.currentTimeMillis();
            long fast = session(shard, 1, 1000, start);
            long slow = session(shard, 2, 3_600_000, start);
            long busy = session(shard, 3, 1000, start);
            assertThat(shard.find(UDP, V6, 7, 1, 0, 8, 53)).isEqualTo(fast);
            assertThat(shard.findReply(UDP, 0, 9, 53, 0, 10, 2001)).isEqualTo(fast);
            assertThat(shard.find(TCP, V6, 7, 1, 0, 8, 53)).isEqualTo(FlowShard.NONE);

            List<Long> ended = new ArrayList<>();
            for (long nowMs = start; nowMs <= start + 5000; nowMs += 100) {
                shard.packets(busy, 1, 100, 0, 0, nowMs);
                long before = ended.size();
                shard.expire(nowMs, 100, ended::add);
                if (ended.size() > before) {
                    assertThat(nowMs - start).isBetween(1000L, 1600L);
                }
            }
            assertThat(ended).containsExactly(fast);
            assertThat(shard.live(slow)).isTrue();
            assertThat(shard.find(UDP, V6, 7, 1, 0, 8, 53)).isEqualTo(FlowShard.NONE);
            assertThat(shard.findReply(UDP, 0, 9, 53, 0, 10, 2001)).isEqualTo(FlowShard.NONE);

            shard.timeoutMs(slow, 1000);
            assertThat(shard.expire(start + 10_000, 100, handle -> true)).isEqualTo(2);
            assertThat(shard.flows()).isZero();
        }
    }

    @Test
    void an_owner_may_keep_or_remove_a_flow_whose_timeout_has_passed() throws IOException {
        try (FlowTable table = FlowTable.open(directory, 1, 1000)) {
            FlowShard shard = table.shard(0);
            long start = System.currentTimeMillis();
            long kept = session(shard, 1, 1000, start);
            long removed = session(shard, 2, 1000, start);
            shard.expire(start + 2000, 100, handle -> {
                if (handle == removed) {
                    shard.end(handle, 3);
                }
                return handle == removed;
            });
            assertThat(shard.live(kept)).isTrue();
            assertThat(shard.live(removed)).isFalse();
            assertThat(shard.expire(start + 2900, 100, handle -> true)).isZero();
            assertThat(shard.expire(start + 4000, 100, handle -> true)).isEqualTo(1);
        }
    }

    @Test
    void a_changed_server_is_found_by_its_replies() throws IOException {
        try (FlowTable table = FlowTable.open(directory, 1, 1000)) {
            FlowShard shard = table.shard(0);
            long flow = session(shard, 1, 1000, NOW_MS);
            shard.server(flow, 99, 0, 90, 54, 0, 10, 3001);
            assertThat(shard.findReply(UDP, 0, 9, 53, 0, 10, 2001)).isEqualTo(FlowShard.NONE);
            assertThat(shard.findReply(UDP, 0, 90, 54, 0, 10, 3001)).isEqualTo(flow);
            assertThat(shard.find(UDP, V6, 7, 1, 0, 8, 53)).isEqualTo(flow);
            assertThat(shard.serverId(flow)).isEqualTo(99);
            assertThat(shard.serverPort(flow)).isEqualTo(54);
        }
    }

    @Test
    void a_random_history_matches_a_map() throws IOException {
        for (long seed = 1; seed <= 4; seed++) {
            Random random = new Random(seed);
            try (FlowTable table = FlowTable.open(directory.resolve("model" + seed), 1, 3000)) {
                FlowShard shard = table.shard(0);
                Map<Integer, Long> handles = new HashMap<>();
                Map<Integer, Long> deadlines = new HashMap<>();
                Map<Integer, Long> bytes = new HashMap<>();
                long nowMs = System.currentTimeMillis();
                for (int step = 0; step < 50_000; step++) {
                    nowMs += random.nextInt(8);
                    int port = random.nextInt(1, 2500);
                    long found = shard.find(UDP, V6, 7, port, 0, 8, 53);
                    assertThat(found).isEqualTo(handles.getOrDefault(port, FlowShard.NONE));
                    switch (random.nextInt(4)) {
                        case 0, 1 -> {
                            if (found == FlowShard.NONE) {
                                long timeoutMs = random.nextInt(10) == 0 ? 300_000 : 3000;
                                handles.put(port, session(shard, port, timeoutMs, nowMs));
                                deadlines.put(port, nowMs + timeoutMs);
                                bytes.put(port, 0L);
                            } else {
                                shard.bytes(found, 3, 4, nowMs);
                                deadlines.put(port, nowMs + deadlineGap(shard, found, deadlines.get(port), nowMs));
                                bytes.merge(port, 3L, Long::sum);
                            }
                        }
                        case 2 -> {
                            shard.remove(found);
                            handles.remove(port);
                            deadlines.remove(port);
                            bytes.remove(port);
                        }
                        default -> {
                            long at = nowMs;
                            shard.expire(nowMs, random.nextInt(50), handle -> {
                                int expired = shard.clientPort(handle);
                                assertThat(deadlines.remove(expired)).isLessThanOrEqualTo(at);
                                assertThat(handles.remove(expired)).isEqualTo(handle);
                                bytes.remove(expired);
                                return true;
                            });
                        }
                    }
                }
                long endMs = nowMs + 2 * FlowWheel.TICK_MS;
                shard.expire(endMs, 10_000, handle -> handles.remove(shard.clientPort(handle)) != null);
                deadlines.entrySet().removeIf(entry -> !handles.containsKey(entry.getKey()));
                assertThat(deadlines.values()).as("nothing is overdue").allMatch(deadline -> deadline > nowOf(endMs));
                Map<Integer, Long> read = new HashMap<>();
                try (FlowReader reader = FlowReader.open(directory.resolve("model" + seed))) {
                    reader.forEach(flow -> read.put(flow.client().port(), flow.bytesIn()));
                }
                bytes.keySet().retainAll(handles.keySet());
                assertThat(read).isEqualTo(bytes);
                assertThat(shard.flows()).isEqualTo(handles.size());
                assertThat(table.evictions()).isZero();
            }
        }
    }

    private static long nowOf(long endMs) {
        return endMs - 2L * FlowWheel.TICK_MS;
    }

    /** The timeout of a flow, from its former deadline and last contact. */
    private static long deadlineGap(FlowShard shard, long handle, long formerDeadline, long nowMs) {
        return formerDeadline - nowMs > 3000 ? 300_000 : timeoutOf(shard, handle);
    }

    private static long timeoutOf(FlowShard shard, long handle) {
        return shard.region.readLong(shard.slot(handle) + FlowLayout.TIMEOUT);
    }

    @Test
    void a_million_flows_fit_and_cost_192_bytes_each() throws IOException {
        int flows = 1_000_000;
        try (FlowTable table = FlowTable.open(directory, 2, flows)) {
            long[] handles = new long[flows];
            for (int n = 0; n < flows; n++) {
                handles[n] = insert(table.shard(n & 1), n);
            }
            assertThat(table.flows()).isEqualTo(flows);
            assertThat(table.evictions()).isZero();
            long[] seen = new long[1];
            try (FlowReader reader = FlowReader.open(directory)) {
                reader.forEach(flow -> seen[0]++);
            }
            assertThat(seen[0]).isEqualTo(flows);
            for (int n = 0; n < flows; n++) {
                table.shard(n & 1).remove(handles[n]);
            }
            assertThat(table.flows()).isZero();
        }
    }

    @Test
    void memory_follows_use_even_after_many_connections_came_and_went() throws IOException {
        try (FlowTable table = FlowTable.open(directory, 2, 1_000_000)) {
            FlowShard shard = table.shard(0);
            Random random = new Random(3);
            List<Long> open = new ArrayList<>();
            for (int n = 0; n < 100_000; n++) {
                open.add(insert(shard, n));
                if (open.size() > 10_000) {
                    int victim = random.nextInt(open.size());
                    shard.remove(open.get(victim));
                    open.set(victim, open.getLast());
                    open.removeLast();
                }
            }
            Path file = FlowFiles.in(directory).getFirst();
            assertThat(Smaps.residentKib(file) * 1024 / 10_000).as("resident bytes per flow").isBetween(192L, 224L);
        }
    }

    @Test
    void a_workers_steps_allocate_nothing() throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (FlowTable table = FlowTable.open(directory, 1, 10_000)) {
            FlowShard shard = table.shard(0);
            shard.reserveIndex(1000);
            long nowMs = System.currentTimeMillis();
            long allocated = Long.MAX_VALUE;
            for (int round = 0; round < 5; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int n = 0; n < 20_000; n++) {
                    long flow = session(shard, n & 0x1FF, 1000, nowMs);
                    shard.packets(flow, 1, 2, 3, 4, nowMs);
                    shard.relayKind(flow, Relay.DATAGRAM, Relay.DATAGRAM);
                    shard.remove(shard.find(UDP, V6, 7, n & 0x1FF, 0, 8, 53));
                    shard.expire(nowMs, 10, handle -> true);
                }
                allocated = Math.min(allocated, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertThat(allocated).as("bytes allocated by 100,000 steps").isLessThan(10_000);
        }
    }

    @Test
    void the_next_process_keeps_durable_flows_and_drops_connections_whose_sockets_are_gone() throws IOException {
        try (FlowTable table = FlowTable.open(directory, 3, 1000)) {
            insert(table.shard(0), 1);
            for (int worker = 0; worker < 3; worker++) {
                FlowShard shard = table.shard(worker);
                long flow = shard
                        .insertIndexed(shard.newFlow().protocol(UDP).durable(true).mode(FlowMode.NAT).timeoutMs(60_000)
                                .client(V6, 7, 100 + worker).listen(0, 8, 53).server(SERVER, 0, 9, 53), NOW_MS);
                shard.packets(flow, 1, 10, 2, 20, NOW_MS + 1);
            }
        }
        assertThat(all()).as("readable while nobody has the table").hasSize(4);
        try (FlowTable table = FlowTable.open(directory, 2, 500)) {
            assertThat(table.adopted()).isEqualTo(3);
            assertThat(table.opening()).contains("adopted 3 flows");
            FlowShard shard = table.shard(1);
            long flow = shard.find(UDP, V6, 7, 101, 0, 8, 53);
            List<Long> walked = new ArrayList<>();
            shard.forEach(walked::add);
            assertThat(walked).containsExactly(flow);
            assertThat(shard.protocol(flow)).isEqualTo(UDP);
            assertThat(shard.mode(flow)).isEqualTo(FlowMode.NAT);
            assertThat(shard.serverId(flow)).isEqualTo(SERVER);
            assertThat(shard.bytesOut(flow)).isEqualTo(20);
            assertThat(shard.lastSeenMs(flow)).isEqualTo(NOW_MS + 1);
            assertThat(all()).hasSize(3).allMatch(read -> read.protocol() == UDP && read.createdMs() == NOW_MS);
            assertThat(FlowFiles.in(directory)).hasSize(1);
        }
    }

    @Test
    void two_tables_side_by_side_are_both_read_and_neither_takes_the_others_flows() throws IOException {
        try (FlowTable first = FlowTable.open(directory, 1, 100);
                FlowTable second = FlowTable.open(directory, 1, 100)) {
            insert(first.shard(0), 1);
            insert(second.shard(0), 2);
            assertThat(second.adopted()).isZero();
            assertThat(all()).extracting(flow -> flow.client().port()).containsExactlyInAnyOrder(1, 2);
        }
    }

    @Test
    void ids_and_handles_are_never_shared() throws IOException {
        try (FlowTable table = FlowTable.open(directory, 2, 100)) {
            Set<Long> ids = new HashSet<>();
            Deque<Long> open = new ArrayDeque<>();
            for (int n = 0; n < 1000; n++) {
                FlowShard shard = table.shard(0);
                long handle = insert(shard, n);
                assertThat(open).doesNotContain(handle);
                open.add(handle);
                assertThat(ids.add(shard.id(handle))).isTrue();
                if (open.size() > 50) {
                    shard.remove(open.poll());
                }
            }
            assertThat(ids.add(table.shard(1).id(insert(table.shard(1), 1)))).isTrue();
        }
    }

    @Test
    void an_empty_directory_says_what_to_do_and_a_foreign_table_is_dropped() throws IOException {
        assertThatThrownBy(() -> FlowReader.open(directory)).isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("has the daemon run");
        Files.writeString(directory.resolve("flows-1-2.sluice"), "of another version");
        assertThatThrownBy(() -> FlowReader.open(directory)).hasMessageContaining("damaged");
        try (FlowTable table = FlowTable.open(directory, 1, 100)) {
            assertThat(table.opening()).contains("dropped 1 tables of another version");
            assertThat(all()).isEmpty();
        }
    }

    private static long insert(FlowShard shard, int number) {
        return shard.insert(
                shard.newFlow().service(SERVICE).client(0, Ip.v4Lo(number >>> 16), number & 0xFFFF).listen(0, 8, 80)
                        .server(SERVER, 0, 9, 8080).source(0, 10, 2000),
                NOW_MS);
    }

    private static long session(FlowShard shard, int port, long timeoutMs, long nowMs) {
        return shard.insertIndexed(
                shard.newFlow().protocol(UDP).mode(FlowMode.SNAT).service(SERVICE).timeoutMs(timeoutMs)
                        .client(V6, 7, port).listen(0, 8, 53).server(SERVER, 0, 9, 53).source(0, 10, 2000 + port),
                nowMs);
    }

    private Flow only() throws IOException {
        return all().getFirst();
    }

    private List<Flow> all() throws IOException {
        List<Flow> flows = new ArrayList<>();
        try (FlowReader reader = FlowReader.open(directory)) {
            reader.forEach(flows::add);
        }
        return flows;
    }
}

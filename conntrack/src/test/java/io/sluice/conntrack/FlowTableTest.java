package io.sluice.conntrack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.ringbuffers.ip.Ip;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.sun.management.ThreadMXBean;

class FlowTableTest {
    private static final long NOW_MS = 1_800_000_000_000L;
    private static final long SERVICE = 0x5E41CE;
    private static final long SERVER = 0x5E41E4;
    private static final Protocol TCP = Protocol.TCP;
    private static final Protocol UDP = Protocol.UDP;
    private static final long V6 = 0x2001_0db8_0000_0000L;

    @TempDir
    Path directory;

    @Test
    void a_reader_sees_a_connection_and_what_its_worker_notes() throws IOException {
        try (FlowTable table = FlowTable.open(directory, 2, 1000)) {
            FlowShard shard = table.shard(1);
            long flow = shard.insert(
                    shard.newFlow().service(SERVICE).client(0, Ip.v4Low(0x0A000001), 40000).listen(V6, 5, 443)
                            .server(SERVER, 0, Ip.v4Low(0x0A000002), 8443).source(0, Ip.v4Low(0x0A000003), 50000),
                    NOW_MS);
            shard.bytes(flow, 10, 20, NOW_MS + 5);
            shard.bytes(flow, 1, 2, NOW_MS + 9);
            shard.rtt(flow, 123);
            shard.relayKind(flow, RelayKind.COPY, RelayKind.SPLICE);

            Flow read = only();
            assertThat(read.client()).hasToString("10.0.0.1:40000");
            assertThat(read.listen()).hasToString("[2001:db8::5]:443");
            assertThat(read.server()).hasToString("10.0.0.2:8443");
            assertThat(read.source()).hasToString("10.0.0.3:50000");
            assertThat(List.of(read.serviceId(), read.serverId(), read.bytesIn(), read.bytesOut(), read.createdMs(),
                    read.lastSeenMs()))
                    .containsExactly(SERVICE, SERVER, 11L, 22L, NOW_MS, NOW_MS + 9);
            assertThat(List.of(read.worker(), read.rttMicros(), read.protocol())).containsExactly(1, 123, TCP);
            assertThat(List.of(read.relayIn(), read.relayOut())).containsExactly(RelayKind.COPY, RelayKind.SPLICE);
            assertThat(List.of(read.mode(), read.state())).containsExactly(Mode.PROXY, FlowState.ESTABLISHED);
            assertThat(read.id()).isEqualTo(shard.id(flow));
            assertThat(read.pid()).isEqualTo(ProcessHandle.current().pid());

            shard.end(flow, 1);
            assertThat(all()).isEmpty();
            assertThat(table.flows()).isZero();
        }
    }

    @Test
    void a_stale_handle_does_nothing() throws IOException {
        try (FlowTable table = FlowTable.open(directory, 1, 1000)) {
            FlowShard shard = table.shard(0);
            long former = insert(shard, 1);
            long formerId = shard.id(former);
            shard.end(former, 1);
            long current = insert(shard, 2);
            assertThat((int) current).as("the slot is used again").isEqualTo((int) former);
            shard.bytes(former, 1, 1, NOW_MS);
            shard.packets(former, 1, 1, 1, 1, NOW_MS);
            shard.rtt(former, 1);
            shard.relayKind(former, RelayKind.SPLICE, RelayKind.SPLICE);
            shard.end(former, 1);
            shard.end(FlowShard.NONE, 1);
            assertThat(shard.id(former)).isZero();
            assertThat(shard.id(current)).isNotIn(0L, formerId);
            Flow only = only();
            assertThat(List.of(only.bytesIn(), only.packetsIn(), (long) only.rttMicros())).containsOnly(0L);
            assertThat(only.relayIn()).isEqualTo(RelayKind.NONE);
        }
    }

    @Test
    void a_full_shard_lets_the_longest_idle_flow_go_and_still_takes_new_ones() throws IOException {
        try (FlowTable table = FlowTable.open(directory, 1, 16)) {
            FlowShard shard = table.shard(0);
            long first = insert(shard, 1);
            for (int port = 2; port <= 40; port++) {
                shard.insert(shard.newFlow().client(0, 1, port).listen(0, 2, 53), NOW_MS + port);
            }
            assertThat(table.evictions()).isEqualTo(24);
            assertThat(table.flows()).isEqualTo(16);
            assertThat(shard.id(first)).isZero();
            assertThat(all()).extracting(flow -> flow.client().port())
                    .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(25, 40).boxed().toList());
        }
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
                table.shard(n & 1).end(handles[n], 1);
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
                    shard.end(open.get(victim), 1);
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
            long nowMs = System.currentTimeMillis();
            long allocated = Long.MAX_VALUE;
            for (int round = 0; round < 5; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int n = 0; n < 20_000; n++) {
                    long flow = session(shard, n & 0x1FF, 1000, nowMs);
                    shard.packets(flow, 1, 2, 3, 4, nowMs);
                    shard.relayKind(flow, RelayKind.DATAGRAM, RelayKind.DATAGRAM);
                    shard.end(flow, 1);
                }
                allocated = Math.min(allocated, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertThat(allocated).as("bytes allocated by 100,000 steps").isLessThan(10_000);
        }
    }

    @Test
    void the_next_process_hears_of_sessions_in_force_and_drops_connections_whose_sockets_are_gone() throws IOException {
        long nowMs = System.currentTimeMillis();
        try (FlowTable table = FlowTable.open(directory, 3, 1000)) {
            insert(table.shard(0), 1);
            for (int worker = 0; worker < 3; worker++) {
                FlowShard shard = table.shard(worker);
                shard.packets(session(shard, 100 + worker, 60_000, nowMs), 1, 10, 2, 20, nowMs);
                session(shard, 200 + worker, 60_000, nowMs - 61_000);
            }
            table.shard(2).end(session(table.shard(2), 300, 60_000, nowMs), 1);
        }
        assertThat(all()).as("readable while nobody has the table").hasSize(7);
        List<Flow> heard = new ArrayList<>();
        try (FlowTable table = FlowTable.open(directory, 2, 500, heard::add)) {
            assertThat(table.opening()).contains("3 flows of earlier processes");
            assertThat(heard).extracting(flow -> flow.client().port()).containsExactly(100, 101, 102);
            assertThat(heard).allMatch(flow -> flow.serverId() == SERVER && flow.protocol() == UDP
                    && flow.lastSeenMs() == nowMs && flow.bytesOut() == 20);
            assertThat(all()).isEmpty();
            assertThat(FlowFiles.in(directory)).hasSize(1);
        }
        FlowTable.removeAbandoned(directory);
        assertThat(FlowFiles.in(directory)).isEmpty();
    }

    @Test
    void two_tables_side_by_side_are_both_read_and_neither_takes_the_others_flows() throws IOException {
        try (FlowTable first = FlowTable.open(directory, 1, 100);
                FlowTable second = FlowTable.open(directory, 1, 100)) {
            insert(first.shard(0), 1);
            insert(second.shard(0), 2);
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
                    shard.end(open.poll(), 1);
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
            assertThat(table.opening()).contains("dropped 1 tables that cannot be read");
            assertThat(all()).isEmpty();
        }
    }

    private static long insert(FlowShard shard, int number) {
        return shard.insert(
                shard.newFlow().service(SERVICE).client(0, Ip.v4Low(number >>> 16), number & 0xFFFF).listen(0, 8, 80)
                        .server(SERVER, 0, 9, 8080).source(0, 10, 2000),
                NOW_MS);
    }

    private static long session(FlowShard shard, int port, long timeoutMs, long nowMs) {
        return shard.insert(shard.newFlow().protocol(UDP).mode(Mode.SNAT).durable(true).service(SERVICE)
                .timeoutMs(timeoutMs).client(V6, 7, port).listen(0, 8, 53).server(SERVER, 0, 9, 53)
                .source(0, 10, 2000 + port), nowMs);
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

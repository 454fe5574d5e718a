package io.sluice.conntrack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sluice.conntrack.child.ChildJvm;

/** Writers are killed in the middle of what they do; what they had acknowledged is there, and nothing is torn. */
class TableCrashTest {
    private static final long TIMEOUT_MS = 3_600_000;
    private static final long NOW_MS = 1_800_000_000_000L;

    @TempDir
    Path directory;

    @RepeatedTest(3)
    void affinity_acknowledged_before_kill_9_is_there_afterwards_and_no_entry_is_torn() throws Exception {
        Path file = directory.resolve("affinity");
        int acknowledged = killWhenAcknowledged(AffinityChild.class, file, 30_000);
        try (AffinityTable table = AffinityTable.open(file, 200_000)) {
            assertThat(table.adopted()).isTrue();
            for (int client = 0; client < acknowledged; client++) {
                assertThat(table.lookup(1, client * 3L, client, NOW_MS)).isEqualTo(AffinityChild.server(client));
            }
            BitSet seen = new BitSet();
            table.forEach(entry -> {
                int client = (int) entry.ipLo();
                assertThat(entry.serverId()).isEqualTo(AffinityChild.server(client));
                assertThat(entry.ipHi()).isEqualTo(client * 3L);
                assertThat(seen.get(client)).isFalse();
                seen.set(client);
            });
            table.expire(NOW_MS, Long.MAX_VALUE);
            table.expire(NOW_MS + 20_000, Long.MAX_VALUE);
            assertThat(table.dropped()).as("one slot in each of two threads, at most").isLessThanOrEqualTo(2);
            for (int client = 0; client < 1000; client++) {
                table.lookupOrClaim(2, 0, client, 1, TIMEOUT_MS, NOW_MS);
            }
        }
    }

    @RepeatedTest(3)
    void the_next_process_hears_of_flows_acknowledged_before_kill_9_and_none_is_torn() throws Exception {
        int acknowledged = killWhenAcknowledged(FlowChild.class, directory, 30_000);
        int[] read = new int[1];
        try (FlowReader reader = FlowReader.open(directory)) {
            assertThat(reader.livingPids()).isEmpty();
            reader.forEach(flow -> {
                FlowChild.check(flow);
                read[0]++;
            });
        }
        assertThat(read[0]).isGreaterThanOrEqualTo(acknowledged);
        BitSet heard = new BitSet();
        try (FlowTable table = FlowTable.open(directory, 1, 200_000, flow -> {
            FlowChild.check(flow);
            assertThat(heard.get((int) flow.client().address().high())).isFalse();
            heard.set((int) flow.client().address().high());
        })) {
            assertThat(table.flows()).isZero();
        }
        assertThat(heard.nextClearBit(0)).isGreaterThanOrEqualTo(acknowledged);
        assertThat(heard.cardinality()).isLessThanOrEqualTo(acknowledged + 1 + FlowChild.BATCH);
    }

    @Test
    void another_process_reads_whole_flows_while_the_first_writes_them() throws Exception {
        try (ChildJvm writer = ChildJvm.start(ChangingChild.class, directory)) {
            assertThat(writer.readLine()).isEqualTo("ready");
            long deadlineNs = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            long[] read = new long[1];
            try (FlowReader reader = FlowReader.open(directory)) {
                assertThat(reader.livingPids()).containsExactly(writer.pid());
                while (read[0] < 500_000) {
                    assertThat(System.nanoTime()).as("deadline").isLessThan(deadlineNs);
                    reader.forEach(flow -> {
                        FlowChild.check(flow);
                        read[0]++;
                    });
                }
            }
        }
    }

    private int killWhenAcknowledged(Class<?> child, Path table, int enough) throws Exception {
        Path acknowledgements = directory.resolve("acknowledged");
        Files.deleteIfExists(acknowledgements);
        try (ChildJvm writer = ChildJvm.start(child, table, acknowledgements)) {
            assertThat(writer.readLine()).isEqualTo("ready");
            long deadlineNs = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (acknowledged(acknowledgements) < enough) {
                assertThat(System.nanoTime()).as("deadline").isLessThan(deadlineNs);
                Thread.onSpinWait();
            }
            writer.kill();
        }
        return acknowledged(acknowledgements);
    }

    /** One byte for each batch that the child acknowledged. */
    private static int acknowledged(Path file) throws IOException {
        return Files.exists(file) ? (int) Files.size(file) * FlowChild.BATCH : 0;
    }

    /** Claims clients in ascending order, while a second thread enters and removes others. */
    static final class AffinityChild {
        private AffinityChild() {
        }

        static long server(int client) {
            return client * 7L + 1;
        }

        static void main(String[] arguments) throws Exception {
            AffinityTable table = AffinityTable.open(Path.of(arguments[0]), 200_000);
            Thread.ofPlatform().daemon().start(() -> {
                for (int n = 0;; n++) {
                    int client = 1_000_000 + (n & 15);
                    table.lookupOrClaim(1, client * 3L, client, server(client), TIMEOUT_MS, NOW_MS);
                    table.remove(1, client * 3L, client);
                }
            });
            try (DataOutputStream acknowledgements = new DataOutputStream(
                    Files.newOutputStream(Path.of(arguments[1])))) {
                System.out.println("ready");
                for (int client = 0; client < 150_000; client++) {
                    table.lookupOrClaim(1, client * 3L, client, server(client), TIMEOUT_MS, NOW_MS);
                    if ((client + 1) % FlowChild.BATCH == 0) {
                        acknowledgements.write(1);
                    }
                }
            }
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    /** Inserts sessions in ascending order, and relayed connections that end at once. */
    static final class FlowChild {
        static final int BATCH = 64;

        private FlowChild() {
        }

        static void check(Flow flow) {
            long number = flow.client().address().high();
            assertThat(flow.client().address().low()).isEqualTo(number * 5);
            assertThat(flow.serviceId()).isEqualTo(number + 2);
            if (flow.protocol() == Protocol.UDP) {
                assertThat(flow.serverId()).isEqualTo(number + 1);
                assertThat(flow.server().address().low()).isEqualTo(number);
            } else {
                assertThat(flow.server().address().low()).isEqualTo(number);
                assertThat(flow.source().address().low()).isEqualTo(number * 2);
            }
        }

        static long relayed(FlowShard shard, int number) {
            return shard.insert(shard.newFlow().service(number + 2).client(number, number * 5L, 7)
                    .server(number, 0, number, 80).source(0, number * 2L, 40), NOW_MS);
        }

        static void main(String[] arguments) throws Exception {
            FlowShard shard = FlowTable.open(Path.of(arguments[0]), 1, 200_000).shard(0);
            try (DataOutputStream acknowledgements = new DataOutputStream(
                    Files.newOutputStream(Path.of(arguments[1])))) {
                System.out.println("ready");
                for (int number = 0; number < 150_000; number++) {
                    shard.insert(
                            shard.newFlow().protocol(Protocol.UDP).durable(true).timeoutMs(1L << 50).service(number + 2)
                                    .client(number, number * 5L, 7)
                                    .listen(0, 8, 53).server(number + 1, 0, number, 9),
                            NOW_MS);
                    shard.end(relayed(shard, number), 1);
                    if ((number + 1) % BATCH == 0) {
                        acknowledgements.write(1);
                    }
                }
            }
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    /** Does nothing but end, count and insert the same few flows. */
    static final class ChangingChild {
        private ChangingChild() {
        }

        static void main(String[] arguments) throws Exception {
            FlowShard shard = FlowTable.open(Path.of(arguments[0]), 1, 1000).shard(0);
            System.out.println("ready");
            long[] flows = {-1, -1, -1, -1};
            for (int number = 1;; number++) {
                int which = number & 3;
                shard.end(flows[which], 1);
                flows[which] = FlowChild.relayed(shard, number);
                shard.bytes(flows[(number - 1) & 3], 1, 1, NOW_MS);
            }
        }
    }
}

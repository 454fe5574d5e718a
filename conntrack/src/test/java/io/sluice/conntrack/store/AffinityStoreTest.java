package io.sluice.conntrack.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sluice.conntrack.AffinityTable;
import io.sluice.conntrack.child.ChildJvm;

class AffinityStoreTest {
    private static final long TIMEOUT_MS = 3_600_000;
    private static final int CAPACITY = 20_000;

    @TempDir
    Path directory;

    private final List<String> reports = new CopyOnWriteArrayList<>();

    @Test
    void a_new_table_is_filled_from_the_copy_and_an_adopted_one_is_not() throws Exception {
        long nowMs = System.currentTimeMillis();
        try (AffinityTable table = open(); AffinityStore store = AffinityStore.start(directory, table, reports::add)) {
            table.lookupOrClaim(1, 0, 1, 7, TIMEOUT_MS, nowMs); // before the copy is open
            patiently().until(store::isOpen);
            for (int client = 2; client <= 5000; client++) {
                table.lookupOrClaim(1, 0, client, 7, TIMEOUT_MS, nowMs);
            }
            table.lookupOrClaim(1, 0, 9001, 7, 1, nowMs - 1000); // expired already
            table.replace(1, 0, 2, 7, 8, nowMs);
            table.remove(1, 0, 3);
            patiently().until(() -> store.stored() >= 4999);
        }
        assertThat(reports).noneMatch(report -> report.contains("not stored"));

        Files.delete(directory.resolve("affinity.sluice"));
        try (AffinityTable table = open(); AffinityStore store = AffinityStore.start(directory, table, reports::add)) {
            patiently().until(store::isOpen);
            assertThat(reports.getLast()).contains("loaded 4999");
            assertThat(table.lookup(1, 0, 1, nowMs)).isEqualTo(7);
            assertThat(table.lookup(1, 0, 2, nowMs)).isEqualTo(8);
            assertThat(table.lookup(1, 0, 3, nowMs)).isEqualTo(AffinityTable.NONE);
            assertThat(table.lookup(1, 0, 9001, nowMs)).isEqualTo(AffinityTable.NONE);
        }

        try (AffinityTable table = open()) {
            table.remove(1, 0, 1); // unnoticed by the copy
        }
        try (AffinityTable table = open(); AffinityStore store = AffinityStore.start(directory, table, reports::add)) {
            patiently().until(store::isOpen);
            assertThat(reports.getLast()).contains("loaded 0");
            assertThat(table.lookup(1, 0, 1, nowMs)).isEqualTo(AffinityTable.NONE);
            assertThat(store.stored()).isEqualTo(4998);
        }
    }

    @Test
    void a_copy_whose_process_was_killed_is_repaired_and_one_in_use_is_waited_for() throws Exception {
        try (ChildJvm daemon = ChildJvm.start(StoringChild.class, directory)) {
            assertThat(daemon.readLine()).isEqualTo("stored 5000");
            Files.delete(directory.resolve("affinity.sluice")); // as after a reboot without it
            try (AffinityTable table = open();
                    AffinityStore store = AffinityStore.start(directory, table, reports::add)) {
                patiently().until(() -> !reports.isEmpty());
                assertThat(reports.getFirst()).contains("waits until the process that has it ends");
                daemon.kill();
                patiently().until(store::isOpen);
                assertThat(reports).noneMatch(report -> report.contains("not stored"));
                int found = 0;
                for (int client = 0; client < 5000; client++) {
                    found += table.lookup(1, 0, client, System.currentTimeMillis()) == client + 1L ? 1 : 0;
                }
                assertThat(found).isEqualTo(5000);
            }
        }
    }

    @Test
    void a_copy_that_cannot_be_read_is_put_aside() throws Exception {
        Path file = directory.resolve("affinity-" + CAPACITY + ".chm");
        Files.writeString(file, "this is not a map");
        try (AffinityTable table = open(); AffinityStore store = AffinityStore.start(directory, table, reports::add)) {
            patiently().until(store::isOpen);
            assertThat(reports.getFirst()).contains("cannot be repaired", ".chm.old");
        }
    }

    private AffinityTable open() throws IOException {
        return AffinityTable.open(directory.resolve("affinity.sluice"), CAPACITY);
    }

    private static ConditionFactory patiently() {
        return Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(20));
    }

    /** Stores 5000 clients, then goes on writing others until it is killed. */
    static final class StoringChild {
        private StoringChild() {
        }

        static void main(String[] arguments) throws Exception {
            Path directory = Path.of(arguments[0]);
            AffinityTable table = AffinityTable.open(directory.resolve("affinity.sluice"), CAPACITY);
            AffinityStore store = AffinityStore.start(directory, table, System.err::println);
            for (int client = 0; client < 5000; client++) {
                table.lookupOrClaim(1, 0, client, client + 1L, TIMEOUT_MS, System.currentTimeMillis());
            }
            while (!store.isOpen() || store.stored() < 5000) {
                Thread.sleep(10);
            }
            System.out.println("stored 5000");
            for (int n = 0;; n++) {
                table.lookupOrClaim(1, 0, 5000 + n % 5000, 1, TIMEOUT_MS, System.currentTimeMillis());
                table.remove(1, 0, 5000 + n % 5000);
            }
        }
    }
}

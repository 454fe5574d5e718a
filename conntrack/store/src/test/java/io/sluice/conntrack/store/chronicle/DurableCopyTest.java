package io.sluice.conntrack.store.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Random;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sluice.conntrack.AffinityTable;
import io.sluice.conntrack.store.CopyEntry;
import io.sluice.conntrack.store.CopyStatus;
import io.sluice.ringbuffers.mapped.Checksum;

class DurableCopyTest {
    private static final int CLIENTS = 2_000;
    /** 99.9 % of them. */
    private static final int ENOUGH = CLIENTS - CLIENTS / 1000;

    @TempDir
    Path directory;

    @Test
    void a_lost_table_is_filled_from_the_copy_and_one_that_is_whole_knows_better() throws Exception {
        try (Scene scene = new Scene(directory)) {
            scene.pin(1); // before the copy is open
            scene.awaitFollowing();
            for (int client = 2; client <= CLIENTS; client++) {
                scene.pin(client);
            }
            long nowMs = System.currentTimeMillis();
            scene.table.lookupOrClaim(Scene.GROUP, 0, 9001, 7, 1, nowMs - 1000); // expired already
            scene.table.replace(Scene.GROUP, 0, 2, Scene.serverOf(2), 8, nowMs);
            scene.table.remove(Scene.GROUP, 0, 3);
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> scene.copy.status().lagMs() < 1000);
        }

        Files.delete(directory.resolve("affinity"));
        try (Scene scene = new Scene(directory)) {
            scene.awaitFollowing();
            long nowMs = System.currentTimeMillis();
            assertThat(scene.copy.status().loaded()).isEqualTo(CLIENTS - 1);
            assertThat(scene.copy.status().recoveries()).isZero();
            assertThat(scene.table.lookup(Scene.GROUP, 0, 1, nowMs)).isEqualTo(Scene.serverOf(1));
            assertThat(scene.table.lookup(Scene.GROUP, 0, 2, nowMs)).isEqualTo(8);
            assertThat(scene.table.lookup(Scene.GROUP, 0, 3, nowMs)).isEqualTo(AffinityTable.NONE);
            assertThat(scene.table.lookup(Scene.GROUP, 0, 9001, nowMs)).isEqualTo(AffinityTable.NONE);
        }

        try (AffinityTable table = AffinityTable.open(directory.resolve("affinity"), Scene.AFFINITY)) {
            table.remove(Scene.GROUP, 0, 1); // unnoticed by the copy
        }
        try (Scene scene = new Scene(directory)) {
            scene.awaitFollowing();
            assertThat(scene.copy.status().loaded()).isZero();
            assertThat(scene.table.lookup(Scene.GROUP, 0, 1, System.currentTimeMillis()))
                    .isEqualTo(AffinityTable.NONE);
            assertThat(scene.copy.status().affinity()).isEqualTo(CLIENTS - 2);
        }
    }

    @Test
    void a_client_that_came_again_before_the_copy_was_open_keeps_what_it_got() throws Exception {
        keep(CLIENTS);
        Files.delete(directory.resolve("affinity"));
        try (Scene scene = new Scene(directory)) {
            scene.table.lookupOrClaim(Scene.GROUP, 0, 1, 5, Scene.TIMEOUT_MS, System.currentTimeMillis());
            scene.awaitFollowing();
            assertThat(scene.table.lookup(Scene.GROUP, 0, 1, System.currentTimeMillis())).isEqualTo(5);
            assertThat(scene.comeBack(CLIENTS)).isEqualTo(CLIENTS - 1);
        }
    }

    @Test
    void a_table_of_the_layout_before_is_put_aside_and_filled_from_the_copy() throws Exception {
        keep(CLIENTS);
        try (FileChannel file = FileChannel.open(directory.resolve("affinity"), StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            ByteBuffer header = ByteBuffer.allocate(64).order(ByteOrder.nativeOrder());
            file.read(header, 0);
            header.putInt(8, header.getInt(8) - 1);
            header.putLong(56, headerChecksum(header));
            file.write(header.rewind(), 0);
        }
        try (Scene scene = new Scene(directory)) {
            assertThat(scene.table.opening()).contains("version 0");
            scene.awaitFollowing();
            assertThat(scene.comeBack(CLIENTS)).isGreaterThanOrEqualTo(ENOUGH);
        }
    }

    /** One bit of the table's file in each of its parts: header, counters, page map, every field of slots. */
    @Test
    void whatever_bit_of_the_table_is_wrong_the_clients_come_back_to_their_servers() throws Exception {
        keep(CLIENTS);
        Random random = new Random(7);
        int rounds = Boolean.getBoolean("sluice.long") ? 20 : 1;
        Path file = directory.resolve("affinity");
        try (Scene scene = new Scene(directory.resolve("warm"))) {
            scene.awaitFollowing();
        }
        byte[] whole = Files.readAllBytes(file);
        for (int round = 0; round < rounds; round++) {
            for (int offset = 0; offset < 64; offset += 8) {
                withFlip(whole, offset + random.nextInt(8), 1 << random.nextInt(8));
            }
            for (int counter = 64; counter <= 256; counter += 64) {
                withFlip(whole, counter + random.nextInt(8), 1 << random.nextInt(8));
            }
            for (int mapByte = 4096; mapByte < 4096 + whole.length / 4096 / 8; mapByte += 3) {
                withFlip(whole, mapByte, Math.max(1, Integer.highestOneBit(whole[mapByte] & 0xFF)));
            }
            for (int field = 0; field < 64; field += 4) {
                int slot = liveSlot(whole, random);
                withFlip(whole, slot + field + random.nextInt(4), 1 << random.nextInt(8));
            }
        }
    }

    @Test
    void sessions_are_told_of_when_the_flow_table_is_lost_or_damaged_and_only_then() throws Exception {
        try (Scene scene = new Scene(directory)) {
            scene.awaitFollowing();
            for (int port = 1; port <= 200; port++) {
                scene.session(port, Scene.TIMEOUT_MS);
            }
            scene.awaitStored(0, 200);
        }
        Path flows = flowFile();
        byte[] whole = Files.readAllBytes(flows);
        try (Scene scene = new Scene(directory)) {
            scene.awaitFollowing();
            assertThat(scene.sessions).as("the flow table knew them").isEmpty();
            assertThat(scene.copy.status().sessions()).isEqualTo(200);
        }
        Files.delete(flowFile());
        assertSessionsTold();
        for (int damaged : new int[]{0, 4096}) { // the header; how many slots are used
            Files.delete(flowFile());
            byte[] bytes = whole.clone();
            bytes[damaged] ^= (byte) 0x80;
            Files.write(flows, bytes);
            assertSessionsTold();
        }
    }

    private void assertSessionsTold() throws Exception {
        try (Scene scene = new Scene(directory)) {
            scene.awaitFollowing();
            assertThat(scene.sessions).hasSize(200)
                    .allMatch(entry -> entry.scope() == Scene.SERVICE && entry.protocol() == 17
                            && entry.listenPort() == 53
                            && entry.serverId() == Scene.serverOf(entry.clientPort())
                            && entry.server().equals("web/web" + Scene.serverOf(entry.clientPort())));
            assertThat(scene.sessions).extracting(CopyEntry::clientPort).doesNotHaveDuplicates();
        }
    }

    @Test
    void a_session_that_ended_leaves_the_copy_after_its_timeout() throws Exception {
        try (Scene scene = new Scene(directory)) {
            scene.awaitFollowing();
            scene.session(1, 3_000);
            scene.awaitStored(0, 1);
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> scene.copy.status().sessions() == 0);
        }
    }

    @Test
    void when_a_client_was_last_seen_is_in_the_copy_without_any_event() throws Exception {
        long seenMs = System.currentTimeMillis() + 30_000;
        try (Scene scene = new Scene(directory)) {
            scene.awaitFollowing();
            scene.table.lookupOrClaim(Scene.GROUP, 0, 1, 1, 60_000, seenMs - 30_000);
            scene.table.refresh(Scene.GROUP, 0, 1, 60_000, seenMs);
        }
        Files.delete(directory.resolve("affinity"));
        try (Scene scene = new Scene(directory)) {
            scene.awaitFollowing();
            var entry = scene.table.find(Scene.GROUP, 0, 1);
            assertThat(entry).isNotNull();
            assertThat(entry.lastSeenMs()).isEqualTo(seenMs);
        }
    }

    @Test
    void a_copy_made_for_another_size_goes_into_the_new_one() throws Exception {
        keep(CLIENTS);
        Files.delete(directory.resolve("affinity"));
        try (Scene scene = new Scene(directory, 2 * Scene.AFFINITY)) {
            scene.awaitFollowing();
            assertThat(scene.comeBack(CLIENTS)).isEqualTo(CLIENTS);
        }
        try (DirectoryStream<Path> copies = Files.newDirectoryStream(directory, "*.chm")) {
            assertThat(copies).hasSize(1);
        }
    }

    @Test
    void a_copy_that_cannot_be_read_is_put_aside() throws Exception {
        Path file = directory.resolve("durable-" + (Scene.AFFINITY + 1000) + ".chm");
        Files.writeString(file, "this is not a map");
        try (Scene scene = new Scene(directory)) {
            scene.awaitFollowing();
            assertThat(scene.reports.getFirst()).contains("cannot be repaired", ".chm.old");
        }
    }

    @Test
    void a_copy_has_one_process_at_a_time() throws Exception {
        try (Scene first = new Scene(directory); Scene second = new Scene(directory)) {
            first.awaitFollowing();
            assertThat(second.copy.status().state()).isEqualTo(CopyStatus.State.WAITING);
            first.copy.close();
            assertThat(first.copy.status().state()).isEqualTo(CopyStatus.State.CLOSED);
            second.awaitFollowing();
            assertThat(second.copy.status().recoveries()).isZero();
        }
    }

    private void keep(int clients) throws Exception {
        try (Scene scene = new Scene(directory)) {
            for (int client = 1; client <= clients; client++) {
                scene.pin(client);
            }
            scene.awaitFollowing();
        }
    }

    private void withFlip(byte[] whole, int offset, int mask) throws Exception {
        byte[] damaged = whole.clone();
        damaged[offset] ^= (byte) mask;
        Path file = directory.resolve("affinity");
        Files.write(file, damaged);
        try (Scene scene = new Scene(directory)) {
            scene.awaitFollowing();
            assertThat(scene.comeBack(CLIENTS)).as("bit %x of byte %d", mask, offset).isGreaterThanOrEqualTo(ENOUGH);
            for (int client = 1; client <= CLIENTS; client++) { // the copy is whole again for the next round
                scene.table.remove(Scene.GROUP, 0, client);
                scene.pin(client);
            }
        }
        Files.deleteIfExists(directory.resolve("affinity.old"));
    }

    private static long headerChecksum(ByteBuffer header) {
        long state = Checksum.start();
        for (int offset = 0; offset < 56; offset += 8) {
            state = Checksum.add(state, header.getLong(offset));
        }
        return state;
    }

    private static int liveSlot(byte[] whole, Random random) {
        int firstSlot = 2 * 4096; // the header, and a page map of one page
        int slots = (whole.length - firstSlot) / 64;
        while (true) {
            int slot = firstSlot + random.nextInt(slots) * 64;
            if (whole[slot] == 3) {
                return slot;
            }
        }
    }

    private Path flowFile() throws Exception {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, "flows-*.sluice")) {
            return found.iterator().next();
        }
    }
}

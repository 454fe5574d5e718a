package io.sluice.ringbuffers.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Maps of the running kernel; root. */
@Tag("peer")
class BpfMapTest {
    private static final int HASH = 1;
    private static final int ARRAY_OF_MAPS = 12;

    private static MapDefinition numbers(int type, int entries) {
        return new MapDefinition("test", type, 4, 8, entries, 0, null);
    }

    @Test
    void an_entry_is_entered_found_and_deleted() throws Exception {
        try (BpfMap map = BpfMap.create(numbers(HASH, 16))) {
            ByteBuffer key = map.key().putInt(0, 7);
            assertThat(map.find(key)).isEmpty();
            map.update(key, map.value().putLong(0, 70), BpfMap.BPF_NOEXIST);
            assertThat(map.find(key).orElseThrow().getLong(0)).isEqualTo(70);
            assertThatThrownBy(() -> map.update(key, map.value(), BpfMap.BPF_NOEXIST)).hasMessage(
                    "updating the BPF map test: EEXIST (exists already)");
            assertThat(map.delete(key)).isTrue();
            assertThat(map.delete(key)).isFalse();
        }
    }

    @Test
    void all_entries_are_met_in_batches() throws Exception {
        try (BpfMap map = BpfMap.create(numbers(HASH, 10_000))) {
            for (int i = 0; i < 5000; i++) {
                map.update(map.key().putInt(0, i), map.value().putLong(0, 3L * i), BpfMap.BPF_ANY);
            }
            Map<Integer, Long> met = new HashMap<>();
            map.forEach((key, value) -> met.put(key.getInt(0), value.getLong(0)));
            assertThat(met).hasSize(5000).allSatisfy((key, value) -> assertThat(value).isEqualTo(3L * key));
        }
    }

    @Test
    void an_empty_map_has_nothing_to_meet() throws Exception {
        try (BpfMap map = BpfMap.create(numbers(HASH, 16))) {
            map.forEach((_, _) -> {
                throw new AssertionError();
            });
        }
    }

    @Test
    void values_of_all_processors_are_summed() throws Exception {
        try (BpfMap map = BpfMap.create(numbers(MapDefinition.PERCPU_ARRAY, 2))) {
            int processors = PossibleProcessors.COUNT;
            ByteBuffer values = ByteBuffer.allocate(8 * processors).order(java.nio.ByteOrder.nativeOrder());
            for (int i = 0; i < processors; i++) {
                values.putLong(8 * i, i + 1);
            }
            map.update(map.key(1), values, BpfMap.BPF_ANY);
            assertThat(map.sum(1)).isEqualTo(processors * (processors + 1L) / 2);
            assertThat(map.sum(0)).isZero();
        }
    }

    @Test
    void a_map_of_maps_takes_maps_of_its_kind() throws Exception {
        MapDefinition inner = numbers(MapDefinition.ARRAY, 1);
        try (BpfMap outer = BpfMap.create(new MapDefinition("outer", ARRAY_OF_MAPS, 4, 4, 2, 0, inner));
                BpfMap one = BpfMap.create(inner)) {
            outer.update(outer.key(1), one);
            assertThat(outer.find(outer.key(0))).isEmpty();
            assertThat(outer.find(outer.key(1))).isPresent();
        }
    }

    @Test
    void a_pinned_map_is_found_by_its_name(@TempDir Path folder) throws Exception {
        mount("mount", "-t", "bpf", "bpf", folder.toString());
        try {
            try (BpfMap map = BpfMap.create(numbers(HASH, 16))) {
                map.update(map.key().putInt(0, 7), map.value().putLong(0, 70), BpfMap.BPF_ANY);
                map.pin(folder.resolve("numbers"));
            }
            try (BpfMap found = BpfMap.pinned(folder.resolve("numbers"), numbers(HASH, 16))) {
                assertThat(found.find(found.key().putInt(0, 7)).orElseThrow().getLong(0)).isEqualTo(70);
            }
            assertThatThrownBy(() -> BpfMap.pinned(folder.resolve("none"), numbers(HASH, 16))).hasMessage("opening "
                    + folder.resolve("none") + ": ENOENT (no such file)");
        } finally {
            mount("umount", folder.toString());
        }
    }

    private static void mount(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    @Test
    void what_the_kernel_does_not_make_is_named() {
        assertThatThrownBy(() -> BpfMap.create(numbers(HASH, 0))).hasMessage(
                "creating the BPF map test of 0 entries: EINVAL (invalid argument)");
    }
}

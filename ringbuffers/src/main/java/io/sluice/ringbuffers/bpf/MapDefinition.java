package io.sluice.ringbuffers.bpf;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a map is to be; immutable.
 *
 * @param type {@code enum bpf_map_type}
 * @param flags {@code BPF_F_...} of BPF_MAP_CREATE
 * @param inner of a map of maps: what each of them is
 */
public record MapDefinition(String name, int type, int keyBytes, int valueBytes, int entries, int flags,
        @Nullable MapDefinition inner) {
    /** {@code BPF_MAP_TYPE_...} */
    static final int ARRAY = 2;
    static final int PERCPU_HASH = 5;
    static final int PERCPU_ARRAY = 6;
    static final int LRU_PERCPU_HASH = 10;

    /** Of a map of maps: what each of them is. */
    public MapDefinition innerDefinition() {
        return Objects.requireNonNull(inner, name);
    }

    MapDefinition withEntries(int other) {
        return new MapDefinition(name, type, keyBytes, valueBytes, other, flags, inner);
    }

    /** Whether each processor has a value of its own. */
    boolean isPerProcessor() {
        return type == PERCPU_HASH || type == PERCPU_ARRAY || type == LRU_PERCPU_HASH;
    }
}

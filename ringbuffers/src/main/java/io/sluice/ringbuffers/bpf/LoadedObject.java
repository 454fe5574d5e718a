package io.sluice.ringbuffers.bpf;

import java.util.Map;
import java.util.Objects;

/** A program that the kernel has taken, and its maps; any thread. All are gone when this is closed and nothing else
 * holds them. */
public record LoadedObject(Map<String, BpfMap> maps, BpfProgram program) implements AutoCloseable {

    /** @throws NullPointerException if the program has no map of that name */
    public BpfMap map(String name) {
        return Objects.requireNonNull(maps.get(name), name);
    }

    @Override
    public void close() {
        program.close();
        maps.values().forEach(BpfMap::close);
    }
}

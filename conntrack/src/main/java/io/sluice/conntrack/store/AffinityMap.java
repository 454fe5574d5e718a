package io.sluice.conntrack.store;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.sluice.conntrack.AffinityEntry;

import net.openhft.chronicle.hash.ChronicleHashRecoveryFailedException;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ChronicleMapBuilder;

/**
 * Affinity entries in a persisted Chronicle Map, used by the store's thread alone and by one process at a time. Opening
 * repairs what a killed process left: a lock in the file that nobody holds any more would block for a minute otherwise.
 */
final class AffinityMap implements AutoCloseable {
    private static final int KEY_BYTES = 24;
    private static final int VALUE_BYTES = 32;
    /** One thread writes, so segments serve nothing but to spread memory; few keep it together. */
    private static final int SEGMENTS = 16;

    private final ChronicleMap<byte[], byte[]> map;
    private final ByteBuffer key = ByteBuffer.allocate(KEY_BYTES);
    private final ByteBuffer value = ByteBuffer.allocate(VALUE_BYTES);

    private AffinityMap(ChronicleMap<byte[], byte[]> map) {
        this.map = map;
    }

    /** Opens or makes the map; takes seconds the first time in a process. The caller holds the store's lock. */
    static AffinityMap open(Path path, long capacity, Consumer<String> report) throws IOException {
        File file = path.toFile();
        if (!file.exists()) {
            return new AffinityMap(builder(capacity).createPersistedTo(file));
        }
        try {
            return new AffinityMap(builder(capacity).recoverPersistedTo(file, true));
        } catch (IOException | ChronicleHashRecoveryFailedException | IllegalStateException e) {
            Path old = path.resolveSibling(path.getFileName() + ".old");
            Files.move(path, old, StandardCopyOption.REPLACE_EXISTING);
            report.accept("the stored affinity in " + path + " cannot be repaired (" + e.getMessage()
                    + "); put aside as " + old);
            return new AffinityMap(builder(capacity).createPersistedTo(file));
        }
    }

    private static ChronicleMapBuilder<byte[], byte[]> builder(long capacity) {
        return ChronicleMap.of(byte[].class, byte[].class).name("affinity").entries(capacity)
                .constantKeySizeBySample(new byte[KEY_BYTES]).constantValueSizeBySample(new byte[VALUE_BYTES])
                .actualSegments(SEGMENTS)
                .checksumEntries(true).skipCloseOnExitHook(true);
    }

    /** Puts an entry, unless it is there as it is; false when the map is full. */
    boolean put(AffinityEntry entry) {
        value.clear().putLong(entry.serverId()).putLong(entry.createdMs()).putLong(entry.lastSeenMs())
                .putLong(entry.timeoutMs());
        byte[] stored = map.get(key(entry.group(), entry.ipHi(), entry.ipLo()));
        if (stored != null && Arrays.equals(stored, value.array())) {
            return true;
        }
        try {
            map.put(key.array(), value.array());
            return true;
        } catch (IllegalStateException full) {
            return false;
        }
    }

    void remove(long group, long ipHi, long ipLo) {
        map.remove(key(group, ipHi, ipLo));
    }

    void forEach(Consumer<AffinityEntry> visitor) {
        map.forEach((k, v) -> visitor.accept(entry(k, v)));
    }

    /** Removes every entry that does not pass. */
    void retain(Predicate<AffinityEntry> kept) {
        map.forEachEntry(entry -> {
            if (!kept.test(entry(entry.key().get(), entry.value().get()))) {
                entry.doRemove();
            }
        });
    }

    long size() {
        return map.longSize();
    }

    @Override
    public void close() {
        map.close();
    }

    private byte[] key(long group, long ipHi, long ipLo) {
        return key.clear().putLong(group).putLong(ipHi).putLong(ipLo).array();
    }

    private static AffinityEntry entry(byte[] key, byte[] value) {
        ByteBuffer k = ByteBuffer.wrap(key);
        ByteBuffer v = ByteBuffer.wrap(value);
        return new AffinityEntry(k.getLong(0), k.getLong(8), k.getLong(16), v.getLong(0), v.getLong(8), v.getLong(16),
                v.getLong(24));
    }
}

package io.sluice.conntrack.store.chronicle;

import java.util.function.BiConsumer;
import java.util.function.BiPredicate;

import org.jspecify.annotations.Nullable;

import io.sluice.conntrack.store.CopyFile;

import net.openhft.chronicle.map.ChronicleMap;

/** The durable copy in a Chronicle Map; the store's thread alone, while other processes read. */
final class ChronicleFile implements CopyFile {
    private final ChronicleMap<byte[], byte[]> map;

    ChronicleFile(ChronicleMap<byte[], byte[]> map) {
        this.map = map;
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        return map.get(key);
    }

    @Override
    public boolean put(byte[] key, byte[] value) {
        try {
            map.put(key, value);
            return true;
        } catch (IllegalStateException full) {
            return false;
        }
    }

    @Override
    public void remove(byte[] key) {
        map.remove(key);
    }

    @Override
    public void forEach(BiConsumer<byte[], byte[]> visitor) {
        map.forEach(visitor);
    }

    @Override
    public void removeIf(BiPredicate<byte[], byte[]> unwanted) {
        map.forEachEntry(entry -> {
            if (unwanted.test(entry.key().get(), entry.value().get())) {
                entry.doRemove();
            }
        });
    }

    @Override
    public long size() {
        return map.longSize();
    }

    @Override
    public void close() {
        map.close();
    }
}

package io.sluice.conntrack.store;

import java.util.function.BiConsumer;
import java.util.function.BiPredicate;

import org.jspecify.annotations.Nullable;

/**
 * The durable copy as a file of keys and values that other processes read meanwhile; the store's thread alone. Every
 * method may throw a RuntimeException where the file is damaged, or where somebody was killed while holding a lock in
 * it: opening it again repairs it.
 */
public interface CopyFile extends AutoCloseable {
    /** The value, or null. */
    byte @Nullable [] get(byte[] key);

    /** Puts a value; false when the file is full. */
    boolean put(byte[] key, byte[] value);

    /** Removes an entry, where there is one. */
    void remove(byte[] key);

    /** Visits every entry. */
    void forEach(BiConsumer<byte[], byte[]> visitor);

    /** Removes every entry that passes. */
    void removeIf(BiPredicate<byte[], byte[]> unwanted);

    /** How many entries. */
    long size();

    @Override
    void close();
}

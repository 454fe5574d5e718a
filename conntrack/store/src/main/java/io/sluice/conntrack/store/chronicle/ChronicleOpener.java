package io.sluice.conntrack.store.chronicle;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;

import io.sluice.conntrack.store.CopyFile;
import io.sluice.conntrack.store.CopyFormat;
import io.sluice.conntrack.store.CopyOpener;

import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ChronicleMapBuilder;

/** Opens durable copies as persisted Chronicle Maps; the store's thread alone. */
public final class ChronicleOpener implements CopyOpener {
    /** One thread writes, so segments serve nothing but to spread memory; few keep it together. */
    private static final int SEGMENTS = 16;
    private static final int AVERAGE_NAME_BYTES = 24;
    /**
     * Whoever reads needs a moment; who has not let go of a lock after this is dead. Chronicle's own patience is 60 s.
     */
    private static final String LOCK_TIMEOUT = "net.openhft.chronicle.map.lockTimeoutSeconds";
    private static final String LOCK_TIMEOUT_SECONDS = "10";

    /** Made by {@link java.util.ServiceLoader}. */
    public ChronicleOpener() {
        if (System.getProperty(LOCK_TIMEOUT) == null) { // read once, when the first map is made
            System.setProperty(LOCK_TIMEOUT, LOCK_TIMEOUT_SECONDS);
        }
    }

    /**
     * An existing file is always gone through under the lock of the caller: a lock in the file that nobody holds any
     * more would block for a minute otherwise, and entries whose checksum is wrong are dropped.
     */
    @Override
    public CopyFile open(Path path, long capacity) throws IOException {
        File file = path.toFile();
        try {
            return new ChronicleFile(file.exists()
                    ? builder(capacity).recoverPersistedTo(file, true)
                    : builder(capacity).createPersistedTo(file));
        } catch (IOException e) {
            throw e;
        } catch (RuntimeException | AssertionError | InternalError e) { // whatever a damaged file makes of its reader
            throw new IOException("its library failed (" + e.getMessage() + ")", e);
        }
    }

    private static ChronicleMapBuilder<byte[], byte[]> builder(long capacity) {
        return ChronicleMap.of(byte[].class, byte[].class).name("sluice").entries(capacity)
                .constantKeySizeBySample(new byte[CopyFormat.KEY_BYTES])
                .averageValueSize(CopyFormat.FIXED_VALUE_BYTES + AVERAGE_NAME_BYTES)
                .actualSegments(SEGMENTS).putReturnsNull(true).removeReturnsNull(true)
                .checksumEntries(true).skipCloseOnExitHook(true);
    }
}

package io.sluice.ringbuffers.mapped;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Makes, keeps and puts aside the files behind {@link MappedRegion}. Control plane only. */
final class RegionFiles {
    private static final Set<PosixFilePermission> OWNER_WRITES_GROUP_READS = PosixFilePermissions
            .fromString("rw-r-----");

    /** The counters file in most cases, and small tables: their blocks are taken at once. Larger files stay sparse. */
    private static final long RESERVED_BYTES = 16 << 20;
    private static final int BLOCK_BYTES = 1 << 16;

    private RegionFiles() {
    }

    static Opened openOrCreate(Path path, Layout layout, Geometry geometry) throws IOException {
        if (!Files.exists(path)) {
            return new Opened(create(path, layout, geometry), Opened.Outcome.CREATED,
                    "new " + layout.name() + " " + path, null);
        }
        RegionHeader header = RegionHeader.readFrom(path);
        String mismatch = header.mismatch(layout);
        if (mismatch.isEmpty() && !header.geometry().equals(geometry)) {
            mismatch = "it was made for another size (" + header.geometry() + ", wanted " + geometry + ")";
        }
        if (mismatch.isEmpty()) {
            return new Opened(MappedRegion.map(path, path, header, true), Opened.Outcome.ADOPTED,
                    "adopted " + layout.name() + " " + path, null);
        }
        Path old = path.resolveSibling(path.getFileName() + ".old");
        Files.move(path, old, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        return new Opened(create(path, layout, geometry), Opened.Outcome.REPLACED,
                "new " + layout.name() + " " + path + "; the former file was put aside as " + old + " because "
                        + mismatch,
                old);
    }

    static MappedRegion create(Path path, Layout layout, Geometry geometry) throws IOException {
        Path absolute = path.toAbsolutePath();
        Path directory = absolute.getParent();
        if (directory == null) {
            throw new IOException("cannot create the " + layout.name() + ": " + path + " is a directory");
        }
        Files.createDirectories(directory);
        requireRoom(directory, layout, geometry);
        RegionHeader header = RegionHeader.of(layout, geometry, System.currentTimeMillis());
        Path unfinished = absolute.resolveSibling(path.getFileName() + ".new." + ProcessHandle.current().pid());
        Files.deleteIfExists(unfinished);
        try (FileChannel channel = FileChannel.open(unfinished,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE),
                PosixFilePermissions.asFileAttribute(OWNER_WRITES_GROUP_READS))) {
            reserve(channel, geometry.sizeBytes());
            channel.write(header.encoded(), 0);
            channel.write(ByteBuffer.allocate(1), geometry.sizeBytes() - 1);
        }
        MappedRegion region = MappedRegion.map(unfinished, path, header, true);
        if (geometry.sizeBytes() <= RESERVED_BYTES) {
            region.reserved();
        }
        Files.move(unfinished, absolute, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        return region;
    }

    /** Writes zeros: that takes the blocks on every file system, or fails here and not in the middle of a store. */
    private static void reserve(FileChannel channel, long sizeBytes) throws IOException {
        if (sizeBytes > RESERVED_BYTES) {
            return;
        }
        ByteBuffer zeros = ByteBuffer.allocate(BLOCK_BYTES);
        for (long offset = 0; offset < sizeBytes; offset += BLOCK_BYTES) {
            zeros.clear().limit((int) Math.min(BLOCK_BYTES, sizeBytes - offset));
            channel.write(zeros, offset);
        }
    }

    /** A sparse file that meets a full disk later goes on in memory ({@link LostPages}); better to ask before. */
    private static void requireRoom(Path directory, Layout layout, Geometry geometry) throws IOException {
        long usableBytes = Files.getFileStore(directory).getUsableSpace();
        if (usableBytes < geometry.sizeBytes()) {
            throw new IOException("no room for the " + layout.name() + " in " + directory + ": it may grow to "
                    + (geometry.sizeBytes() >> 20) + " MiB and " + (usableBytes >> 20)
                    + " MiB are free; free space, set state-directory elsewhere, or lower tables.connections and tables.affinity");
        }
    }
}

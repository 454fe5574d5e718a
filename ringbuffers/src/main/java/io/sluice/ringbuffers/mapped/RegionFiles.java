package io.sluice.ringbuffers.mapped;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Makes, keeps and puts aside the files behind {@link MappedRegion}. Control plane only. */
final class RegionFiles {
    /** The counters file in most cases, and small tables: their blocks are taken at once. Larger files grow. */
    private static final long RESERVED_BYTES = 16 << 20;
    private static final int BLOCK_BYTES = 1 << 16;

    private RegionFiles() {
    }

    static Opened openOrCreate(Path path, Layout layout, Geometry geometry) throws IOException {
        if (Files.isSymbolicLink(path)) {
            return inPlaceOfMemory(path, layout, geometry);
        }
        if (!Files.exists(path)) {
            return new Opened(create(path, layout, geometry, true), Opened.Outcome.CREATED,
                    "new " + layout.name() + " " + path, null);
        }
        RegionHeader header = RegionHeader.readFrom(path);
        String mismatch = header.mismatch(layout);
        if (mismatch.isEmpty() && !header.geometry().equals(geometry)) {
            mismatch = "it was made for " + header.geometry().first() + " and " + geometry.first() + " are wanted";
        }
        if (mismatch.isEmpty()) {
            return new Opened(MappedRegion.map(RegionFile.open(path), path, header, true), Opened.Outcome.ADOPTED,
                    "adopted " + layout.name() + " " + path, null);
        }
        Path old = PutAside.move(path);
        return new Opened(create(path, layout, geometry, true), Opened.Outcome.REPLACED,
                "new " + layout.name() + " " + path + "; the former file was put aside as " + old + " because "
                        + mismatch,
                old);
    }

    /** The former process had to go on in memory: that is still there during an upgrade, else the file from before. */
    private static Opened inPlaceOfMemory(Path path, Layout layout, Geometry geometry) throws IOException {
        Path former = Files.exists(path) ? Files.readSymbolicLink(path) : old(path);
        return new Opened(create(path, layout, geometry, true), Opened.Outcome.REPLACED,
                "new " + layout.name() + " " + path + "; the former one was in memory", former);
    }

    private static Path old(Path path) {
        return path.resolveSibling(path.getFileName() + ".old");
    }

    static Path unfinished(Path path) {
        return path.resolveSibling(path.getFileName() + ".new." + ProcessHandle.current().pid());
    }

    static MappedRegion create(Path path, Layout layout, Geometry geometry, boolean adoptable) throws IOException {
        Path absolute = path.toAbsolutePath();
        Path directory = absolute.getParent();
        if (directory == null) {
            throw new IOException("cannot create the " + layout.name() + ": " + path + " is a directory");
        }
        Files.createDirectories(directory);
        RegionHeader header = RegionHeader.of(layout, geometry, System.currentTimeMillis());
        Path unfinished = unfinished(absolute);
        Files.deleteIfExists(unfinished);
        MappedRegion region;
        try {
            region = MappedRegion.map(filled(unfinished, header), path, header, adoptable);
        } catch (RegionFile.NoRoom full) {
            Files.deleteIfExists(unfinished);
            return createInMemory(path, header, adoptable);
        }
        if (geometry.sizeBytes() <= RESERVED_BYTES) {
            region.reserved();
        }
        if (PutAside.isDirectory(absolute)) {
            PutAside.move(absolute);
        }
        Files.move(unfinished, absolute, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        return region;
    }

    private static RegionFile filled(Path unfinished, RegionHeader header) throws IOException {
        RegionFile file = RegionFile.create(unfinished);
        long sizeBytes = header.geometry().sizeBytes();
        try {
            if (sizeBytes > RESERVED_BYTES) {
                file.reserve(0, MappedRegion.HEADER_BYTES);
                file.reserve(sizeBytes - 1, 1);
                file.channel().write(ByteBuffer.allocate(1), sizeBytes - 1);
            } else if (!file.reserve(0, sizeBytes)) {
                fill(file.channel(), sizeBytes);
            }
            file.channel().write(header.encoded(), 0);
            return file;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** Writes zeros: that takes the blocks on every file system, or fails here and not in the middle of a store. */
    private static void fill(FileChannel channel, long sizeBytes) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate(BLOCK_BYTES);
        for (long offset = 0; offset < sizeBytes; offset += BLOCK_BYTES) {
            zeros.clear().limit((int) Math.min(BLOCK_BYTES, sizeBytes - offset));
            channel.write(zeros, offset);
        }
    }

    private static MappedRegion createInMemory(Path path, RegionHeader header, boolean adoptable) throws IOException {
        RegionFile memory = RegionFile.inMemory(String.valueOf(path.getFileName()), header.geometry().sizeBytes());
        memory.channel().write(header.encoded(), 0);
        MappedRegion region = MappedRegion.map(memory, path, header, adoptable);
        region.beginInMemory();
        replaceByLink(path, memory, false);
        return region;
    }

    /** Where even that cannot be written nobody finds it; its owner has it. */
    static void replaceByLink(Path path, RegionFile memory, boolean keepFile) {
        try {
            if (keepFile && Files.exists(path)) {
                PutAside.move(path);
            }
            memory.linkFrom(path.toAbsolutePath());
        } catch (IOException readersMissIt) {
            // what they then say is that it is not there, or of the past
        }
    }
}

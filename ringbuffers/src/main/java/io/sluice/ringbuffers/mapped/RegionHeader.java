package io.sluice.ringbuffers.mapped;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;

/** The checked first 64 bytes of a mapped file (drawn in {@link MappedRegion}). */
record RegionHeader(long magic, int version, Geometry geometry, long createdEpochMs, boolean intact) {
    static final int BYTES = 64;

    /** Reads a header without mapping the file; a damaged one is not {@link #intact}. */
    static RegionHeader readFrom(Path path) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BYTES).order(ByteOrder.nativeOrder());
        long fileBytes;
        if (Files.exists(path) && !Files.isRegularFile(path)) { // reading a pipe may never end
            return new RegionHeader(0, 0, new Geometry(0, 0, 0, 0), 0, false);
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            fileBytes = channel.size();
            while (buffer.hasRemaining() && channel.read(buffer, buffer.position()) > 0) {
                // until the header is whole or the file ends
            }
        } catch (NoSuchFileException e) {
            throw new NoSuchFileException(path.toString(), null, Files.isSymbolicLink(path)
                    ? "it was in memory alone, as the disk was full, and ended with the daemon"
                    : "no such file; has the daemon run with this state directory?");
        }
        Geometry geometry = new Geometry(buffer.getLong(16), buffer.getLong(24), buffer.getLong(32),
                buffer.getLong(40));
        boolean intact = !buffer.hasRemaining() && buffer.getInt(12) == MappedRegion.HEADER_BYTES
                && buffer.getLong(56) == checksum(buffer) && geometry.sizeBytes() == fileBytes;
        return new RegionHeader(buffer.getLong(0), buffer.getInt(8), geometry, buffer.getLong(48), intact);
    }

    static RegionHeader of(Layout layout, Geometry geometry, long createdEpochMs) {
        return new RegionHeader(layout.magic(), layout.version(), geometry, createdEpochMs, true);
    }

    ByteBuffer encoded() {
        ByteBuffer buffer = ByteBuffer.allocate(BYTES).order(ByteOrder.nativeOrder());
        buffer.putLong(0, magic).putInt(8, version).putInt(12, MappedRegion.HEADER_BYTES);
        buffer.putLong(16, geometry.sizeBytes()).putLong(24, geometry.first()).putLong(32, geometry.second());
        buffer.putLong(40, geometry.third()).putLong(48, createdEpochMs);
        return buffer.putLong(56, checksum(buffer));
    }

    /** Why this file cannot be used as {@code layout}, or an empty string. */
    String mismatch(Layout layout) {
        if (!intact) {
            return "its header is damaged";
        }
        if (magic != layout.magic()) {
            return "it is another kind of file (magic " + HexFormat.of().toHexDigits(magic) + ")";
        }
        return version == layout.version()
                ? ""
                : "it has layout version " + version + ", this program has " + layout.version();
    }

    void requireLayout(Path path, Layout layout) throws IOException {
        String mismatch = mismatch(layout);
        if (!mismatch.isEmpty()) {
            throw new IOException("cannot read the " + layout.name() + " " + path + ": " + mismatch
                    + "; use the same version of sluice as the daemon");
        }
    }

    private static long checksum(ByteBuffer buffer) {
        long state = Checksum.start();
        for (int offset = 0; offset < 56; offset += 8) {
            state = Checksum.add(state, buffer.getLong(offset));
        }
        return state;
    }
}

package io.sluice.ringbuffers.mapped;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.BooleanSupplier;

import org.agrona.UnsafeApi;
import org.jspecify.annotations.Nullable;

import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.MappedPages;

/**
 * A file mapped into memory and shared with other processes. Any thread may access it; which thread writes which bytes,
 * and with which memory order, is the business of the structure that lives in it. Offsets are bytes from the start of
 * the file and are checked; words must lie on their natural alignment, so that they are never torn, not even by
 * {@code kill -9}.
 *
 * <p>The memory order is in the name: {@code read/write} are plain, {@code readAcquire/writeRelease} are ordered,
 * {@code readVolatile}, {@code compareAndSet}, {@code getAndAdd} are sequentially consistent.
 *
 * <p>The first 64 bytes are the checked header, the rest of the first {@value #HEADER_BYTES} bytes belongs to the
 * structure and starts as zeros:
 *
 * <pre>
 *   0  magic            8  layout version (int)   12  header bytes (int)
 *  16  size bytes      24  geometry first         32  geometry second
 *  40  geometry third  48  created, epoch ms      56  checksum of bytes 0..55
 * </pre>
 *
 * <p>{@link #close} unmaps. Nothing may use the region afterwards: an access that begins later throws, one that runs at
 * that very moment can crash the process, therefore the daemon leaves its regions to the exit of the process.
 */
public final class MappedRegion implements AutoCloseable {
    /** Offset at which the structure's own records may begin; one page. */
    public static final int HEADER_BYTES = 4096;

    private final Path path;
    private final RegionHeader header;
    private final Arena arena;
    private final MemorySegment segment;
    private final long address;
    /** Null: open for reading only. */
    private volatile @Nullable RegionFile file;
    /** Whether the next process adopts what is in it. */
    private final boolean adoptable;
    private volatile boolean inMemory;
    private volatile boolean reserved;
    private volatile BooleanSupplier reserveAhead = () -> true;
    private long reservedTo;
    private boolean lacksRoom;
    private volatile Runnable onRecovered = () -> {
    };
    private long readLimit;
    private long writeLimit;

    private MappedRegion(Path path, RegionHeader header, Arena arena, MemorySegment segment,
            @Nullable RegionFile file, boolean adoptable) {
        this.path = path;
        this.header = header;
        this.arena = arena;
        this.segment = segment;
        this.address = segment.address();
        this.file = file;
        this.adoptable = adoptable;
        this.readLimit = segment.byteSize();
        this.writeLimit = file != null ? segment.byteSize() : 0;
    }

    /**
     * Opens the file for writing, keeps its content when layout and geometry fit, otherwise renames it to {@code .old}
     * and makes a new one; in memory where the directory has no room, see {@link #isInMemory}.
     *
     * @throws IOException when the directory cannot be written
     */
    public static Opened openOrCreate(Path path, Layout layout, Geometry geometry) throws IOException {
        return RegionFiles.openOrCreate(path, layout, geometry);
    }

    /**
     * Makes a new file of zeros and renames it over what is there; whoever has the former file mapped keeps reading it.
     * It is in memory where the directory has no room, see {@link #isInMemory}.
     *
     * @throws IOException when the directory cannot be written
     */
    public static MappedRegion create(Path path, Layout layout, Geometry geometry) throws IOException {
        return RegionFiles.create(path, layout, geometry, false);
    }

    /**
     * Opens an existing file for reading only, whatever its geometry.
     *
     * @throws IOException when there is no such file, or it has another layout
     */
    public static MappedRegion openReadOnly(Path path, Layout layout) throws IOException {
        RegionHeader header = RegionHeader.readFrom(path);
        header.requireLayout(path, layout);
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            MemorySegment segment = channel.map(FileChannel.MapMode.READ_ONLY, 0, header.geometry().sizeBytes(), arena);
            return new MappedRegion(path, header, arena, segment, null, false);
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /** Closes the file when it cannot be mapped. */
    static MappedRegion map(RegionFile file, Path path, RegionHeader header, boolean adoptable) throws IOException {
        Arena arena = Arena.ofShared();
        try {
            MemorySegment segment = file.channel().map(FileChannel.MapMode.READ_WRITE, 0,
                    header.geometry().sizeBytes(), arena);
            MappedRegion region = new MappedRegion(path, header, arena, segment, file, adoptable);
            LostPages.watch(region);
            return region;
        } catch (IOException | RuntimeException e) {
            file.close();
            arena.close();
            throw e;
        }
    }

    /** Whether it is in memory alone: it ends with the process. */
    public boolean isInMemory() {
        return inMemory;
    }

    /** What is to be written anew when pages were lost, on the thread that found out: any. */
    public void onRecovered(Runnable action) {
        onRecovered = action;
    }

    /** How to {@link #reserve} what will be used soon; asked about once a second, and false: there is no room. */
    public void onReserveAhead(BooleanSupplier action) {
        reserveAhead = action;
    }

    /** Every block of the file is there: a full disk takes none away. */
    public void reserved() {
        reserved = true;
    }

    /**
     * Takes the file's blocks for these bytes before they are written. Control plane.
     *
     * @return false: the disk is full
     */
    public boolean reserve(long offset, long lengthBytes) {
        RegionFile mapped = file;
        if (mapped == null || inMemory || reserved || (offset == 0 && lengthBytes <= reservedTo)) {
            return true;
        }
        try {
            mapped.reserve(offset, lengthBytes);
            reservedTo = offset == 0 ? lengthBytes : reservedTo;
            return true;
        } catch (RegionFile.NoRoom full) {
            return false;
        }
    }

    /** Says when room ends, and when there is some again; empty: all is as before. */
    String reserveAhead() {
        if (inMemory || reserveAhead.getAsBoolean() == !lacksRoom) {
            return "";
        }
        lacksRoom = !lacksRoom;
        return path + (lacksRoom
                ? " cannot grow, the disk is full: it goes on in memory when it has to; free space"
                : " can grow again");
    }

    /** Why touching a page of the file may fail; empty: it cannot. */
    String whyPagesCanBeLost() throws IOException {
        RegionFile mapped = file;
        if (mapped == null || inMemory || !mapped.channel().isOpen()) {
            return "";
        }
        if (mapped.channel().size() < segment.byteSize()) {
            return "was truncated";
        }
        return reserved ? "" : "has no room to grow, the disk is full or broken";
    }

    /** It has been in memory from its beginning. */
    void beginInMemory() {
        inMemory = true;
    }

    /**
     * Puts memory with the same content in the place of the file's pages; what is written at that very moment is lost.
     * The file stays where the next process would adopt it, under another name.
     *
     * @return false: it is in memory already
     */
    public boolean goOnInMemory() throws IOException {
        RegionFile mapped = file;
        if (mapped == null || inMemory) {
            return false;
        }
        RegionFile memory = RegionFile.inMemory(String.valueOf(path.getFileName()), segment.byteSize());
        copyTo(memory.channel(), mapped.channel());
        memory.channel().write(header.encoded(), 0);
        int failed = MappedPages.replace(address, segment.byteSize(), memory.descriptor());
        if (failed < 0) {
            memory.close();
            throw new IOException("mmap: " + Errno.describe(failed));
        }
        inMemory = true;
        file = memory;
        mapped.close();
        onRecovered.run();
        RegionFiles.replaceByLink(path, memory, adoptable);
        return true;
    }

    /** Another process had its own in this place meanwhile, and has ended. */
    void linkAgain() {
        RegionFile memory = file;
        if (memory != null && inMemory && adoptable) {
            RegionFiles.replaceByLink(path, memory, false);
        }
    }

    /** What the file still has; pages of zeros, mostly holes, take no memory. */
    private static void copyTo(FileChannel target, FileChannel from) throws IOException {
        ByteBuffer block = ByteBuffer.allocateDirect(HEADER_BYTES);
        ByteBuffer zeros = ByteBuffer.allocateDirect(HEADER_BYTES);
        for (long offset = 0;; offset += HEADER_BYTES) {
            block.clear();
            int bytes = from.read(block, offset);
            if (bytes < 0) {
                return;
            }
            if (block.flip().mismatch(zeros.clear().limit(bytes)) >= 0) {
                target.write(block, offset);
            }
        }
    }

    /** The file. */
    public Path path() {
        return path;
    }

    /** Size and division, as the file's header says. */
    public Geometry geometry() {
        return header.geometry();
    }

    /** When the file was made, wall clock. */
    public long createdEpochMs() {
        return header.createdEpochMs();
    }

    /** Whether this process may write. */
    public boolean writable() {
        return writeLimit > 0;
    }

    public byte readByte(long offset) {
        checkRead(offset, 1);
        return UnsafeApi.getByte(address + offset);
    }

    public void writeByte(long offset, byte value) {
        checkWrite(offset, 1);
        UnsafeApi.putByte(address + offset, value);
    }

    public short readShort(long offset) {
        checkRead(offset, 2);
        return UnsafeApi.getShort(address + offset);
    }

    public void writeShort(long offset, short value) {
        checkWrite(offset, 2);
        UnsafeApi.putShort(address + offset, value);
    }

    public int readInt(long offset) {
        checkRead(offset, 4);
        return UnsafeApi.getInt(address + offset);
    }

    public void writeInt(long offset, int value) {
        checkWrite(offset, 4);
        UnsafeApi.putInt(address + offset, value);
    }

    public long readLong(long offset) {
        checkRead(offset, 8);
        return UnsafeApi.getLong(address + offset);
    }

    public void writeLong(long offset, long value) {
        checkWrite(offset, 8);
        UnsafeApi.putLong(address + offset, value);
    }

    public long readLongAcquire(long offset) {
        checkRead(offset, 8);
        return UnsafeApi.getLongAcquire(null, address + offset);
    }

    public void writeLongRelease(long offset, long value) {
        checkWrite(offset, 8);
        UnsafeApi.putLongRelease(null, address + offset, value);
    }

    public long readLongVolatile(long offset) {
        checkRead(offset, 8);
        return UnsafeApi.getLongVolatile(null, address + offset);
    }

    /** A page that is lost is met by the read before: the JVM survives that in every kind of code. */
    public boolean compareAndSetLong(long offset, long expected, long value) {
        checkWrite(offset, 8);
        UnsafeApi.getLongVolatile(null, address + offset);
        return UnsafeApi.compareAndSetLong(null, address + offset, expected, value);
    }

    public long getAndAddLong(long offset, long delta) {
        checkWrite(offset, 8);
        UnsafeApi.getLongVolatile(null, address + offset);
        return UnsafeApi.getAndAddLong(null, address + offset, delta);
    }

    public long getAndBitwiseOrLong(long offset, long mask) {
        checkWrite(offset, 8);
        return UnsafeApi.getAndBitwiseOrLong(null, address + offset, mask);
    }

    /** Keeps plain reads before it from moving below it: the second half of a reader's sequence check. */
    public void loadFence() {
        UnsafeApi.loadFence();
    }

    /** Keeps plain writes after it from moving above the writes before it: the first half of a writer's sequence. */
    public void storeFence() {
        UnsafeApi.storeFence();
    }

    /** Fills with zeros. */
    public void clear(long offset, long lengthBytes) {
        checkWrite(offset, lengthBytes);
        UnsafeApi.setMemory(address + offset, lengthBytes, (byte) 0);
    }

    /** Writes bytes, plain. */
    public void writeBytes(long offset, byte[] bytes) {
        checkWrite(offset, bytes.length);
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, segment, offset, bytes.length);
    }

    /** Copies bytes out, plain. */
    public byte[] readBytes(long offset, int lengthBytes) {
        checkRead(offset, lengthBytes);
        byte[] bytes = new byte[lengthBytes];
        MemorySegment.copy(segment, offset, MemorySegment.ofArray(bytes), 0, lengthBytes);
        return bytes;
    }

    /** Writes what was changed to the disk and waits for it (msync(2)); control plane only. */
    public void force() {
        if (!inMemory) {
            segment.force();
        }
    }

    @Override
    public void close() {
        readLimit = 0;
        writeLimit = 0;
        LostPages.forget(this);
        closeFile();
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }

    private void closeFile() {
        RegionFile mapped = file;
        if (mapped != null) {
            try {
                mapped.close();
            } catch (IOException nothingIsWrittenThroughIt) {
                // the mapping goes all the same
            }
        }
    }

    private void checkRead(long offset, long lengthBytes) {
        if ((offset | lengthBytes) < 0 || offset > readLimit - lengthBytes) {
            throw outside(offset, lengthBytes, readLimit);
        }
    }

    private void checkWrite(long offset, long lengthBytes) {
        if ((offset | lengthBytes) < 0 || offset > writeLimit - lengthBytes) {
            throw outside(offset, lengthBytes, writeLimit);
        }
    }

    private RuntimeException outside(long offset, long lengthBytes, long limit) {
        if (limit == 0) {
            return new IllegalStateException(path + " is " + (readLimit == 0 ? "closed" : "open for reading only"));
        }
        return new IndexOutOfBoundsException(lengthBytes + " bytes at " + offset + " in " + path + " of " + limit);
    }
}

package io.sluice.ringbuffers.bpf;

import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.Files;
import io.sluice.ringbuffers.syscall.Memory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * A map of the kernel, held by its descriptor; any thread. Keys and values are buffers in the machine's byte order,
 * read and written whole from their index 0.
 */
public final class BpfMap implements AutoCloseable {
    /** Flags of an update: an entry that is there is replaced; there must be none; there must be one. */
    public static final long BPF_ANY = 0;
    public static final long BPF_NOEXIST = 1;
    public static final long BPF_EXIST = 2;

    static final int BPF_F_RDONLY_PROG = 1 << 7;

    private static final int BATCH = 256;

    private final MapDefinition definition;
    private final int fd;

    private BpfMap(MapDefinition definition, int fd) {
        this.definition = definition;
        this.fd = fd;
    }

    /** @throws IOException naming the map: no room, no right, or not known to this kernel */
    public static BpfMap create(MapDefinition wanted) throws IOException {
        MapDefinition inner = wanted.inner();
        if (inner == null) {
            return create(wanted, 0);
        }
        try (BpfMap pattern = create(inner)) {
            return create(wanted, pattern.fd);
        }
    }

    private static BpfMap create(MapDefinition wanted, int inner) throws IOException {
        try (Command command = new Command()) {
            int fd = command.with(0, wanted.type()).with(4, wanted.keyBytes()).with(8, wanted.valueBytes())
                    .with(12, wanted.entries()).with(16, wanted.flags()).with(20, inner).withName(28, wanted.name())
                    .call(Command.MAP_CREATE);
            return new BpfMap(wanted, Errno.check(fd, "creating the BPF map " + wanted.name() + " of "
                    + wanted.entries() + " entries"));
        }
    }

    public MapDefinition definition() {
        return definition;
    }

    int fd() {
        return fd;
    }

    /** A new key, of zeros. */
    public ByteBuffer key() {
        return ByteBuffer.allocate(definition.keyBytes()).order(ByteOrder.nativeOrder());
    }

    /** The key of an array. */
    public ByteBuffer key(int index) {
        return key().putInt(0, index);
    }

    /** A new value, of zeros; of a map with a value for each processor, one of them. */
    public ByteBuffer value() {
        return ByteBuffer.allocate(definition.valueBytes()).order(ByteOrder.nativeOrder());
    }

    public void update(ByteBuffer key, ByteBuffer value, long flags) throws IOException {
        try (Memory memory = Memory.ofThisThread(padded(definition.keyBytes()) + valueBytes());
                Command command = new Command()) {
            memory.put(0, key.array());
            memory.put(padded(definition.keyBytes()), value.array());
            Errno.check(element(command, memory).with(24, flags).call(Command.MAP_UPDATE_ELEM), "updating the BPF map "
                    + definition.name());
        }
    }

    /** Enters a map of this one's inner kind; it lives as long as it stands there. */
    public void update(ByteBuffer key, BpfMap inner) throws IOException {
        update(key, value().putInt(0, inner.fd), BPF_ANY);
    }

    /** The value, of all processors one after another where each has its own; empty where there is none. */
    public Optional<ByteBuffer> find(ByteBuffer key) throws IOException {
        try (Memory memory = Memory.ofThisThread(padded(definition.keyBytes()) + valueBytes());
                Command command = new Command()) {
            memory.put(0, key.array());
            int result = element(command, memory).call(Command.MAP_LOOKUP_ELEM);
            if (result == -Errno.ENOENT) {
                return Optional.empty();
            }
            Errno.check(result, "reading the BPF map " + definition.name());
            return Optional.of(copy(memory, padded(definition.keyBytes()), valueBytes()));
        }
    }

    /** The sum of the first eight bytes of a value over all processors. */
    public long sum(int index) throws IOException {
        ByteBuffer values = find(key(index)).orElseGet(this::value);
        long sum = 0;
        for (int at = 0; at + Long.BYTES <= values.capacity(); at += padded(definition.valueBytes())) {
            sum += values.getLong(at);
        }
        return sum;
    }

    /** Whether there was one. */
    public boolean delete(ByteBuffer key) throws IOException {
        try (Memory memory = Memory.ofThisThread(padded(definition.keyBytes())); Command command = new Command()) {
            memory.put(0, key.array());
            int result = command.with(0, fd).with(8, memory.address()).call(Command.MAP_DELETE_ELEM);
            if (result == -Errno.ENOENT) {
                return false;
            }
            Errno.check(result, "deleting from the BPF map " + definition.name());
            return true;
        }
    }

    /**
     * Goes through a hash map by batch look-ups (Linux 5.6). Entries that come or go meanwhile may be met or missed.
     *
     * @param visitor gets key and value, which are its own
     */
    public void forEach(BiConsumer<ByteBuffer, ByteBuffer> visitor) throws IOException {
        int keyBytes = definition.keyBytes();
        int room = BATCH;
        try (Memory token = Memory.ofThisThread(Math.max(64, keyBytes))) {
            boolean first = true;
            while (true) {
                try (Memory keys = Memory.ofThisThread((long) room * keyBytes);
                        Memory values = Memory.ofThisThread((long) room * valueBytes());
                        Command command = new Command()) {
                    int result = command.with(0, first ? 0L : token.address()).with(8, token.address())
                            .with(16, keys.address()).with(24, values.address()).with(32, room).with(36, fd)
                            .call(Command.MAP_LOOKUP_BATCH);
                    if (result == -Errno.ENOSPC) { // a bucket holds more than there is room for
                        room *= 2;
                        continue;
                    }
                    if (result != -Errno.ENOENT) {
                        Errno.check(result, "reading the BPF map " + definition.name());
                    }
                    for (int i = 0; i < command.answer(32); i++) {
                        visitor.accept(copy(keys, (long) i * keyBytes, keyBytes), copy(values, (long) i * valueBytes(),
                                valueBytes()));
                    }
                    if (result == -Errno.ENOENT) {
                        return;
                    }
                    first = false;
                }
            }
        }
    }

    /** Keeps it when this process has ended: until that name is deleted. */
    public void pin(Path name) throws IOException {
        Pins.pin(fd, name, toString());
    }

    /**
     * A map that another process has pinned.
     *
     * @param definition what it must be, which the pinner has to have agreed on
     */
    public static BpfMap pinned(Path name, MapDefinition definition) throws IOException {
        return new BpfMap(definition, Pins.open(name));
    }

    /** The same map, closed apart from this one. */
    BpfMap again() throws IOException {
        return new BpfMap(definition, Errno.check(Files.duplicate(fd), "another descriptor of the " + this));
    }

    /** No system call changes it from now on. */
    void freeze() throws IOException {
        try (Command command = new Command()) {
            Errno.check(command.with(0, fd).call(Command.MAP_FREEZE), "freezing the BPF map " + definition.name());
        }
    }

    private Command element(Command command, Memory memory) {
        return command.with(0, fd).with(8, memory.address())
                .with(16, memory.address() + padded(definition.keyBytes()));
    }

    private int valueBytes() {
        return definition.isPerProcessor()
                ? padded(definition.valueBytes()) * PossibleProcessors.COUNT
                : definition.valueBytes();
    }

    private static int padded(int bytes) {
        return (bytes + 7) & ~7;
    }

    private static ByteBuffer copy(Memory memory, long offset, int lengthBytes) {
        byte[] bytes = new byte[lengthBytes];
        memory.buffer().get((int) offset, bytes);
        return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    }

    @Override
    public void close() {
        Files.close(fd);
    }

    @Override
    public String toString() {
        return "BPF map " + definition.name();
    }
}

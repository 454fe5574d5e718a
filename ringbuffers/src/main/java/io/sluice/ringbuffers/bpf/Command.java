package io.sluice.ringbuffers.bpf;

import io.sluice.ringbuffers.syscall.Bpf;
import io.sluice.ringbuffers.syscall.Memory;
import java.nio.charset.StandardCharsets;

/**
 * One call of bpf(2): its attributes are set by their offsets in {@code union bpf_attr}, the rest of it is 0 as the
 * kernel wants it; one thread.
 */
final class Command implements AutoCloseable {
    static final int MAP_CREATE = 0;
    static final int MAP_LOOKUP_ELEM = 1;
    static final int MAP_UPDATE_ELEM = 2;
    static final int MAP_DELETE_ELEM = 3;
    static final int PROG_LOAD = 5;
    static final int OBJ_PIN = 6;
    static final int OBJ_GET = 7;
    static final int PROG_TEST_RUN = 10;
    static final int BTF_LOAD = 18;
    static final int MAP_FREEZE = 22;
    static final int MAP_LOOKUP_BATCH = 24;
    static final int LINK_CREATE = 28;
    static final int LINK_UPDATE = 29;

    /** Names of maps and programs have 15 characters and a 0. */
    private static final int NAME_BYTES = 15;

    private final Memory attributes = Memory.ofThisThread(152);

    Command with(int offset, int value) {
        attributes.intAt(offset, value);
        return this;
    }

    Command with(int offset, long value) {
        attributes.longAt(offset, value);
        return this;
    }

    Command withName(int offset, String name) {
        byte[] bytes = name.replaceAll("[^A-Za-z0-9_.]", "_").getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < Math.min(bytes.length, NAME_BYTES); i++) {
            attributes.byteAt(offset + i, bytes[i]);
        }
        return this;
    }

    /** A result of 0 or more, often a descriptor, or a negated errno. */
    int call(int command) {
        return Bpf.bpf(command, attributes);
    }

    int answer(int offset) {
        return attributes.intAt(offset);
    }

    @Override
    public void close() {
        attributes.close();
    }
}

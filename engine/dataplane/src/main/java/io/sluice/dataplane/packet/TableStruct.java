package io.sluice.dataplane.packet;

import java.nio.ByteBuffer;
import java.util.function.IntUnaryOperator;

/** {@code struct table}: the server of each slot. Immutable, any thread. */
final class TableStruct {
    /** As {@code TABLE_SLOTS}. */
    static final int SLOTS = 65_537;
    /** No server in this slot. */
    static final int NO_SERVER = 0xFFFF;
    static final CStruct STRUCT = CStruct.of("table", "server", 2 * (SLOTS + 3));

    private TableStruct() {
    }

    static ByteBuffer of(IntUnaryOperator serverOfSlot) {
        ByteBuffer value = STRUCT.empty();
        for (int slot = 0; slot < SLOTS; slot++) {
            value.putShort(2 * slot, (short) serverOfSlot.applyAsInt(slot));
        }
        return value;
    }
}

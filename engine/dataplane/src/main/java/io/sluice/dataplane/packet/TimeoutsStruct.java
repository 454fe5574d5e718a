package io.sluice.dataplane.packet;

import java.nio.ByteBuffer;

/** {@code struct timeouts}. Immutable, any thread. */
final class TimeoutsStruct {
    static final CStruct STRUCT = CStruct.of("timeouts", "opening_ns", 8, "established_ns", 8, "half_closed_ns", 8,
            "closed_ns", 8);

    private TimeoutsStruct() {
    }

    static ByteBuffer of(PacketService.Timeouts timeouts) {
        return STRUCT.empty().putLong(STRUCT.at("opening_ns"), timeouts.openingNs())
                .putLong(STRUCT.at("established_ns"), timeouts.establishedNs())
                .putLong(STRUCT.at("half_closed_ns"), timeouts.halfClosedNs())
                .putLong(STRUCT.at("closed_ns"), timeouts.closedNs());
    }
}

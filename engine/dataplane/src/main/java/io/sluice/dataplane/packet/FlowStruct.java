package io.sluice.dataplane.packet;

import io.sluice.ringbuffers.ip.Endpoint;
import java.nio.ByteBuffer;

/** {@code struct flow}: one direction of a flow, as the program keeps it. Immutable, any thread. */
final class FlowStruct {
    static final CStruct STRUCT = CStruct.of("flow", "source", 16, "destination", 16, "source_port", 2,
            "destination_port", 2, "mode", 1, "state", 1, "flags", 1, "zero", 1, "service", 4, "server", 4,
            "interface", 4, "unused", 4, "last_ns", 8, "told_ns", 8, "packets", 8, "bytes", 8);

    private FlowStruct() {
    }

    /** {@code enum state}, in its order. */
    enum State {
        OPENING, ESTABLISHED, HALF_CLOSED, CLOSED
    }

    /**
     * What its packets are turned into, and how many have come.
     *
     * @param server its index
     */
    record Entry(Endpoint source, Endpoint destination, State state, int service, int server, long packets,
            long bytes) {
    }

    static Entry read(ByteBuffer value) {
        return new Entry(endpoint(value, "source", "source_port"), endpoint(value, "destination", "destination_port"),
                State.values()[value.get(STRUCT.at("state")) & 3], value.getInt(STRUCT.at("service")),
                value.getInt(STRUCT.at("server")), value.getLong(STRUCT.at("packets")),
                value.getLong(STRUCT.at("bytes")));
    }

    private static Endpoint endpoint(ByteBuffer value, String address, String port) {
        return new Endpoint(CStruct.address(value, STRUCT.at(address)), CStruct.port(value, STRUCT.at(port)));
    }
}

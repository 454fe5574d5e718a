package io.sluice.dataplane.packet;

import io.sluice.conntrack.Protocol;
import io.sluice.ringbuffers.ip.Endpoint;
import java.nio.ByteBuffer;

/** {@code struct flow_key}: the addresses and ports of a packet as it comes. Immutable, any thread. */
final class FlowKeyStruct {
    static final CStruct STRUCT = CStruct.of("flow_key", "source", 16, "destination", 16, "source_port", 2,
            "destination_port", 2, "protocol", 1, "zero", 3);

    private FlowKeyStruct() {
    }

    static ByteBuffer of(Endpoint source, Endpoint destination, Protocol protocol) {
        ByteBuffer key = STRUCT.empty();
        CStruct.putAddress(key, STRUCT.at("source"), source.address());
        CStruct.putAddress(key, STRUCT.at("destination"), destination.address());
        CStruct.putPort(key, STRUCT.at("source_port"), source.port());
        CStruct.putPort(key, STRUCT.at("destination_port"), destination.port());
        return key.put(STRUCT.at("protocol"), (byte) protocol.number());
    }
}

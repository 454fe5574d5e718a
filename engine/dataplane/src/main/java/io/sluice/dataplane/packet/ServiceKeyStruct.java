package io.sluice.dataplane.packet;

import io.sluice.conntrack.Protocol;
import io.sluice.ringbuffers.ip.Endpoint;
import java.nio.ByteBuffer;

/** {@code struct service_key}: by which a packet's destination finds its service. Immutable, any thread. */
final class ServiceKeyStruct {
    static final CStruct STRUCT = CStruct.of("service_key", "address", 16, "port", 2, "protocol", 1, "zero", 1);

    private ServiceKeyStruct() {
    }

    static ByteBuffer of(Endpoint listen, Protocol protocol) {
        ByteBuffer key = STRUCT.empty();
        CStruct.putAddress(key, STRUCT.at("address"), listen.address());
        CStruct.putPort(key, STRUCT.at("port"), listen.port());
        return key.put(STRUCT.at("protocol"), (byte) protocol.number());
    }
}

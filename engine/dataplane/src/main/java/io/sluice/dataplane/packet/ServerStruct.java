package io.sluice.dataplane.packet;

import io.sluice.ringbuffers.ip.Endpoint;
import java.nio.ByteBuffer;

/** {@code struct server}. Immutable, any thread. */
final class ServerStruct {
    static final CStruct STRUCT = CStruct.of("server", "address", 16, "port", 2, "zero", 2, "interface", 4);

    private ServerStruct() {
    }

    /**
     * @param server port 0: the one that the client asked for
     * @param way index of the interface towards it, for a host that does not forward; 0: not known
     */
    static ByteBuffer of(Endpoint server, int way) {
        ByteBuffer value = STRUCT.empty();
        CStruct.putAddress(value, STRUCT.at("address"), server.address());
        CStruct.putPort(value, STRUCT.at("port"), server.port());
        return value.putInt(STRUCT.at("interface"), way);
    }
}

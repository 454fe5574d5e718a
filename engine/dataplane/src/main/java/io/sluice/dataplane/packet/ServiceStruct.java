package io.sluice.dataplane.packet;

import io.sluice.conntrack.Mode;
import io.sluice.ringbuffers.ip.Prefix;
import io.sluice.scheduler.ClientHash;
import java.nio.ByteBuffer;

/** {@code struct service}. Immutable, any thread. */
final class ServiceStruct {
    static final CStruct STRUCT = CStruct.of("service", "id", 4, "table", 4, "mode", 1, "choice", 1, "ports", 2,
            "first_port", 2, "source", 2, "sources", 2, "zero", 6, "mask_high", 8, "mask_low", 8);

    private ServiceStruct() {
    }

    static ByteBuffer of(PacketService service) {
        ByteBuffer value = STRUCT.empty();
        ClientHash hash = service.hash();
        value.putInt(STRUCT.at("id"), service.id());
        value.putInt(STRUCT.at("table"), service.table());
        value.put(STRUCT.at("mode"), number(service.mode()));
        value.put(STRUCT.at("choice"), service.choice().number);
        PacketService.Sources sources = service.sources();
        value.putShort(STRUCT.at("ports"), (short) sources.ports());
        value.putShort(STRUCT.at("first_port"), (short) sources.firstPort());
        value.putShort(STRUCT.at("source"), (short) sources.first());
        value.putShort(STRUCT.at("sources"), (short) sources.count());
        boolean v4 = service.v4();
        value.putLong(STRUCT.at("mask_high"), Prefix.maskHigh(v4 ? 96 + hash.ipv4Prefix() : hash.ipv6Prefix()));
        return value.putLong(STRUCT.at("mask_low"), Prefix.maskLow(v4 ? 96 + hash.ipv4Prefix() : hash.ipv6Prefix()));
    }

    /** {@code enum mode}. */
    static byte number(Mode mode) {
        return switch (mode) {
            case DR -> 1;
            case NAT -> 2;
            case SNAT -> 3;
            case PROXY -> throw new IllegalArgumentException("mode proxy relays connections, not packets");
        };
    }
}

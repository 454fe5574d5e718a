package io.sluice.dataplane.packet;

import io.sluice.ringbuffers.bpf.Btf;
import io.sluice.ringbuffers.ip.Ip;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A structure of types.h, written down once more in Java: its members one after another, without gaps that the compiler
 * would make; a test holds it against the object's BTF. Immutable, any thread.
 */
record CStruct(String name, Btf.Struct layout) {

    static CStruct of(String name, Object... membersAndBytes) {
        List<Btf.Member> members = new ArrayList<>();
        int offset = 0;
        for (int i = 0; i < membersAndBytes.length; i += 2) {
            int bytes = (Integer) membersAndBytes[i + 1];
            members.add(new Btf.Member((String) membersAndBytes[i], offset, bytes));
            offset += bytes;
        }
        return new CStruct(name, new Btf.Struct(offset, List.copyOf(members)));
    }

    /** Bytes from the beginning. */
    int at(String member) {
        return layout.members().stream().filter(one -> one.name().equals(member)).findFirst().orElseThrow().offset();
    }

    /** One of zeros. */
    ByteBuffer empty() {
        return ByteBuffer.allocate(layout.lengthBytes()).order(ByteOrder.nativeOrder());
    }

    /** A {@code struct address}: 16 bytes in network order, IPv4 mapped. */
    static void putAddress(ByteBuffer into, int at, Ip address) {
        into.order(ByteOrder.BIG_ENDIAN).putLong(at, address.high()).putLong(at + 8, address.low())
                .order(ByteOrder.nativeOrder());
    }

    static Ip address(ByteBuffer from, int at) {
        Ip address = new Ip(from.order(ByteOrder.BIG_ENDIAN).getLong(at), from.getLong(at + 8));
        from.order(ByteOrder.nativeOrder());
        return address;
    }

    /** A {@code __be16}. */
    static void putPort(ByteBuffer into, int at, int port) {
        into.put(at, (byte) (port >> 8)).put(at + 1, (byte) port);
    }

    static int port(ByteBuffer from, int at) {
        return (from.get(at) & 0xFF) << 8 | (from.get(at + 1) & 0xFF);
    }
}

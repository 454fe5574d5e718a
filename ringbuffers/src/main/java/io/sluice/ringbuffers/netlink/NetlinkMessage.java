package io.sluice.ringbuffers.netlink;

import io.sluice.ringbuffers.ip.Ip;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the kernel says of one thing: a structure and attributes; immutable, any thread.
 *
 * @param type RTM_NEWLINK and its like
 */
record NetlinkMessage(int type, ByteBuffer content) {
    static final int HEADER_BYTES = 16;

    static NetlinkMessage copy(ByteBuffer from, int at, int lengthBytes) {
        byte[] bytes = new byte[lengthBytes - HEADER_BYTES];
        from.get(at + HEADER_BYTES, bytes);
        return new NetlinkMessage(from.getShort(at + 4), ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()));
    }

    /** By their numbers. */
    Attributes attributes(int structureBytes) {
        Map<Integer, byte[]> found = new HashMap<>();
        for (int at = structureBytes; at + 4 <= content.capacity();) {
            int lengthBytes = content.getShort(at) & 0xFFFF;
            if (lengthBytes < 4) {
                break;
            }
            byte[] value = new byte[lengthBytes - 4];
            content.get(at + 4, value);
            found.put(content.getShort(at + 2) & 0x3FFF, value); // without the flags "nested" and "network order"
            at += lengthBytes + 3 & ~3;
        }
        return new Attributes(found);
    }

    /** Values in the forms that the kernel uses. */
    record Attributes(Map<Integer, byte[]> byNumber) {

        Optional<byte[]> bytes(int number) {
            return Optional.ofNullable(byNumber.get(number));
        }

        int number(int number, int otherwise) {
            return bytes(number).filter(value -> value.length >= Integer.BYTES)
                    .map(value -> ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getInt(0)).orElse(otherwise);
        }

        String text(int number) {
            return bytes(number).map(value -> new String(value, 0, Math.max(0, value.length - 1),
                    StandardCharsets.UTF_8)).orElse("");
        }

        Optional<Ip> address(int number) {
            return bytes(number).filter(value -> value.length == 4 || value.length == 16).map(Ip::of);
        }
    }
}

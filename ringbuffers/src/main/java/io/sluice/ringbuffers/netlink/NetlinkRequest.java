package io.sluice.ringbuffers.netlink;

import io.sluice.ringbuffers.ip.Ip;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A question to the kernel: a structure and attributes, aligned to four bytes; one thread. */
final class NetlinkRequest {
    private static final int ROOM_BYTES = 512;

    private final String what;
    private final int type;
    private final ByteBuffer content = ByteBuffer.allocate(ROOM_BYTES).order(ByteOrder.nativeOrder());

    /**
     * Begins one.
     *
     * @param what it is about, for messages
     * @param structure that begins it
     */
    NetlinkRequest(String what, int type, byte... structure) {
        this.what = what;
        this.type = type;
        content.position(NetlinkMessage.HEADER_BYTES).put(structure);
    }

    NetlinkRequest with(int attribute, byte[] value) {
        content.putShort((short) (4 + value.length)).putShort((short) attribute).put(value);
        content.position(content.position() + 3 & ~3);
        return this;
    }

    NetlinkRequest with(int attribute, int value) {
        return with(attribute, ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value).array());
    }

    NetlinkRequest with(int attribute, String text) {
        return with(attribute, (text + "\0").getBytes(StandardCharsets.UTF_8));
    }

    NetlinkRequest with(int attribute, Ip address) {
        return with(attribute, address.toInetAddress().getAddress());
    }

    String what() {
        return what;
    }

    byte[] bytes(int sequence, int flags) {
        int length = content.position();
        byte[] bytes = new byte[length];
        content.putInt(0, length).putShort(4, (short) type).putShort(6, (short) flags).putInt(8, sequence);
        content.get(0, bytes);
        return bytes;
    }
}

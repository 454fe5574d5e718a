package io.sluice.ringbuffers.netlink;

import io.sluice.ringbuffers.ip.Ip;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;

/**
 * A host on a link, as ARP or neighbour discovery knows it; immutable.
 *
 * @param mac empty while it is not known
 * @param state NUD_... (linux/neighbour.h)
 */
public record Neighbour(int linkIndex, Ip address, String mac, int state) {
    private static final int RTM_GETNEIGH = 30;
    private static final int NDMSG_BYTES = 12;
    private static final int NDA_DST = 1;
    private static final int NDA_LLADDR = 2;
    /** Reachable, stale, delay, probe, permanent, no ARP. */
    private static final int NUD_VALID = 0x02 | 0x04 | 0x08 | 0x10 | 0x40 | 0x80;

    /** Every neighbour of the socket's network namespace. */
    public static List<Neighbour> all(NetlinkSocket socket) throws IOException {
        return socket.dump(new NetlinkRequest("the neighbours", RTM_GETNEIGH, new byte[NDMSG_BYTES])).stream()
                .flatMap(message -> {
                    NetlinkMessage.Attributes attributes = message.attributes(NDMSG_BYTES);
                    return attributes.address(NDA_DST).stream().map(address -> new Neighbour(message.content()
                            .getInt(4), address,
                            attributes.bytes(NDA_LLADDR).map(HexFormat.ofDelimiter(
                                    ":")::formatHex).orElse(""),
                            message.content().getShort(8) & 0xFFFF));
                }).toList();
    }

    /** Whether packets can be sent to it at once. */
    public boolean isKnown() {
        return (state & NUD_VALID) != 0 && !mac.isEmpty();
    }
}

package io.sluice.ringbuffers.netlink;

import java.io.IOException;
import java.util.HexFormat;
import java.util.List;

/**
 * An interface; immutable.
 *
 * @param mac empty where it has none
 * @param up whether it is switched on
 * @param loopback whether it is the host's own
 */
public record Link(int index, String name, String mac, int mtu, boolean up, boolean loopback) {
    private static final int RTM_GETLINK = 18;
    private static final int IFINFOMSG_BYTES = 16;
    private static final int IFLA_ADDRESS = 1;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_MTU = 4;
    private static final int IFF_UP = 1;
    private static final int IFF_LOOPBACK = 8;

    /** Every interface of the socket's network namespace. */
    public static List<Link> all(NetlinkSocket socket) throws IOException {
        return socket.dump(new NetlinkRequest("the interfaces", RTM_GETLINK, new byte[IFINFOMSG_BYTES])).stream()
                .map(Link::of).toList();
    }

    private static Link of(NetlinkMessage message) {
        NetlinkMessage.Attributes attributes = message.attributes(IFINFOMSG_BYTES);
        int flags = message.content().getInt(8);
        return new Link(message.content().getInt(4), attributes.text(IFLA_IFNAME), attributes.bytes(IFLA_ADDRESS)
                .map(HexFormat.ofDelimiter(":")::formatHex).orElse(""), attributes.number(IFLA_MTU, 0),
                (flags & IFF_UP) != 0, (flags & IFF_LOOPBACK) != 0);
    }
}

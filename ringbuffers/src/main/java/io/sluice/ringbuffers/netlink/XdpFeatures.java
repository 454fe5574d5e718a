package io.sluice.ringbuffers.netlink;

import io.sluice.ringbuffers.syscall.Errno;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/**
 * What an interface's driver can do at XDP (linux/netdev.h, Linux 6.3); immutable.
 *
 * @param mask bits of {@code enum netdev_xdp_act}
 */
public record XdpFeatures(long mask) {
    private static final int GENL_ID_CTRL = 16;
    private static final int GENLMSG_BYTES = 4;
    private static final byte CTRL_CMD_GETFAMILY = 3;
    private static final int CTRL_ATTR_FAMILY_ID = 1;
    private static final int CTRL_ATTR_FAMILY_NAME = 2;
    private static final byte NETDEV_CMD_DEV_GET = 1;
    private static final int NETDEV_A_DEV_IFINDEX = 1;
    private static final int NETDEV_A_DEV_XDP_FEATURES = 3;
    private static final int BASIC = 1;
    private static final int REDIRECT = 2;
    private static final int NDO_XMIT = 4;
    private static final int XSK_ZEROCOPY = 8;

    /** By the interface's index; empty on a kernel that does not tell. */
    public static Map<Integer, XdpFeatures> all() throws IOException {
        try (NetlinkSocket socket = NetlinkSocket.generic()) {
            NetlinkMessage family = socket.ask(new NetlinkRequest("the netlink family netdev", GENL_ID_CTRL,
                    CTRL_CMD_GETFAMILY, (byte) 1, (byte) 0, (byte) 0).with(CTRL_ATTR_FAMILY_NAME, "netdev"));
            int type = family.attributes(GENLMSG_BYTES).bytes(CTRL_ATTR_FAMILY_ID)
                    .map(id -> (int) ByteBuffer.wrap(id).order(ByteOrder.nativeOrder()).getShort(0)).orElse(0);
            Map<Integer, XdpFeatures> all = new HashMap<>();
            for (NetlinkMessage device : socket.dump(new NetlinkRequest("what drivers can do at XDP", type,
                    NETDEV_CMD_DEV_GET, (byte) 1, (byte) 0, (byte) 0))) {
                NetlinkMessage.Attributes attributes = device.attributes(GENLMSG_BYTES);
                all.put(attributes.number(NETDEV_A_DEV_IFINDEX, 0), new XdpFeatures(attributes.bytes(
                        NETDEV_A_DEV_XDP_FEATURES).map(
                                mask -> ByteBuffer.wrap(mask).order(ByteOrder.nativeOrder())
                                        .getLong(0))
                        .orElse(0L)));
            }
            return all;
        } catch (NetlinkRefusal refusal) {
            if (refusal.errno() == Errno.ENOENT) {
                return Map.of(); // no such family before Linux 6.3
            }
            throw refusal;
        }
    }

    /** Whether a program can run in the driver at all. */
    public boolean isNative() {
        return (mask & BASIC) != 0;
    }

    /** Whether packets can leave by another interface. */
    public boolean redirects() {
        return (mask & REDIRECT) != 0;
    }

    /** Whether it takes packets that another one redirects, without having a program of its own. */
    public boolean takesRedirected() {
        return (mask & NDO_XMIT) != 0;
    }

    /** Whether AF_XDP sockets get packets without a copy. */
    public boolean isZeroCopy() {
        return (mask & XSK_ZEROCOPY) != 0;
    }
}

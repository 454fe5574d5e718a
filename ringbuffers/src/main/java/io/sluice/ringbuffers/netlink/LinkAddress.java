package io.sluice.ringbuffers.netlink;

import io.sluice.ringbuffers.ip.Ip;
import java.io.IOException;
import java.util.List;

/**
 * An address of this host; immutable.
 *
 * @param linkIndex the interface that has it
 * @param prefixBits of its network
 */
public record LinkAddress(int linkIndex, Ip address, int prefixBits) {
    private static final int RTM_GETADDR = 22;
    private static final int IFADDRMSG_BYTES = 8;
    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;

    /** Every address of the socket's network namespace. */
    public static List<LinkAddress> all(NetlinkSocket socket) throws IOException {
        return socket.dump(new NetlinkRequest("the addresses", RTM_GETADDR, new byte[IFADDRMSG_BYTES])).stream()
                .flatMap(message -> {
                    NetlinkMessage.Attributes attributes = message.attributes(IFADDRMSG_BYTES);
                    // of a point-to-point link IFA_ADDRESS is the other end
                    return attributes.address(IFA_LOCAL).or(() -> attributes.address(IFA_ADDRESS)).stream()
                            .map(address -> new LinkAddress(message.content().getInt(4), address, message.content()
                                    .get(1) & 0xFF));
                }).toList();
    }
}

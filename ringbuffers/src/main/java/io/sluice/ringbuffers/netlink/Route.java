package io.sluice.ringbuffers.netlink;

import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.syscall.Errno;
import io.sluice.ringbuffers.syscall.SocketAddress;
import java.io.IOException;
import java.util.Optional;

/**
 * The way that packets take to an address; immutable.
 *
 * @param local whether it ends at this host
 * @param linkIndex of the interface they leave by
 * @param nextHop the router; the address itself where it is on the link
 * @param source what the kernel would send from
 */
public record Route(boolean local, int linkIndex, Ip nextHop, Optional<Ip> source) {
    private static final int RTM_GETROUTE = 26;
    private static final int RTMSG_BYTES = 12;
    private static final int RTA_DST = 1;
    private static final int RTA_OIF = 4;
    private static final int RTA_GATEWAY = 5;
    private static final int RTA_PREFSRC = 7;
    private static final int RTN_LOCAL = 2;

    /** As the kernel decides for a packet of this host; empty where there is no way. */
    public static Optional<Route> to(NetlinkSocket socket, Ip address) throws IOException {
        byte[] structure = new byte[RTMSG_BYTES];
        structure[0] = (byte) (address.isV4() ? SocketAddress.AF_INET : SocketAddress.AF_INET6);
        structure[1] = (byte) address.bits();
        NetlinkMessage answer;
        try {
            answer = socket.ask(new NetlinkRequest("the route to " + address, RTM_GETROUTE, structure)
                    .with(RTA_DST, address));
        } catch (NetlinkRefusal refusal) {
            if (refusal.errno() == Errno.ENETUNREACH || refusal.errno() == Errno.EHOSTUNREACH
                    || refusal.errno() == Errno.EACCES || refusal.errno() == Errno.EINVAL) {
                return Optional.empty(); // none, unreachable, prohibited, blackhole
            }
            throw refusal;
        }
        NetlinkMessage.Attributes attributes = answer.attributes(RTMSG_BYTES);
        return Optional.of(new Route(answer.content().get(7) == RTN_LOCAL, attributes.number(RTA_OIF, 0), attributes
                .address(RTA_GATEWAY).orElse(address), attributes.address(RTA_PREFSRC)));
    }
}

package io.sluice.dataplane.packet;

import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.netlink.Link;
import io.sluice.ringbuffers.netlink.LinkAddress;
import io.sluice.ringbuffers.netlink.Neighbour;
import io.sluice.ringbuffers.netlink.NetlinkSocket;
import io.sluice.ringbuffers.netlink.Route;
import io.sluice.ringbuffers.netlink.XdpFeatures;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where packets of services come in and by which interface and next hop their servers are reached, as the kernel knows
 * it now; immutable, any thread.
 */
record PacketWays(List<Link> links, List<LinkAddress> addresses, List<Neighbour> neighbours,
        Map<Integer, XdpFeatures> xdp) {

    /** As it is in the network namespace of this thread. */
    static PacketWays read() throws IOException {
        try (NetlinkSocket socket = NetlinkSocket.route()) {
            return new PacketWays(Link.all(socket), LinkAddress.all(socket), Neighbour.all(socket), XdpFeatures.all());
        }
    }

    /** What each interface's driver can do at XDP: by the name of the trial. */
    Map<String, String> drivers() {
        Map<String, String> answers = new LinkedHashMap<>();
        links.stream().filter(link -> link.up() && !link.loopback())
                .forEach(link -> answers.put("xdp of " + link.name(), driver(Optional.ofNullable(xdp.get(link
                        .index())))));
        return answers;
    }

    private static String driver(Optional<XdpFeatures> features) {
        return features.map(can -> !can.isNative()
                ? "no: the driver has none, only generic XDP"
                : "yes, native" + (can.redirects() ? "" : ", cannot redirect") + (can.takesRedirected()
                        ? ""
                        : ", takes redirected packets only beside a program of its own")
                        + (can.isZeroCopy()
                                ? ", AF_XDP without a copy"
                                : ""))
                .orElse("no: this kernel does not tell (Linux 6.3 does)");
    }

    String home(Ip address) {
        return addresses.stream().filter(one -> one.address().equals(address)).findFirst()
                .map(one -> "yes, at " + name(one.linkIndex())).orElse("no: no interface has it");
    }

    String to(Ip server) throws IOException {
        Optional<Route> route;
        try (NetlinkSocket socket = NetlinkSocket.route()) {
            route = Route.to(socket, server);
        }
        if (route.isEmpty()) {
            return "no: no route";
        }
        Route way = route.get();
        if (way.local()) {
            return "no: it is this host, and packets do not turn back";
        }
        boolean onLink = way.nextHop().equals(server);
        return "yes, by " + name(way.linkIndex()) + (onLink ? ", on the link" : ", behind the router " + way.nextHop())
                + neighbours.stream().filter(one -> one.linkIndex() == way.linkIndex() && one.address().equals(way
                        .nextHop()) && one.isKnown()).findFirst().map(one -> ", MAC address " + one.mac())
                        .orElse(", MAC address not known yet");
    }

    private String name(int index) {
        return links.stream().filter(link -> link.index() == index).findFirst().map(Link::name).orElse("interface "
                + index);
    }
}

package io.sluice.control.config.checks;

import io.sluice.conntrack.Mode;
import io.sluice.conntrack.Protocol;
import io.sluice.control.config.model.Listen;
import io.sluice.control.config.model.PortSet;
import io.sluice.control.config.model.ServerConfiguration;
import io.sluice.control.config.model.ServiceConfiguration;
import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.ip.IpRange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds real servers that a proxy service reaches by sockets and a snat service by rewriting packets from the same
 * source address: the kernel and the packet engine would hand out the same source ports, and replies could not be told
 * apart. Only TCP: UDP's snat uses sockets as well, and the kernel keeps those apart.
 */
final class SourceConflicts {
    private record Use(ServiceConfiguration service, ServerConfiguration server, PortSet ports) {
        boolean proxy() {
            return service.mode() == Mode.PROXY;
        }
    }

    private SourceConflicts() {
    }

    static void run(Look look) {
        boolean anySnat = look.configuration().services().stream()
                .anyMatch(service -> service.mode() == Mode.SNAT && service.packetLevel());
        if (!anySnat) {
            return;
        }
        Map<Ip, List<Use>> uses = new HashMap<>();
        for (ServiceConfiguration service : look.configuration().services()) {
            boolean own = (service.mode() == Mode.PROXY && !service.transparent()) || service.mode() == Mode.SNAT;
            if (own && service.protocol() == Protocol.TCP) {
                for (ServerConfiguration server : service.servers()) {
                    List<Use> same = uses.computeIfAbsent(server.address().address(), _ -> new ArrayList<>());
                    var use = new Use(service, server, ports(service, server));
                    same.forEach(earlier -> compare(earlier, use, look));
                    same.add(use);
                }
            }
        }
    }

    private static PortSet ports(ServiceConfiguration service, ServerConfiguration server) {
        int port = server.address().port();
        return port != 0
                ? PortSet.of(port)
                : new PortSet(
                        service.listens().stream().map(Listen::ports).flatMap(ports -> ports.ranges().stream())
                                .toList());
    }

    private static void compare(Use earlier, Use later, Look look) {
        if (earlier.proxy() == later.proxy() || !earlier.ports.overlaps(later.ports)) {
            return;
        }
        List<IpRange> one = earlier.service.sourceAddress();
        List<IpRange> other = later.service.sourceAddress();
        String[] path = {"services", later.service.name(), "servers", later.server.name(), "address"};
        String found = "address: " + later.server.address().address().bracketed() + ":"
                + earlier.ports.intersection(later.ports) + " is reached by service '" + later.service.name()
                + "' (mode: "
                + later.service.mode().word() + ") and by service '" + earlier.service.name() + "' (mode: "
                + earlier.service.mode().word() + ", line "
                + look.line("services", earlier.service.name(), "servers", earlier.server.name()) + ")";
        if ((one.isEmpty() && other.isEmpty()) || one.stream().anyMatch(a -> other.stream().anyMatch(a::overlaps))) {
            look.error(
                    found + " from the same source address (allowed: one of the two modes for a real server's address "
                            + "and port, or a source-address of its own for each service)",
                    path);
        } else if (one.isEmpty() || other.isEmpty()) {
            look.warning(found + ", and only one of them has a source-address: give each its own", path);
        }
    }
}

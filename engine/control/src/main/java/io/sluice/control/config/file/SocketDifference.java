package io.sluice.control.config.file;

import io.sluice.conntrack.Protocol;
import io.sluice.control.config.model.Configuration;
import io.sluice.control.config.model.Listen;
import io.sluice.control.config.model.PortSet;
import io.sluice.control.config.model.ServiceConfiguration;
import io.sluice.ringbuffers.ip.Ip;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Compares what two configurations listen on, whatever service it belongs to: a renamed service keeps its sockets. */
final class SocketDifference {
    private record Place(Protocol protocol, Ip address) {
    }

    private SocketDifference() {
    }

    /** What the second listens on and the first does not. */
    static List<String> gained(Configuration first, Configuration second) {
        Map<Place, PortSet> had = places(first);
        var gained = new ArrayList<String>();
        places(second).forEach((place, ports) -> {
            PortSet more = ports.minus(had.getOrDefault(place, new PortSet(List.of())));
            if (!more.isEmpty()) {
                gained.add(place.protocol.word() + " " + new Listen(place.address, more));
            }
        });
        return gained;
    }

    private static Map<Place, PortSet> places(Configuration configuration) {
        var places = new LinkedHashMap<Place, PortSet>();
        for (ServiceConfiguration service : configuration.services()) {
            if (!service.packetLevel()) { // packets are taken from an interface, not from a socket
                for (Listen listen : service.listens()) {
                    places.merge(new Place(service.protocol(), listen.address()), listen.ports(), PortSet::union);
                }
            }
        }
        return places;
    }
}

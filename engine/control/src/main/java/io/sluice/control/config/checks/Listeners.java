package io.sluice.control.config.checks;

import io.sluice.conntrack.Protocol;
import io.sluice.control.config.model.Admin;
import io.sluice.control.config.model.Cluster;
import io.sluice.control.config.model.Configuration;
import io.sluice.control.config.model.HighAvailability;
import io.sluice.control.config.model.Listen;
import io.sluice.control.config.model.Metrics;
import io.sluice.control.config.model.PortSet;
import io.sluice.control.config.model.ServiceConfiguration;
import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.ip.IpRange;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which services receive what is sent to an address. Owned by the thread that checks. */
final class Listeners {
    /**
     * @param service its position in the file
     * @param ports those of the ports asked for
     */
    record Reached(int service, Listen listen, PortSet ports) {
    }

    private record Listener(int service, Protocol protocol, Listen listen) {
    }

    private final List<Listener> wildcards = new ArrayList<>();
    private final Map<Ip, List<Listener>> specific = new HashMap<>();
    private final Set<Ip> configured = new HashSet<>();
    private final List<IpRange> pools = new ArrayList<>();
    private @Nullable List<Ip> ofHost;

    Listeners(Configuration configuration) {
        List<ServiceConfiguration> services = configuration.services();
        for (int i = 0; i < services.size(); i++) {
            for (Listen listen : services.get(i).listens()) {
                var listener = new Listener(i, services.get(i).protocol(), listen);
                if (listen.wildcard()) {
                    wildcards.add(listener);
                } else {
                    specific.computeIfAbsent(listen.address(), _ -> new ArrayList<>()).add(listener);
                }
            }
            if (!services.get(i).transparent()) {
                pools.addAll(services.get(i).sourceAddress());
            }
        }
        collectOwn(configuration);
    }

    private void collectOwn(Configuration configuration) {
        configured.addAll(specific.keySet());
        Admin admin = configuration.admin();
        if (admin != null) {
            configured.add(admin.listen().address());
        }
        Metrics metrics = configuration.metrics();
        if (metrics != null) {
            configured.add(metrics.listen().address());
        }
        HighAvailability pair = configuration.highAvailability();
        if (pair != null) {
            configured.add(pair.address());
        }
        Cluster cluster = configuration.cluster();
        if (cluster != null) {
            configured.add(cluster.address());
            configured.add(cluster.host().dedicatedAddress());
        }
    }

    /** The services that would receive what is sent to this address and these ports. */
    List<Reached> reachedBy(Protocol protocol, Ip address, PortSet ports) {
        var reached = new ArrayList<Reached>();
        for (Listener listener : specific.getOrDefault(address, List.of())) {
            if (sameLink(listener.listen.address(), address)) {
                add(listener, protocol, ports, reached);
            }
        }
        for (Listener listener : wildcards) {
            if (listener.listen.address().sameFamily(address) && listener.protocol == protocol
                    && listener.listen.ports().overlaps(ports) && local(address)) {
                add(listener, protocol, ports, reached);
            }
        }
        return reached;
    }

    private static void add(Listener listener, Protocol protocol, PortSet ports, List<Reached> reached) {
        PortSet common = listener.listen.ports().intersection(ports);
        if (listener.protocol == protocol && !common.isEmpty()) {
            reached.add(new Reached(listener.service, listener.listen, common));
        }
    }

    /** One link-local address may exist on two links. */
    private static boolean sameLink(Ip one, Ip other) {
        Ip.Zone mine = one.zone();
        Ip.Zone its = other.zone();
        return mine == null || its == null || mine.index() == its.index();
    }

    /** Whether this host has the address: by what the file says as far as that goes, else by its interfaces. */
    private boolean local(Ip address) {
        return address.isLoopback() || configured.contains(address)
                || pools.stream().anyMatch(pool -> pool.overlaps(new IpRange(address, address)))
                || ofHost().stream().anyMatch(own -> own.equals(address) && sameLink(own, address));
    }

    private List<Ip> ofHost() {
        List<Ip> addresses = ofHost;
        if (addresses == null) {
            addresses = new ArrayList<>();
            try {
                for (NetworkInterface device : NetworkInterface.networkInterfaces().toList()) {
                    device.inetAddresses().map(Ip::of).forEach(addresses::add);
                }
            } catch (SocketException e) {
                addresses = List.of(); // nothing is known of this host: what the file says must do
            }
            ofHost = addresses;
        }
        return addresses;
    }
}

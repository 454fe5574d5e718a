package io.sluice.engine.routes;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * A listening address of a virtual service and its sockets: bound by the conductor before the Routes that name them are
 * published, one per worker (SO_REUSEPORT), owned and closed by the worker from then on. The same instance stays from one
 * Routes to the next.
 *
 * @param address as bound
 * @param descriptors the socket of each worker, by worker index
 */
public record Listener(InetSocketAddress address, List<Integer> descriptors) {
    public Listener {
        descriptors = List.copyOf(descriptors);
    }
}

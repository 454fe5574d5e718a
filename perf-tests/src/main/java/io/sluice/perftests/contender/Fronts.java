package io.sluice.perftests.contender;

import io.sluice.ringbuffers.ip.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/** Addresses as configurations of contenders need them. Stateless. */
final class Fronts {
    private Fronts() {
    }

    static InetSocketAddress free(Situation situation, Work work) throws IOException {
        return new InetSocketAddress(situation.topology().balancerAddress(), situation.topology().freePort(work.udp()));
    }

    static List<InetSocketAddress> servers(Situation situation, Work work) {
        List<InetSocketAddress> servers = situation.servers().get(work);
        if (servers == null || servers.isEmpty()) {
            throw new IllegalArgumentException("no server for " + work.word);
        }
        return servers;
    }

    static String text(InetSocketAddress address) {
        return Endpoint.of(address).toString();
    }
}

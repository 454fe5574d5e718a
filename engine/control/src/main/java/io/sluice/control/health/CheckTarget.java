package io.sluice.control.health;

import io.sluice.control.config.model.HealthCheck;
import io.sluice.control.config.model.ProxyProtocol;
import io.sluice.control.config.model.ServerConfiguration;
import io.sluice.control.config.model.ServiceConfiguration;
import io.sluice.ringbuffers.ip.Endpoint;
import io.sluice.ringbuffers.ip.Ip;
import org.jspecify.annotations.Nullable;

/**
 * A real server of a service, and how to check it. Service and server name together identify it.
 *
 * @param address the real server's own address and port
 * @param source local address to check from; null: the kernel's choice
 * @param proxyHeader the PROXY header that the port expects in front of everything else; it says that the balancer
 * speaks for itself (LOCAL, UNKNOWN)
 */
public record CheckTarget(String service, String server, Endpoint address, HealthCheck check,
        @Nullable Ip source, ProxyProtocol.Send proxyHeader) {

    /** The check that the configuration asks for. */
    public static CheckTarget of(ServiceConfiguration service, ServerConfiguration server) {
        HealthCheck check = service.healthCheck();
        Endpoint own = server.target(service.listens().getFirst().ports().first());
        Ip source = service.sourceAddress().stream().map(range -> range.first())
                .filter(first -> first.sameFamily(own.address())).findFirst().orElse(null);
        return new CheckTarget(service.name(), server.name(), own, check,
                // the pool of a packet mode need not be addresses of this host
                service.packetLevel() ? null : source,
                // a port for checks alone is not the one that expects the header
                check.port() == 0 ? service.proxyProtocol().send() : ProxyProtocol.Send.NONE);
    }

    /** Where the check goes: the check's port if it has one. */
    public Endpoint probeAddress() {
        return check.port() == 0 ? address : new Endpoint(address.address(), check.port());
    }

    /** {@code SERVICE/SERVER}. */
    public String name() {
        return service + "/" + server;
    }
}

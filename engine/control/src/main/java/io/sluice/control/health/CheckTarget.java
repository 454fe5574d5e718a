package io.sluice.control.health;

import io.sluice.conntrack.Protocol;
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
 * @param datagrams where clients' datagrams go, which the check does not ask by itself; null: nowhere else
 */
public record CheckTarget(String service, String server, Endpoint address, HealthCheck check,
        @Nullable Ip source, ProxyProtocol.Send proxyHeader, @Nullable Endpoint datagrams) {

    /** One whose check asks what clients do. */
    CheckTarget(String service, String server, Endpoint address, HealthCheck check, @Nullable Ip source,
            ProxyProtocol.Send proxyHeader) {
        this(service, server, address, check, source, proxyHeader, null);
    }

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
                check.port() == 0 ? service.proxyProtocol().send() : ProxyProtocol.Send.NONE,
                asksDatagrams(service, server) ? null : own);
    }

    /** Of many ports, one that refuses says nothing of the others. */
    private static boolean asksDatagrams(ServiceConfiguration service, ServerConfiguration server) {
        boolean onePort = server.address().port() != 0
                || service.listens().stream().mapToInt(listen -> listen.ports().size()).sum() == 1;
        return service.protocol() != Protocol.UDP || service.packetLevel() || !onePort
                || (service.healthCheck() instanceof HealthCheck.Udp udp && udp.port() == 0 && !udp.acceptSilence());
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

package io.sluice.control.conductor.state;

import io.sluice.control.config.model.Configuration;
import io.sluice.control.config.model.ProxyProtocol;
import io.sluice.control.config.model.Rate;
import io.sluice.control.config.model.ServiceConfiguration.OnServerDown;
import io.sluice.control.config.model.ServiceConfiguration.WhenFull;
import io.sluice.control.config.model.ServiceConfiguration;
import io.sluice.dataplane.service.AffinityRule;
import io.sluice.dataplane.service.Encryption;
import io.sluice.dataplane.service.Forwarding.Connecting;
import io.sluice.dataplane.service.Forwarding.ProxyHeader;
import io.sluice.dataplane.service.Forwarding.TcpProxy;
import io.sluice.dataplane.service.Forwarding.UdpSessions;
import io.sluice.dataplane.service.Forwarding;
import io.sluice.dataplane.service.Listener;
import io.sluice.dataplane.service.StableId;
import io.sluice.dataplane.service.VirtualService.AccessList;
import io.sluice.dataplane.service.VirtualService.Limits;
import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.ip.IpRange;
import io.sluice.ringbuffers.ip.PrefixSet;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What of a service's configuration goes into Routes as it is: translated once per reload into the data plane's terms.
 */
public record ServiceSettings(long id, AffinityRule affinity, Limits limits,
        AccessList access, boolean severOnServerDown) {

    /** @param affinityTimeout of its group, see {@link Configuration#affinityTimeout} */
    static ServiceSettings of(ServiceConfiguration service, Duration affinityTimeout) {
        return new ServiceSettings(StableId.of(service.name()), affinity(service, affinityTimeout), limits(service),
                new AccessList(PrefixSet.of(service.allow()), PrefixSet.of(service.deny())),
                service.onServerDown() == OnServerDown.RESET);
    }

    private static AffinityRule affinity(ServiceConfiguration service, Duration timeout) {
        var affinity = service.affinity();
        if (!affinity.enabled()) {
            return AffinityRule.NONE;
        }
        String group = affinity.group();
        return new AffinityRule(true, StableId.of(group != null ? group : service.name()),
                timeout.toMillis(), affinity.ipv4Prefix(), affinity.ipv6Prefix());
    }

    private static Limits limits(ServiceConfiguration service) {
        Rate rate = service.connectionRatePerSource();
        return new Limits(service.maxConnections(), service.maxConnectionsPerSource(), rate == null ? 0 : rate.count(),
                rate == null ? 0 : rate.per().toNanos());
    }

    /**
     * How it forwards, with its sockets.
     *
     * @param tls of its clients; null: they do not encrypt
     */
    static Forwarding forwarding(ServiceConfiguration service, List<Listener> listeners, @Nullable Encryption tls) {
        var timeouts = service.timeouts();
        return switch (service.protocol()) {
            case TCP -> new TcpProxy(listeners, connecting(service),
                    new TcpProxy.Timeouts(timeouts.connect().toNanos(), timeouts.idle().toNanos(),
                            timeouts.halfClosed().toNanos()),
                    waiting(service), proxyHeader(service.proxyProtocol()), tls);
            case UDP -> new UdpSessions(listeners, connecting(service), timeouts.udpSession().toNanos(),
                    service.udpResponses(), service.proxyProtocol().send() == ProxyProtocol.Send.V2);
        };
    }

    private static TcpProxy.Waiting waiting(ServiceConfiguration service) {
        Duration timeout = service.queue().timeout();
        return new TcpProxy.Waiting(service.whenFull() != WhenFull.REFUSE, service.queue().length(),
                (timeout == null ? service.timeouts().connect() : timeout).toNanos());
    }

    private static Connecting connecting(ServiceConfiguration service) {
        List<Ip> sources = service.sourceAddress().stream().flatMap(IpRange::addresses).toList();
        return new Connecting(service.retries(), sources, service.transparent());
    }

    private static ProxyHeader proxyHeader(ProxyProtocol protocol) {
        return new ProxyHeader(protocol.accept(), PrefixSet.of(protocol.trusted()), protocol.send().ordinal());
    }
}

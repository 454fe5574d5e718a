package io.sluice.control.conductor.state;

import io.sluice.control.config.model.OnServerDown;
import io.sluice.control.config.model.ProxyProtocol;
import io.sluice.control.config.model.Rate;
import io.sluice.control.config.model.ServiceConfiguration;
import io.sluice.dataplane.service.AffinityRule;
import io.sluice.dataplane.service.StableId;
import io.sluice.dataplane.service.VirtualService;
import io.sluice.dataplane.service.VirtualService.AccessList;
import io.sluice.dataplane.service.VirtualService.Connecting;
import io.sluice.dataplane.service.VirtualService.Limits;
import io.sluice.dataplane.service.VirtualService.ProxyHeader;
import io.sluice.dataplane.service.VirtualService.Timeouts;
import io.sluice.ringbuffers.ip.Ip;
import io.sluice.ringbuffers.ip.IpRange;
import io.sluice.ringbuffers.ip.PrefixSet;
import java.util.List;

/** What of a service's configuration goes into Routes as it is: translated once per reload into the data plane's terms. */
public record ServiceSettings(long id, VirtualService.Protocol protocol, AffinityRule affinity, Limits limits,
        AccessList access,
        Timeouts timeouts, Connecting connecting, ProxyHeader proxyHeader, boolean severOnServerDown,
        int udpResponses) {

    static ServiceSettings of(ServiceConfiguration service) {
        return new ServiceSettings(StableId.of(service.name()), protocol(service), affinity(service), limits(service),
                new AccessList(PrefixSet.of(service.allow()), PrefixSet.of(service.deny())), timeouts(service),
                connecting(service), proxyHeader(service.proxyProtocol()), service.onServerDown() == OnServerDown.RESET,
                service.udpResponses());
    }

    static VirtualService.Protocol protocol(ServiceConfiguration service) {
        return switch (service.protocol()) {
            case TCP -> VirtualService.Protocol.TCP;
            case UDP -> VirtualService.Protocol.UDP;
        };
    }

    private static AffinityRule affinity(ServiceConfiguration service) {
        var affinity = service.affinity();
        if (!affinity.enabled()) {
            return AffinityRule.NONE;
        }
        String group = affinity.group();
        return new AffinityRule(true, StableId.of(group != null ? group : service.name()),
                affinity.timeout().toMillis(), affinity.ipv4Prefix(), affinity.ipv6Prefix());
    }

    private static Limits limits(ServiceConfiguration service) {
        Rate rate = service.connectionRatePerSource();
        return new Limits(service.maxConnections(), service.maxConnectionsPerSource(), rate == null ? 0 : rate.count(),
                rate == null ? 0 : rate.per().toNanos());
    }

    private static Timeouts timeouts(ServiceConfiguration service) {
        var timeouts = service.timeouts();
        return new Timeouts(timeouts.connect().toNanos(), timeouts.idle().toNanos(), timeouts.halfClosed().toNanos(),
                timeouts.udpSession().toNanos());
    }

    private static Connecting connecting(ServiceConfiguration service) {
        List<Ip> sources = service.sourceAddress().stream().flatMap(IpRange::addresses).toList();
        return new Connecting(service.retries(), sources, service.transparent());
    }

    private static ProxyHeader proxyHeader(ProxyProtocol protocol) {
        return new ProxyHeader(protocol.accept(), PrefixSet.of(protocol.trusted()), protocol.send().ordinal());
    }
}

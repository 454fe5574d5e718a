package io.sluice.engine.relay;

import io.sluice.engine.routes.AffinityRule;
import io.sluice.engine.routes.Choice;
import io.sluice.engine.routes.Encryption;
import io.sluice.engine.routes.RealServer;
import io.sluice.engine.routes.VirtualService;
import java.util.List;

/** Copies of a virtual service with one part changed, for tests. */
final class RoutesEdit {
    private RoutesEdit() {
    }

    static VirtualService timeouts(VirtualService s, VirtualService.Timeouts timeouts) {
        return new VirtualService(s.id(), s.name(), s.protocol(), s.listeners(), s.servers(), s.choice(), s.affinity(),
                s.limits(), s.access(), timeouts, s.connecting(), s.proxyHeader(), s.tls(), s.severOnServerDown(),
                s.udpResponses(),
                s.gauges(), s.counters(), s.ends(), s.connectTimes());
    }

    static VirtualService affinity(VirtualService s, AffinityRule affinity) {
        return new VirtualService(s.id(), s.name(), s.protocol(), s.listeners(), s.servers(), s.choice(), affinity,
                s.limits(), s.access(), s.timeouts(), s.connecting(), s.proxyHeader(), s.tls(), s.severOnServerDown(),
                s.udpResponses(), s.gauges(), s.counters(), s.ends(), s.connectTimes());
    }

    static VirtualService servers(VirtualService s, List<RealServer> servers, Choice choice) {
        return new VirtualService(s.id(), s.name(), s.protocol(), s.listeners(), servers, choice, s.affinity(),
                s.limits(), s.access(), s.timeouts(), s.connecting(), s.proxyHeader(), s.tls(), s.severOnServerDown(),
                s.udpResponses(), s.gauges(), s.counters(), s.ends(), s.connectTimes());
    }

    static VirtualService limits(VirtualService s, VirtualService.Limits limits) {
        return new VirtualService(s.id(), s.name(), s.protocol(), s.listeners(), s.servers(), s.choice(), s.affinity(),
                limits, s.access(), s.timeouts(), s.connecting(), s.proxyHeader(), s.tls(), s.severOnServerDown(),
                s.udpResponses(),
                s.gauges(), s.counters(), s.ends(), s.connectTimes());
    }

    static VirtualService access(VirtualService s, VirtualService.AccessList access) {
        return new VirtualService(s.id(), s.name(), s.protocol(), s.listeners(), s.servers(), s.choice(), s.affinity(),
                s.limits(), access, s.timeouts(), s.connecting(), s.proxyHeader(), s.tls(), s.severOnServerDown(),
                s.udpResponses(),
                s.gauges(), s.counters(), s.ends(), s.connectTimes());
    }

    static VirtualService connecting(VirtualService s, VirtualService.Connecting connecting) {
        return new VirtualService(s.id(), s.name(), s.protocol(), s.listeners(), s.servers(), s.choice(), s.affinity(),
                s.limits(), s.access(), s.timeouts(), connecting, s.proxyHeader(), s.tls(), s.severOnServerDown(),
                s.udpResponses(),
                s.gauges(), s.counters(), s.ends(), s.connectTimes());
    }

    static VirtualService proxyHeader(VirtualService s, VirtualService.ProxyHeader header) {
        return new VirtualService(s.id(), s.name(), s.protocol(), s.listeners(), s.servers(), s.choice(), s.affinity(),
                s.limits(), s.access(), s.timeouts(), s.connecting(), header, s.tls(), s.severOnServerDown(),
                s.udpResponses(),
                s.gauges(), s.counters(), s.ends(), s.connectTimes());
    }

    static VirtualService tls(VirtualService s, Encryption tls) {
        return new VirtualService(s.id(), s.name(), s.protocol(), s.listeners(), s.servers(), s.choice(), s.affinity(),
                s.limits(), s.access(), s.timeouts(), s.connecting(), s.proxyHeader(), tls, s.severOnServerDown(),
                s.udpResponses(), s.gauges(), s.counters(), s.ends(), s.connectTimes());
    }
}
